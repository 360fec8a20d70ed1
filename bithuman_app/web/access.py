"""Who may come in, and what every answer says to browsers."""

import hashlib
import hmac
import ipaddress
import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import UsageError
from .limits import Allowance

LEAST_PASSWORD: Final = 8
_MOST_PASSWORD: Final = 200
_YEAR: Final = 365 * 24 * 3600
#: Names by which a browser on this machine knows it. Any other could be a foreign site's name that
#: was pointed here (DNS rebinding).
_LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICY_HEADER: Final = "Content-Security-Policy"
_SECURITY_HEADERS: Final = {
    _POLICY_HEADER: (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # "no-referrer" would hide the origin of the login form too
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Access:
    """Knows users by a signed cookie, which is only given to those who may come in.

    Without a password everybody on this machine may; then requests must name it as browsers here do.
    """

    def __init__(self, host: str, password: str | None = None) -> None:
        """Raise ``UsageError`` for a host that others can reach without a password, or a weak one."""
        if password is None and not is_loopback(host):
            raise UsageError(f"others can reach {host}: choose a password (--password or its variable)")
        if password is not None and not LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD:
            raise UsageError(f"the password must have {LEAST_PASSWORD} to {_MOST_PASSWORD} characters")
        self.needs_password = password is not None
        self._password = b"" if password is None else password.encode()
        # From the password, so that whoever came in need not again after a restart.
        self._key = (
            secrets.token_bytes(32)
            if password is None
            else hashlib.scrypt(self._password, salt=b"bithuman-app viewer", n=2**14, r=8, p=1)
        )
        self._attempts = Allowance(rate=10 / 60, burst=10)

    def user(self, connection: HTTPConnection) -> str | None:
        """Return who sent a request, None if it has no good cookie."""
        identity, _, signature = connection.cookies.get(_cookie_name(connection), "").partition(".")
        good = identity and hmac.compare_digest(signature.encode(), self._sign(identity).encode())
        return identity if good else None

    def new_user(self) -> str:
        """Return a fresh identity."""
        return secrets.token_urlsafe(18)

    def cookie(self, connection: HTTPConnection, user: str) -> str:
        """Return the Set-Cookie header that makes a browser this user."""
        secure = "; Secure" if connection.url.scheme in ("https", "wss") else ""
        return (
            f"{_cookie_name(connection)}={user}.{self._sign(user)}; HttpOnly; SameSite=Strict;"
            f" Path=/; Max-Age={_YEAR}{secure}"
        )

    def check_password(self, attempt: str) -> bool | None:
        """Return whether it is the password; None if there were too many wrong ones of late."""
        return self._is_password(attempt) if self._attempts.take() else None

    def brings_password(self, connection: HTTPConnection) -> bool:
        """Return whether a program sends the password, as ``Authorization: Bearer``."""
        kind, _, attempt = connection.headers.get("authorization", "").partition(" ")
        if not self.needs_password or kind.lower() != "bearer" or not attempt:
            return False
        good = bool(self.check_password(attempt))
        if good:  # a program sends it with every request, so only wrong ones count
            self._attempts.give_back()
        return good

    def may_name(self, headers: Headers) -> bool:
        """Return whether a request names this server in an acceptable way."""
        return self.needs_password or _host_name(headers.get("host", "")) in _LOOPBACK_NAMES

    def is_own_page(self, headers: Headers) -> bool:
        """Return whether a request comes from a page of this very server, as its ``Origin`` tells."""
        origin = urlsplit(headers.get("origin", ""))
        return origin.scheme in ("http", "https") and origin.netloc == headers.get("host", "")

    def _is_password(self, attempt: str) -> bool:
        wanted, given = (hashlib.sha256(text).digest() for text in (self._password, attempt.encode()))
        return hmac.compare_digest(wanted, given)

    def _sign(self, user: str) -> str:
        return hmac.new(self._key, user.encode(), hashlib.sha256).hexdigest()


class Guard:
    """Refuses what browsers should never send here, and adds the security headers to every answer.

    An answer may have a content security policy of its own.
    """

    def __init__(self, app: ASGIApp, access: Access, programs: bool = False) -> None:
        """``programs``: requests that no browser sends for a page are taken too."""
        self._app, self._access, self._programs = app, access, programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    if name not in headers or name != _POLICY_HEADER:
                        headers[name] = value
            await send(message)

        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.may_name(headers):
            return PlainTextResponse("This server answers to 127.0.0.1 and localhost only.", 421)
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        alone = self._programs and "origin" not in headers and "sec-fetch-site" not in headers
        if changes and not alone and not self._access.is_own_page(headers):
            return PlainTextResponse("Pages of other sites may not use this server.", 403)
        return None


def _cookie_name(connection: HTTPConnection) -> str:
    # Cookies do not tell ports apart; servers on several ports must not take each other's away.
    server = connection.scope.get("server")
    return f"bithuman_app_{server[1] if server else 0}"


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
