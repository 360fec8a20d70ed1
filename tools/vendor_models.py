"""Take the four TensorFlow Lite models that the bake uses, and their licence, out of the mediapipe wheel.

    python -m tools.vendor_models [--wheel mediapipe-0.10.21-….whl]

The application runs them with OpenCV's own network runner, so it does not depend on mediapipe itself.
"""

from pathlib import Path
from typing import Final

from tools.wheels import MEDIAPIPE, VendoredFile, vendor_files

MODELS: Final = Path(__file__).parent.parent / "assets" / "models"

FILES: Final[tuple[VendoredFile, ...]] = (
    (
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        "face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    (
        "mediapipe/modules/face_landmark/face_landmark.tflite",
        "face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
    (
        "mediapipe/modules/iris_landmark/iris_landmark.tflite",
        "iris_landmark.tflite",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    ),
    (
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        "selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
    (
        "mediapipe-0.10.21.dist-info/LICENSE",
        "LICENSE.mediapipe.txt",
        "8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8",
    ),
)


if __name__ == "__main__":
    vendor_files(__doc__, MEDIAPIPE, FILES, MODELS)
