"""``import bithuman`` finds this package: in one process, and only after ``install`` was called."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

ALIAS: Final = "bithuman"
_REAL: Final = __package__
#: Processes that the program starts with ``multiprocessing`` inherit its ``sys.path``, and through
#: this folder on it they find the package too.
_SHIM: Final = str(Path(__file__).parent / "shim")


class _AliasFinder(MetaPathFinder):
    """Finds ``bithuman`` and everything below it here, before any installed package of that name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where to load a module from; None for names that are not bitHuman's or not offered."""
        if fullname != ALIAS and not fullname.startswith(ALIAS + "."):
            return None
        found = importlib.util.find_spec(_REAL + fullname.removeprefix(ALIAS))
        if found is None:
            return None
        is_package = found.submodule_search_locations is not None
        return ModuleSpec(fullname, _AliasLoader(found.name), origin=found.origin, is_package=is_package)


class _AliasLoader(Loader):
    """Loads a module of this package under another name: the same object, so classes are the same."""

    def __init__(self, real: str) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module itself."""
        module = importlib.import_module(self._real)
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give back the module its own spec, which importing it under the alias has replaced."""
        module.__spec__ = self._own_spec


def install() -> None:
    """Let ``import bithuman`` mean this package from now on; may be called again."""
    if any(isinstance(finder, _AliasFinder) for finder in sys.meta_path):
        return
    for name in [name for name in sys.modules if name == ALIAS or name.startswith(ALIAS + ".")]:
        del sys.modules[name]
    sys.meta_path.insert(0, _AliasFinder())
    if _SHIM not in sys.path:
        sys.path.insert(0, _SHIM)
