"""Draw a strip: the sound of a sentence, its phonemes, what the lips do, and frames of a speaking face.

    python -m tools.lipsync_strip [--avatar NAME] [--words] [-o FILE]

Shows the sentence "A moment ago, I was only a photo" of the speech sample. Faces and coloured curves come
from the sound alone, as in a live conversation; with ``--words`` from the known phonemes as well. The
grey curves are what the phonemes alone ask for.
"""

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar import open_avatar
from bithuman_app.avatar.pose import FacePose, HeadPose
from bithuman_app.lipsync import FRAMES_PER_SECOND, SAMPLE_RATE, Curves, articulate, loudness
from bithuman_app.lipsync.coarticulation import from_phonemes, meet
from bithuman_app.lipsync.phonemes import Phoneme, phoneme_map
from bithuman_app.media.audio import read_audio
from bithuman_app.media.images import write_image
from bithuman_app.performance import Performer
from bithuman_app.render import Renderer

ROOT: Final = Path(__file__).parent.parent.parent
AUDIO: Final = ROOT / "assets" / "audio"
OUTPUT: Final = ROOT / "docs" / "images" / "lipsync_strip.png"
#: From where to where in the sample, in seconds, and the phonemes that get a frame, by their order.
START, END = 2.0, 4.2
SHOWN: Final = (0, 1, 2, 3, 5, 8, 9, 10, 13, 14, 17, 18, 19, 20)

#: OpenCV's own font has no IPA: ARPABET, as English dictionaries for machines use it.
ARPABET: Final = {
    "ə": "ax", "ᵊ": "ax", "ɐ": "ax", "ʌ": "ah", "O": "ow", "I": "ay", "A": "ey", "Y": "oy", "ɡ": "g",
    "T": "dx", "i": "iy", "u": "uw", "ɪ": "ih", "ɛ": "eh", "æ": "ae", "ɑ": "aa", "ɔ": "ao", "ɹ": "r",
    "ʃ": "sh", "ʧ": "ch", "θ": "th", "ŋ": "ng",
}  # fmt: skip

Picture = NDArray[np.uint8]
TILE, GAP, MARGIN = 132, 8, 36
LABELS: Final = 96
WAVE_HEIGHT, CURVE_HEIGHT, PHONEME_HEIGHT, LEADER_HEIGHT = 90, 84, 34, 46
BACKGROUND, PANEL = (255, 255, 255), (246, 244, 242)
INK, QUIET = (40, 36, 34), (140, 132, 126)
WAVE_COLOUR = (196, 160, 110)
EXACT_COLOUR = (206, 202, 198)
CURVE_COLOURS: Final = {
    "opening": (60, 110, 210),
    "closure": (170, 80, 40),
    "lip_teeth": (60, 150, 60),
    "rounding": (160, 60, 150),
}


@dataclass(frozen=True)
class Layout:
    """Where things lie on the picture."""

    width: int

    @property
    def left(self) -> int:
        return MARGIN + LABELS

    def x(self, seconds: float) -> int:
        """Return the column of a time in the sample."""
        span = self.width - self.left - MARGIN
        return self.left + round((seconds - START) / (END - START) * span)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--avatar", default="maya")
    parser.add_argument("--words", action="store_true", help="use the known phonemes as well as the sound")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    samples = read_audio(AUDIO / "speech.wav")
    phonemes = [
        Phoneme(entry["label"], entry["start"], entry["end"])
        for entry in json.loads((AUDIO / "speech.json").read_text("utf-8"))["phonemes"]
    ]
    curves = articulate(samples)
    exact = from_phonemes(phonemes, len(curves))
    if options.words:
        curves = meet(curves, exact)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_image(options.output, draw_strip(options.avatar, samples, phonemes, curves, exact))


def draw_strip(
    avatar_name: str,
    samples: NDArray[np.float32],
    phonemes: list[Phoneme],
    curves: Curves,
    exact: Curves,
) -> Picture:
    """Return the whole strip, uint8 (h, w, 3) BGR; ``exact`` are the curves to compare with."""
    spoken = [phoneme for phoneme in phonemes if START <= phoneme.start < END]
    shown = [spoken[index] for index in SHOWN]
    layout = Layout(2 * MARGIN + LABELS + len(shown) * (TILE + GAP) - GAP)
    rows = [MARGIN]
    for height in (
        TILE + 20,
        LEADER_HEIGHT,
        PHONEME_HEIGHT,
        WAVE_HEIGHT,
        *[CURVE_HEIGHT] * len(CURVE_COLOURS),
    ):
        rows.append(rows[-1] + height + (GAP if height in (WAVE_HEIGHT, CURVE_HEIGHT) else 0))
    picture = np.full((rows[-1] + MARGIN, layout.width, 3), BACKGROUND, np.uint8)
    frames = _draw_faces(picture, layout, rows[0], avatar_name, samples, shown, curves)
    _draw_leaders(picture, layout, rows[1], rows[-1] - GAP, frames)
    _draw_phonemes(picture, layout, rows[2], spoken)
    _draw_wave(picture, layout, rows[3], samples)
    for name, top in zip(CURVE_COLOURS, rows[4:], strict=False):
        _draw_axis(picture, layout, top, name)
        _draw_curve(picture, layout, top, exact[name], EXACT_COLOUR)
        _draw_curve(picture, layout, top, curves[name], CURVE_COLOURS[name])
    return picture


