"""Showing people how far a bake or a measurement is, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ._common import console


@contextmanager
def bake_progress(activity: str = "baking") -> Iterator[Callable[[str, float], None]]:
    """Give a function that shows the name of a step and the share done, 0 to 1."""
    if not console().is_terminal:
        yield lambda step, share: None
        return
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=console(), transient=True) as bars:
        task = bars.add_task(activity, total=1.0)
        yield lambda step, share: bars.update(task, description=f"{activity}: {step}", completed=share)
