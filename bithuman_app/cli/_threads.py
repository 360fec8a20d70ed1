"""How many threads the numeric libraries may start."""

import os


def keep_numpy_to_one_thread() -> None:
    """Make matrix products run in the thread that asks for them; must come before numpy is imported.

    Worker processes inherit it. A face's products are small: OpenBLAS spreads them over all cores, where
    they wait for each other spinning. A bake then takes twice the time, and a video, whose encoder finds
    no core free, 1.8 s instead of 1.0 s for 10 s of speech (two cores).
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
