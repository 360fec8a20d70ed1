"""What the tabs Render and Avatars fetch from the server: lists, pictures, videos, and what is done to them.

All names that requests bring are looked up in lists; none of them becomes a path.
"""

from starlette.applications import Starlette
from starlette.routing import Route

from .context import PageContext
from .workshop_avatars import Avatars
from .workshop_orders import Orders
from .workshop_requests import answering


def workshop_app(context: PageContext) -> Starlette:
    """Return the application to be mounted under ``/workshop``."""
    orders, avatars = Orders(context), Avatars(context)
    get = {
        "/orders": orders.show,
        "/orders.zip": orders.send_all,
        "/orders/{id}/video": orders.send,
        "/avatars": avatars.show,
        "/avatars/{name}/still": avatars.send_still,
        "/avatars/{name}/clip": avatars.send_clip,
        "/avatars/{name}/file": avatars.send_file,
        "/bakes/{id}": avatars.show_bake,
    }
    post = {
        "/orders": orders.add,
        "/orders/clear": orders.clear,
        "/orders/{id}/cancel": orders.cancel,
        "/orders/{id}/remove": orders.remove,
        "/avatars/import": avatars.bring,
        "/avatars/{name}/stage": avatars.put_on_stage,
        "/avatars/{name}/rename": avatars.rename,
        "/avatars/{name}/delete": avatars.delete,
        "/avatars/restore": avatars.restore,
        "/bakes": avatars.bake,
        "/bakes/{id}/cancel": avatars.cancel_bake,
    }
    routes = [Route(path, answering(endpoint), methods=["GET"]) for path, endpoint in get.items()]
    routes += [Route(path, answering(endpoint), methods=["POST"]) for path, endpoint in post.items()]
    return Starlette(routes=routes)
