import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.avatar.model import Avatar
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset


@pytest.fixture(scope="session")
def avatar() -> Avatar:
    return bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(256, 256), name="maya"))


@pytest.fixture(scope="session")
def speech() -> NDArray[np.float32]:
    """Return a second and a half of speech, 16 kHz."""
    return read_audio(asset("audio", "speech.wav"), limit_seconds=1.5)
