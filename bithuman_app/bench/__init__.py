"""How fast the program is on this machine: one thread, real speech, the same work every time.

``benchmark.run_benchmark`` measures everything; ``scenes`` makes the poses that are rendered, ``timing``
holds the stopwatch, ``memory`` weighs a process that does nothing but talk.
"""

from .benchmark import run_benchmark

__all__ = ["run_benchmark"]
