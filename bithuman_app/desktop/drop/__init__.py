"""Files dropped on the window.

OpenCV's window takes no drops. On X11 another window can take them for it (`target`); `uri_list` reads
what the other program says was dropped. On macOS files are dropped on the program's icon, as open-document
events that reach a bundle only: packaging the app turns them into arguments of the command line, which
`open_file.FileOpener` opens as it opens drops.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from .target import DropTarget

__all__ = ["DropTarget", "accept_drops"]


def accept_drops(
    on_files: Callable[[Sequence[Path]], None],
    on_problem: Callable[[str], None] = lambda text: None,
    window: int | None = None,
) -> DropTarget | None:
    """Let files be dropped on the window of this process, until the target returned is closed.

    ``on_files`` gets the files of one drop in their order; ``on_problem`` gets one line if something was
    dropped that is no file of this computer. Both are called by the target's thread. ``window`` is X11's
    number of the window, which is looked for if it is not given. Returns at once; None where drops are
    impossible, without X11.
    """
    return DropTarget.open(on_files, on_problem, window)
