"""The live avatar in a browser.

`server.Server` runs an application in a thread; `app.create_app` makes ours: the page (`static/`), one
WebSocket for each open page (`connection`), and uploads (`uploads`). `access` decides who may come in.
`hall` gives each user a `stage`: one session, performed for as long as one of its `viewer`s looks.
`protocol` is what goes over the socket.
"""

from .access import Access
from .app import create_app
from .server import Server
from .stage import Stage
from .subtitles import Word
from .wardrobe import Wardrobe

__all__ = ["Access", "Server", "Stage", "Wardrobe", "Word", "create_app"]
