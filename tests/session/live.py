"""What the tests of the live session share."""

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.session import Tick, View


def sixteen_bit(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.clip(np.rint(samples * 32_768), -32_768, 32_767).astype(np.int16)


def noise(seconds: float, rate: int = 16_000, channels: int = 1, seed: int = 0) -> NDArray[np.int16]:
    """Return int16 (n, channels): sound in which no sample can be mistaken for another."""
    random = np.random.default_rng(seed)
    return random.integers(-20_000, 20_000, (round(seconds * rate), channels)).astype(np.int16)


def take(view: View, count: int) -> list[Tick]:
    return list(islice(view, count))


def due(view: View, played: int, rate: int, ahead: int = 0) -> list[Tick]:
    """Return all ticks due when the audio clock shows ``played`` at ``rate``."""
    return list(iter(lambda: view.due(played, rate, ahead), None))


def take_utterance(view: View) -> list[Tick]:
    """Return all ticks up to the end of speech."""
    ticks = [view.next()]
    while not ticks[-1].end_of_speech:
        ticks.append(view.next())
    return ticks


def sound(ticks: list[Tick]) -> NDArray[np.int16]:
    """Return the sound of ticks at 16 kHz, without what fills up the last."""
    return np.concatenate([tick.samples[: tick.sample_count] for tick in ticks])


def original(ticks: list[Tick]) -> NDArray[np.int16]:
    return np.concatenate([piece.samples for tick in ticks for piece in tick.original])


def jaw(tick: Tick) -> float:
    return float(tick.pose.coefficients[INDEX["jawOpen"]])


def numbers(ticks: list[Tick]) -> NDArray[np.float64]:
    """Return all that the faces of ticks do, (ticks, 60)."""
    return np.array(
        [
            [
                *tick.pose.coefficients,
                *(getattr(tick.pose.head, name) for name in ("yaw", "pitch", "roll", "x", "y")),
                tick.pose.breath,
                tick.pose.tongue,
                tick.pose.speech,
            ]
            for tick in ticks
        ]
    )
