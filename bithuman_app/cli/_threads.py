"""How many threads the numeric libraries may start."""

import os


def keep_numpy_to_one_thread() -> None:
    """Make matrix products run in the thread that asks for them; must come before numpy is imported.

    A face's products are small: OpenBLAS spreads them over all cores, where they wait for each other
    spinning, and a bake takes twice the time.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
