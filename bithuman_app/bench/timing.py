"""A stopwatch for work that is done again and again."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that each repetition took.

    ``cpu`` counts the processor time of all threads of this process, so work that a library hides in
    other threads counts too, and what other programs do meanwhile does not. ``wall`` is what a clock
    on the wall shows.
    """

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def facts(self, name: str) -> dict[str, float]:
        """Return mean, 95th percentile and maximum of both, as ``render_ms_…`` and ``render_wall_ms_…``.

        ``name`` must contain ``_ms``, which the wall clock's figures replace by ``_wall_ms``.
        """
        found = {}
        for label, values in ((name, self.cpu), (name.replace("_ms", "_wall_ms", 1), self.wall)):
            found[label] = round(float(np.mean(values)), 4)
            found[f"{label}_p95"] = round(float(np.percentile(values, 95)), 4)
            found[f"{label}_max"] = round(float(np.max(values)), 4)
        return found


def time_each(work: Callable[[Item], Any], items: Iterable[Item]) -> Timing:
    """Time ``work`` for each item."""
    timing = Timing()
    for item in items:
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        work(item)
        timing.cpu.append((time.process_time_ns() - cpu) / 1e6)
        timing.wall.append((time.perf_counter_ns() - wall) / 1e6)
    return timing
