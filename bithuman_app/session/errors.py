"""What can go wrong between a program and its session; both are mistakes of the program, not of its user."""


class SessionClosedError(RuntimeError):
    """The session or the view was closed."""


class InputFullError(RuntimeError):
    """More sound waits than the session may hold; nothing of the push was taken, so it can be repeated."""
