"""Bake a picture into an avatar: find the face, fit the shapes, build the layers.

``bake`` does it all, once, in about a second; the frame path then only mixes, warps and blends.
``framing`` crops, ``face`` and ``topology`` know the mesh, ``shapes`` says how it moves, ``field``
spreads that over the picture; ``lips``, ``mouth``, ``interior``, ``eyes`` and ``head`` build what
opens and turns; ``marks`` stands in for the landmark network where a face is marked by hand.
"""

from .bake import BakeOptions, BakeProgress, NoFaceError, bake, bake_file

__all__ = ["BakeOptions", "BakeProgress", "NoFaceError", "bake", "bake_file"]
