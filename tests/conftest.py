"""Set up before any test module, and thus numpy, is loaded."""

import os

# Many small matrix products: OpenBLAS would keep every core busy waiting for them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
