"""Pictures as JPEG bytes and back."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def encode_image(image: NDArray[np.uint8], quality: int = 85) -> bytes:
    """Encode uint8 (h, w, 3) BGR as JPEG; raises ``ValueError`` for what is no picture."""
    try:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except (cv2.error, TypeError) as error:
        raise ValueError("the picture cannot be encoded as JPEG") from error
    if not done:
        raise ValueError("the picture cannot be encoded as JPEG")
    return bytes(data)


def decode_image(image_bytes: bytes) -> NDArray[np.uint8]:
    """Decode a picture file's bytes to uint8 (h, w, 3) BGR; raises ``ValueError`` for other bytes."""
    image = cv2.imdecode(np.frombuffer(image_bytes, np.uint8), cv2.IMREAD_COLOR) if image_bytes else None
    if image is None:
        raise ValueError("these bytes are no picture")
    return np.asarray(image, np.uint8)


class CompressedImage:
    """A picture kept as JPEG and decoded when it is looked at."""

    def __init__(self, data: bytes | NDArray[Any]) -> None:
        """``data`` is JPEG bytes, or uint8 (h, w, 3) BGR to be encoded."""
        self.data = encode_image(data) if isinstance(data, np.ndarray) else bytes(data)

    def as_numpy(self) -> NDArray[np.uint8]:
        """Return uint8 (h, w, 3) BGR."""
        return decode_image(self.data)
