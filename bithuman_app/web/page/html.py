"""The page's document: our frame around what Gradio answers."""

import re
from typing import Final

from starlette.types import ASGIApp, Message, Scope

#: Where our document has what is taken from Gradio's, when it is there.
_HEAD, _BODY = "<!-- tabs: head -->", "<!-- tabs: body -->"
_SCRIPT: Final = re.compile(r"<script\b(?![^>]*\bsrc=).*?</script>", re.DOTALL)
_WANTED_IN_HEAD: Final = re.compile(
    r'<script>window\.gradio_config = .*?</script>|<script type="module"[^>]*></script>'
    r'|<link rel="(?:stylesheet|modulepreload)"[^>]*>',
    re.DOTALL,
)
_APP: Final = re.compile(r"<gradio-app\b.*?</gradio-app>", re.DOTALL)


def framed(gradio: str, ours: str) -> str:
    """Return our document with Gradio's configuration, scripts and styles in it.

    The rest of its document is left out: it would only describe Gradio to other sites.
    """
    head = "\n".join(
        found.group().replace("<script>", '<script nonce="{nonce}">', 1)
        for found in _WANTED_IN_HEAD.finditer(gradio)
    )
    app = _APP.search(gradio)
    if not head or app is None:
        raise ValueError("Gradio's page has another form than expected")
    return ours.replace(_HEAD, head).replace(_BODY, app.group())


async def collected(app: ASGIApp, scope: Scope) -> str:
    """Return the text that an application answers to a request without a body."""
    asked = {**scope, "headers": [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(asked, receive, send)
    return b"".join(parts).decode()
