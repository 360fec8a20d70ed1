"""Whether an endpoint that speaks as OpenAI's do can be reached, and which models it has."""

import json
import socket
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, Final

from ...errors import UnavailableError

_SECONDS: Final = 6.0
_MOST_BYTES: Final = 2 * 1024 * 1024


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the key is for the address that was given."""

    def redirect_request(self, *_: Any) -> None:
        return None


def models_of(base_url: str, key: str | None = None) -> list[str]:
    """Return the names of an endpoint's models, as its ``/models`` lists them.

    Raises ``UnavailableError`` with one line that says why there is no answer; the key is not in it.
    """
    request = urllib.request.Request(f"{base_url.rstrip('/')}/models", headers={"Accept": "application/json"})
    if key:
        request.add_unredirected_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.build_opener(_StayThere).open(request, timeout=_SECONDS) as answer:
            body = answer.read(_MOST_BYTES)
    except urllib.error.HTTPError as error:
        raise UnavailableError(_refused(error.code)) from None
    except (TimeoutError, urllib.error.URLError, OSError, HTTPException, ValueError) as error:
        raise UnavailableError(_unreachable(error)) from None
    return _names(body)


def _names(body: bytes) -> list[str]:
    try:
        listed = json.loads(body)
        models = listed["data"] if isinstance(listed, dict) else listed
        return sorted(str(model["id"]) for model in models)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UnavailableError("something answers there, but not with a list of models") from None


def _refused(code: int) -> str:
    if code in (401, 403):
        return f"it is there, but does not take this key ({code})"
    if code == 404:
        return "it is there, but has no list of models (404); such addresses often end in /v1"
    if 300 <= code < 400:
        return f"it wants to lead elsewhere ({code}); give the address where it is"
    return f"it answers with the error {code}"


def _unreachable(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"there is no answer within {_SECONDS:.0f} seconds"
    if isinstance(reason, ConnectionRefusedError):
        return "nothing answers there; is it running?"
    if isinstance(reason, socket.gaierror):
        return "there is no computer of that name, or no network"
    return f"it cannot be reached ({type(reason).__name__})"
