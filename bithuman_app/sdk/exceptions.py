"""The exceptions of bitHuman's SDK: the same names, hierarchy, codes and message form.

Nothing here asks for a token or an account, so the token exceptions are never raised; they exist
because programs name them in ``except`` clauses. Each is a ``UserError`` as well, with the exit
code of ``sysexits.h``.
"""

from ..errors import UserError

__all__ = [
    "AccountStatusError",
    "AvatarError",
    "BithumanError",
    "ExpressionModelNotSupported",
    "Failed",
    "InvalidAvatar",
    "ModelError",
    "ModelLoadError",
    "ModelNotFoundError",
    "ModelSecurityError",
    "NotAuthorised",
    "NotSupported",
    "RuntimeNotReadyError",
    "TokenError",
    "TokenExpiredError",
    "TokenRequestError",
    "TokenValidationError",
]


class BithumanError(UserError):
    """Base of the runtime's errors; ``str()`` is ``[code] message``."""

    code: str = "unknown"
    exit_code = 70

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        """``code`` replaces the class's own."""
        if code is not None:
            self.code = code
        self.message = message
        super().__init__(f"[{self.code}] {message}")

    @property
    def docs_url(self) -> str:
        """Where bitHuman documents the error of this code."""
        return f"https://docs.bithuman.ai/api-reference/errors#{self.code}"


class TokenError(BithumanError):
    """Something about a token is wrong."""

    code = "token_error"
    exit_code = 77


class TokenExpiredError(TokenError):
    """A token has expired."""

    code = "token_expired"


class TokenValidationError(TokenError):
    """A token is not valid."""

    code = "token_invalid"


class TokenRequestError(TokenError):
    """No token could be had."""

    code = "token_request_failed"
    exit_code = 75


class AccountStatusError(TokenError):
    """An account may not be used."""

    code = "account_status_invalid"


class ModelError(BithumanError):
    """Something about an avatar is wrong."""

    code = "model_error"
    exit_code = 65


class ModelNotFoundError(ModelError, FileNotFoundError):
    """There is no avatar of that name or path."""

    code = "model_not_found"
    exit_code = 66

    def __str__(self) -> str:
        """The message alone: ``OSError`` would otherwise print its own."""
        return str(self.args[0]) if self.args else ""


class ModelLoadError(ModelError):
    """A file was found, but it is no avatar that can be loaded."""

    code = "model_load_failed"


class ModelSecurityError(ModelError):
    """An avatar is protected."""

    code = "model_security_violation"


class ExpressionModelNotSupported(ModelError):  # noqa: N818 - the name programs know
    """An avatar is of a kind that this runtime does not play."""

    code = "expression_model_not_supported"


class RuntimeNotReadyError(BithumanError):
    """The runtime has no avatar yet, or is closed."""

    code = "runtime_not_ready"
    exit_code = 69


class AvatarError(UserError):
    """Base of the errors of ``open`` and ``Avatar.render``."""


class InvalidAvatar(AvatarError):  # noqa: N818 - the names of these four are what programs know
    """The source is no avatar."""

    exit_code = 65


class NotSupported(AvatarError):  # noqa: N818
    """The avatar, or what was asked of it, is of a kind that is not supported."""

    exit_code = 69


class NotAuthorised(AvatarError):  # noqa: N818
    """Something would need permission; never raised here."""

    exit_code = 77


class Failed(AvatarError):  # noqa: N818
    """Rendering failed."""

    exit_code = 70
