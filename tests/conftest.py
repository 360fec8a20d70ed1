"""Set up before any test module, and thus numpy, is loaded."""

import os
import signal
import threading

# Many small matrix products: OpenBLAS would keep every core busy waiting for them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No test opens a window on the screen of whoever works here; those of the window bring their own.
for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(variable, None)

# A shell that starts the tests in the background has them ignore Ctrl-C, and programs that they start
# inherit that; but what those do on Ctrl-C is tested.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)
