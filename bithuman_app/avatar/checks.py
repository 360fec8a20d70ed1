"""Checks the blocks of a container against rules: type, shape and range of each, and that it is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .container_layout import BlockEntry
from .container_reader import Container

#: The ``dtype`` of a rule for a block of opaque bytes.
BYTES: Final = "bytes"


@dataclass(frozen=True, slots=True)
class BlockRule:
    """What one block, or all blocks of a folder, must be.

    ``name`` is the name of a block; ``"folder/*"`` stands for every block in ``folder``, of which
    there may be none. ``dtype`` is the NumPy name of the element type, or ``"bytes"``. In ``shape`` a
    number is a fixed size and a word a size, not 0, that is the same wherever the word stands, as in
    ``("height", "width", 3)`` (of the blocks of a folder each may have its own); sizes known beforehand
    are given to ``check_blocks``. Floating-point blocks must be finite; ``lowest`` and ``highest`` bound
    the values of any array, inclusively. ``meaning`` is for people.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...] = ()
    optional: bool = False
    lowest: float | None = None
    highest: float | None = None
    meaning: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether the rule stands for all blocks of a folder."""
        return self.name.endswith("/*")

    def covers(self, block_name: str) -> bool:
        """Tell whether the rule is about this block."""
        return block_name.startswith(self.name[:-1]) if self.is_folder else block_name == self.name


def check_blocks(
    container: Container, rules: Iterable[BlockRule], sizes: dict[str, int] | None = None
) -> dict[str, int]:
    """Check a container against rules; blocks that no rule covers may be anything.

    ``sizes`` gives words in shapes that are known beforehand (from the manifest, say). Returns every
    word with its size. Raises ``DataError`` naming the first block that breaks a rule.
    """
    known = dict(sizes or {})
    entries = {entry.name: entry for entry in container.outline.entries}
    for rule in rules:
        covered = [entry for name, entry in entries.items() if rule.covers(name)]
        if not covered and not rule.optional and not rule.is_folder:
            raise DataError(f"{container.name} lacks the block '{rule.name}'")
        for entry in covered:
            _check_entry(container.name, entry, rule, dict(known) if rule.is_folder else known)
            block = container.blocks[entry.name]
            if isinstance(block, np.ndarray):
                _check_values(container.name, entry.name, block, rule)
    return known


def _check_entry(name: str, entry: BlockEntry, rule: BlockRule, known: dict[str, int]) -> None:
    where = f"{name}: block '{entry.name}'"
    if entry.dtype != rule.dtype:
        raise DataError(f"{where} is of type {entry.dtype}, not {rule.dtype}")
    if rule.dtype == BYTES:
        return
    expected = tuple(known.get(size, size) if isinstance(size, str) else size for size in rule.shape)
    fits = len(entry.shape) == len(expected)
    for size, wanted in zip(entry.shape, expected, strict=False):
        # A word that appears twice in one shape is known from its first place on.
        if isinstance(wanted, str):
            wanted = known.setdefault(wanted, size)
            if size == 0:
                raise DataError(f"{where} is empty: its shape is {_written(entry.shape)}")
        fits = fits and size == wanted
    if not fits:
        raise DataError(f"{where} has the shape {_written(entry.shape)}, not {_written(expected)}")


def _check_values(name: str, block_name: str, block: NDArray[Any], rule: BlockRule) -> None:
    where = f"{name}: block '{block_name}'"
    if block.size == 0:
        return
    # A minimum of floats is NaN if any is: two passes check everything, without a temporary array.
    lowest, highest = float(block.min()), float(block.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise DataError(f"{where} holds values that are not finite")
    if rule.lowest is not None and lowest < rule.lowest:
        raise DataError(f"{where} holds {lowest:g}; {rule.lowest:g} is the least allowed")
    if rule.highest is not None and highest > rule.highest:
        raise DataError(f"{where} holds {highest:g}; {rule.highest:g} is the most allowed")


def _written(shape: tuple[int | str, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ")"
