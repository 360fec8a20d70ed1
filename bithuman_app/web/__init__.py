"""The live avatar in a browser.

`server.Server` runs an application in a thread; `app.create_app` makes ours: the page (`static/`), one
WebSocket for each open page (`connection`), and uploads (`uploads`). `access` decides who may come in.
`hall` gives each user a stage of their own, and a `feed` of it for as long as one of its `viewer`s looks.
`protocol` is what goes over the socket.
"""

from ..stage import Stage, Wardrobe, Word
from .access import Access
from .app import create_app
from .server import Server

__all__ = ["Access", "Server", "Stage", "Wardrobe", "Word", "create_app"]
