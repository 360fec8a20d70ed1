"""Face pose to pixels: ``Renderer(avatar).render(pose)``.

``warp`` inverts the fields that move the picture, ``mouth`` and ``eyes`` draw what opens.
"""

from .renderer import Renderer

__all__ = ["Renderer"]
