"""How far the mouth is behind a voice, from outside: sound into the microphone, a camera on the screen."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar import open_avatar
from bithuman_app.avatar.arkit import INDEX
from bithuman_app.media.resampling import Resampler
from bithuman_app.session import Session, Tick
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import RATE, SoundServer

Curve = NDArray[np.float64]
_FRAME: Final = 0.04
#: The pixels that tell most of how far the mouth is open.
_PIXELS: Final = 150
_LOOK_SECONDS: Final = 0.003
_LAGS: Final = np.arange(-0.1, 0.6, 0.005)


@dataclass(frozen=True, slots=True)
class Mouth:
    """How to see, in a picture of an avatar, how far its mouth is open."""

    pixels: NDArray[np.intp]
    weights: Curve

    def openness(self, picture: NDArray[np.uint8]) -> float:
        """Return a number that is larger for an open mouth."""
        return float(_grey(picture)[self.pixels] @ self.weights)


@dataclass(frozen=True, slots=True)
class Figures:
    """``behind`` is by how many seconds, ``alike`` (0..1) how well the mouth's movement fits the voice."""

    behind: float
    alike: float
    openness: Curve


def learn(avatar_file: Path, speech: NDArray[np.float32]) -> Mouth:
    """Return how to see the mouth of an avatar, learnt while it says float32 (n,) at 16 kHz."""
    ticks = _perform(avatar_file, speech)
    jaw = np.array([_jaw(tick) for tick in ticks])
    seen = np.array([_grey(tick.image()) for tick in ticks])
    covariance = ((jaw - jaw.mean())[:, None] * (seen - seen.mean(0))).mean(0)
    pixels = np.argsort(-np.abs(covariance))[:_PIXELS]
    return Mouth(pixels, covariance[pixels] / np.linalg.norm(covariance[pixels]))


def measure(
    screen: Screen, server: SoundServer, window: str, avatar_file: Path, speech: NDArray[np.float32]
) -> Figures:
    """Say float32 (n,) at 16 kHz into the microphone, watch the window, and compare.

    What is compared with is the mouth's movement for the sound that really came to the microphone.
    """
    mouth = learn(avatar_file, speech)
    area = screen.area(window)
    times: list[float] = []
    seen: list[float] = []
    with server.listen_to_microphone() as recording:
        said = threading.Thread(target=server.speak, args=(resampled(speech, 16_000, RATE),))
        said.start()
        while said.is_alive():
            seen.append(mouth.openness(screen.grab(area)))
            times.append(time.monotonic())
            time.sleep(_LOOK_SECONDS)
        said.join()
    heard = resampled(recording.samples, RATE, 16_000)
    expected = np.array([_jaw(tick) for tick in _perform(avatar_file, heard)])
    return _compare(np.array(times) - recording.begin, np.array(seen), expected)


def _perform(avatar_file: Path, speech: NDArray[np.float32]) -> list[Tick]:
    """Return the frames of a speech, 40 ms each."""
    with Session(open_avatar(avatar_file), queue_seconds=float("inf")) as session:
        view = session.view()
        session.push(speech, 16_000, end=True)
        return [view.next() for _ in range(-(-len(speech) // 640))]


def _compare(times: Curve, seen: Curve, expected: Curve) -> Figures:
    """Find by how much what was seen must be moved to fit best what should be seen."""
    moments = np.arange(max(times[0], 0), min(times[-1], len(expected) * _FRAME) - _LAGS[-1], 0.005)
    wanted = expected[(moments / _FRAME).astype(int)]
    fits = []
    for lag in _LAGS:
        place = np.clip(np.searchsorted(times, moments + lag) - 1, 0, len(seen) - 1)
        fits.append(np.corrcoef(seen[place], wanted)[0, 1])
    best = int(np.argmax(fits))
    return Figures(float(_LAGS[best]), float(fits[best]), seen)


def _jaw(tick: Tick) -> float:
    return float(tick.pose.coefficients[INDEX["jawOpen"]])


def resampled(sound: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Return float32 (n,) at another rate."""
    resampler = Resampler(rate, wanted, 1)
    return np.concatenate([resampler.push(sound[None]), resampler.finish()], axis=1)[0]


def _grey(picture: NDArray[Any]) -> Curve:
    return picture.astype(np.float64).mean(axis=2).ravel()
