"""One picture into one avatar file."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..avatar import save_avatar
from ..avatar.bake import BakeOptions, NoFaceError, bake
from ..avatar.bake.choose_face import choose_face
from ..avatar.bake.marks import Marks
from ..errors import UserError
from .best_frame import best_frame
from .marks import FaceMarks
from .uploads import is_picture, read_picture
from .workers import Report

Style = Literal["photo", "drawing", "animal"]

#: Said to people instead of how to mark a face on a command line.
NO_FACE = "no face was found in the picture; mark it with a rectangle, the eyes and the mouth"


@dataclass(frozen=True, slots=True)
class BakeJob:
    """What to bake. ``picture`` may be a short video too, of which the best frame is taken."""

    picture: Path
    title: str
    output: Path
    name: str
    size: tuple[int, int] = (512, 512)
    marks: FaceMarks | None = None
    style: Style | None = None

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The avatar file."""
        return (self.output,)

    def run(self, report: Report) -> "Baked":
        """Bake it. Raises ``NoFaceError``, or another ``UserError`` in one line that tells no path."""
        try:
            return self._bake(report)
        except NoFaceError:
            raise NoFaceError(f"{self.title}: {NO_FACE}") from None
        except UserError as error:
            text = str(error).replace(f"{self.picture}: ", "").replace(str(self.picture), "the file")
            raise type(error)(f"{self.title}: {text.removeprefix(f'{self.title}: ')}") from None

    def _bake(self, report: Report) -> "Baked":
        report(0.0, 1.0, "reading the picture")
        if is_picture(self.picture):
            image = read_picture(self.picture, self.title)
        else:
            image = best_frame(self.picture, report)
        avatar = bake(image, self._options(image), lambda step, share: report(share, 1.0, step))
        report(0.97, 1.0, "writing the avatar")
        save_avatar(avatar, self.output)
        warnings = tuple(_for_a_page(str(warning)) for warning in avatar.manifest["warnings"])
        return Baked(self.output, avatar.name, avatar.style, avatar.width, avatar.height, warnings)

    def _options(self, image: NDArray[np.uint8]) -> BakeOptions:
        if self.marks is None:
            return BakeOptions(size=self.size, name=self.name, style=self.style)
        self.marks.check_inside(image.shape[1], image.shape[0])
        colour = np.ascontiguousarray(image[..., :3])
        chosen = choose_face(colour, self.marks.face, self.marks.eyes, self.marks.mouth)
        if isinstance(chosen, Marks):
            return BakeOptions(size=self.size, name=self.name, style=self.style, marks=chosen)
        return BakeOptions(size=self.size, name=self.name, style=self.style, landmarks=chosen)


def _for_a_page(warning: str) -> str:
    """Leave out what a warning says of the command line's options."""
    return re.sub(r" \([^()]*--[^()]*\)|; mark[^;]*--.*", "", warning)


@dataclass(frozen=True, slots=True)
class Baked:
    """What was baked: the file, what is in it, and what could be better about the picture."""

    path: Path
    name: str
    style: str
    width: int
    height: int
    warnings: tuple[str, ...]
