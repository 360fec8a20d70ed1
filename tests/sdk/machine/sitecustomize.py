"""A pretended screen: OpenCV's windows write down what they show and are told which keys are pressed.

Python imports this by itself when the folder is on ``PYTHONPATH``. The environment says what happens:
``PRETENDED_KEYS`` such as ``1@0.5 2@2 q@4`` (key at seconds after the first picture) and
``PRETENDED_RECORD``, the file that gets one JSON line a picture.
"""

import json
import os
import time

if "PRETENDED_RECORD" in os.environ:
    import cv2
    import numpy as np

    record = open(os.environ["PRETENDED_RECORD"], "a")  # noqa: SIM115 - until the process ends
    keys = [
        (float(at), key)
        for key, at in (item.split("@") for item in os.environ.get("PRETENDED_KEYS", "").split())
    ]
    first_picture: list[float] = []

    def show(window: str, picture: np.ndarray) -> None:
        first_picture[:1] = first_picture[:1] or [time.monotonic()]
        height, width = picture.shape[:2]
        mouth = picture[int(0.55 * height) : int(0.9 * height), int(0.3 * width) : int(0.7 * width)]
        entry = {
            "at": time.monotonic() - first_picture[0],
            "window": window,
            "size": [width, height],
            "mouth": np.round(cv2.resize(mouth, (16, 16), interpolation=cv2.INTER_AREA).ravel()).tolist(),
        }
        record.write(json.dumps(entry) + "\n")
        record.flush()

    def wait_key(_milliseconds: int = 0) -> int:
        if first_picture and keys and time.monotonic() - first_picture[0] >= keys[0][0]:
            return ord(keys.pop(0)[1])
        return -1

    cv2.imshow, cv2.waitKey = show, wait_key
    for name in ("namedWindow", "resizeWindow", "destroyWindow", "destroyAllWindows", "setWindowProperty"):
        setattr(cv2, name, lambda *_arguments: None)
