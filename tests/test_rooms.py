"""The rooms of the house: who may import whom, and how big a file may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "bithuman_app"
MOST_LINES = 400

#: Where shared foundations lie that every room may use.
FOUNDATIONS = {"__version__", "errors", "resources"}

#: What each room may import besides itself and the foundations. ``lipsync.curves`` is the one module
#: of another room that ``performance`` knows: the form in which it is told what the mouth does.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "resources": set(),
    "media": set(),
    "avatar": {"media"},
    "lipsync": {"media"},
    "performance": {"avatar", "lipsync.curves"},
    "render": {"avatar"},
    "session": {"media", "avatar", "lipsync", "performance", "render"},
    "bench": {"media", "avatar", "lipsync", "performance", "render", "session"},
    "voice": {"media"},
    "studio": {"media", "avatar", "lipsync", "performance", "render", "session", "voice", "settings"},
    "stage": {"media", "avatar", "lipsync.phonemes", "performance", "session", "voice"},
    "desktop": {
        "stage",
        "session",
        "voice",
        "performance",
        "render",
        "avatar",
        "media",
        "settings",
        "studio",
    },
    "doctor": {"avatar", "session", "voice", "desktop.preflight", "settings"},
    "web": {
        "stage",
        "studio",
        "render.background",
        "session",
        "voice",
        "performance",
        "avatar",
        "media",
        "settings",
        "settings_storage",
        "logs",
        "doctor",
    },
    "sdk": {"session", "performance", "render", "lipsync", "avatar", "media"},
    "logs": set(),
    "settings": {"logs"},
    "settings_storage": {"settings"},
}
#: Entry points may import everything.
UNRESTRICTED = {"cli", "__init__", "__main__"}


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_assets" not in path.parts)


def _dotted(path: Path) -> list[str]:
    """Return a module's place inside the package: ``avatar/bake/face.py`` is avatar, bake, face."""
    return list(path.relative_to(PACKAGE).with_suffix("").parts)


def imported_parts(tree: ast.AST, place: list[str]) -> Iterator[str]:
    """Yield, dotted and relative to the package, what the module at ``place`` imports of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ["bithuman_app", *place][: -node.level]
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            first, _, rest = name.partition(".")
            if first == "bithuman_app":
                yield rest


def forbidden_imports(tree: ast.AST, place: list[str]) -> list[str]:
    """Return what a module imports although its room may not."""
    room = place[0]
    if room in UNRESTRICTED:
        return []
    allowed = {room} | FOUNDATIONS | MAY_IMPORT[room]
    return [
        name
        for name in imported_parts(tree, place)
        if not any(name == part or name.startswith(part + ".") for part in allowed)
    ]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: "/".join(_dotted(path)))
def test_module_imports_only_lower_rooms(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert forbidden_imports(tree, _dotted(path)) == []


def test_every_room_is_in_the_table() -> None:
    rooms = {_dotted(path)[0] for path in _modules()}

    assert rooms - MAY_IMPORT.keys() - UNRESTRICTED == set()


def test_the_table_has_no_circle() -> None:
    order: list[str] = []
    waiting = {room: {part.split(".")[0] for part in parts} for room, parts in MAY_IMPORT.items()}
    while ready := [room for room, needs in waiting.items() if needs <= set(order)]:
        order += ready
        for room in ready:
            del waiting[room]

    assert waiting == {}


@pytest.mark.parametrize(
    ("statement", "place", "forbidden"),
    [
        ("from ..render import Renderer", ["avatar", "model"], ["render.Renderer"]),
        ("from ...render import Renderer", ["avatar", "bake", "face"], ["render.Renderer"]),
        ("from .. import cli", ["media", "audio"], ["cli"]),
        ("import bithuman_app.session", ["render", "mouth"], ["session"]),
        ("def late():\n    from ..session import offline", ["media", "video"], ["session.offline"]),
        ("from ..lipsync.stream import ArticulationStream", ["performance", "performer"],
         ["lipsync.stream.ArticulationStream"]),
        ("from ..lipsync.curves import Curves", ["performance", "performer"], []),
        ("from ..errors import DataError", ["media", "audio"], []),
        ("from .pose import FacePose", ["avatar", "model"], []),
        ("from ..pose import FacePose", ["avatar", "bake", "face"], []),
        ("import numpy.typing", ["media", "audio"], []),
    ],
)  # fmt: skip
def test_an_import_upwards_is_found(statement: str, place: list[str], forbidden: list[str]) -> None:
    assert forbidden_imports(ast.parse(statement), place) == forbidden


@pytest.mark.parametrize("path", _modules(), ids=lambda path: "/".join(_dotted(path)))
def test_module_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines < MOST_LINES