def frame_of(phoneme: Phoneme) -> int:
    """Return the frame that shows the middle of a phoneme; the lips are ahead of the sound."""
    return round(((phoneme.start + phoneme.end) / 2 - phoneme_map().lead) * FRAMES_PER_SECOND)


def _draw_faces(
    picture: Picture,
    layout: Layout,
    top: int,
    avatar_name: str,
    samples: NDArray[np.float32],
    shown: list[Phoneme],
    curves: Curves,
) -> list[tuple[int, int]]:
    """Draw a face a phoneme; return (middle of the tile, frame) of each."""
    avatar = open_avatar(avatar_name)
    renderer = Renderer(avatar)
    poses = Performer(style=avatar.style).perform(curves, loudness(samples))
    x, y = avatar.mouth.anchor
    reach = 0.95 * float(avatar.mouth.width)
    frames = []
    for column, phoneme in enumerate(shown):
        frame = frame_of(phoneme)
        image = renderer.render(_facing_us(poses[frame]))
        crop = cv2.getRectSubPix(
            image, (round(2 * reach), round(2 * reach)), (float(x), float(y + 0.1 * reach))
        )
        left = layout.left + column * (TILE + GAP)
        tile = cv2.resize(crop, (TILE, TILE), interpolation=cv2.INTER_CUBIC)
        picture[top + 20 : top + 20 + TILE, left : left + TILE] = tile
        _write(picture, _name(phoneme), left + TILE // 2, top + 6, INK, 0.5)
        frames.append((left + TILE // 2, frame))
    _write(picture, "face", MARGIN, top + 20 + TILE // 2, INK, 0.5, centred=False)
    return frames


def _facing_us(pose: FacePose) -> FacePose:
    return replace(pose, head=HeadPose())


def _draw_leaders(
    picture: Picture, layout: Layout, top: int, bottom: int, frames: list[tuple[int, int]]
) -> None:
    for middle, frame in frames:
        column = layout.x(frame / FRAMES_PER_SECOND)
        cv2.line(picture, (middle, top + 4), (column, top + LEADER_HEIGHT), QUIET, 1, cv2.LINE_AA)
        cv2.line(picture, (column, top + LEADER_HEIGHT), (column, bottom), (222, 218, 214), 1)


def _draw_phonemes(picture: Picture, layout: Layout, top: int, spoken: list[Phoneme]) -> None:
    _write(picture, "phonemes", MARGIN, top + PHONEME_HEIGHT // 2, INK, 0.5, centred=False)
    for phoneme in spoken:
        left, right = layout.x(phoneme.start), min(layout.x(phoneme.end), layout.width - MARGIN)
        cv2.rectangle(picture, (left, top + 4), (right, top + PHONEME_HEIGHT - 4), PANEL, -1)
        cv2.rectangle(picture, (left, top + 4), (right, top + PHONEME_HEIGHT - 4), QUIET, 1)
        _write(picture, _name(phoneme), (left + right) // 2, top + PHONEME_HEIGHT // 2, INK, 0.42)


def _draw_wave(picture: Picture, layout: Layout, top: int, samples: NDArray[np.float32]) -> None:
    _write(picture, "sound", MARGIN, top + WAVE_HEIGHT // 2, INK, 0.5, centred=False)
    loudest = float(np.abs(samples).max())
    columns = range(layout.left, layout.width - MARGIN)
    edges = np.linspace(START * SAMPLE_RATE, END * SAMPLE_RATE, len(columns) + 1).astype(int)
    middle = top + WAVE_HEIGHT // 2
    for column, begin, end in zip(columns, edges, edges[1:], strict=False):
        reach = round(float(np.abs(samples[begin:end]).max()) / loudest * WAVE_HEIGHT / 2)
        cv2.line(picture, (column, middle - reach), (column, middle + reach), WAVE_COLOUR, 1)


def _draw_axis(picture: Picture, layout: Layout, top: int, name: str) -> None:
    bottom = top + CURVE_HEIGHT
    _write(picture, name.replace("_", "-"), MARGIN, top + CURVE_HEIGHT // 2, INK, 0.5, centred=False)
    cv2.line(picture, (layout.left, bottom), (layout.width - MARGIN, bottom), QUIET, 1)


def _draw_curve(
    picture: Picture, layout: Layout, top: int, curve: NDArray[np.float32], colour: tuple[int, int, int]
) -> None:
    bottom, right, inner = top + CURVE_HEIGHT, layout.width - MARGIN, CURVE_HEIGHT - 6
    frames = range(int(START * FRAMES_PER_SECOND), int(END * FRAMES_PER_SECOND) + 1)
    points = [(layout.x(f / FRAMES_PER_SECOND), bottom - round(float(curve[f]) * inner)) for f in frames]
    points = [(min(max(x, layout.left), right), y) for x, y in points]
    cv2.polylines(picture, [np.array(points, np.int32)], False, colour, 2, cv2.LINE_AA)
    for point in points:
        cv2.circle(picture, point, 3, colour, -1, cv2.LINE_AA)


def _name(phoneme: Phoneme) -> str:
    return ARPABET.get(phoneme.label, phoneme.label)


def _write(
    picture: Picture,
    text: str,
    x: int,
    y: int,
    colour: tuple[int, int, int],
    scale: float,
    centred: bool = True,
) -> None:
    """Write one line with its middle at the height ``y``, its middle or its start at ``x``."""
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    origin = (x - width // 2 if centred else x, y + height // 2)
    cv2.putText(picture, text, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
