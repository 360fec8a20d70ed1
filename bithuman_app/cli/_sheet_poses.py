"""What a contact sheet shows: named poses, in sections."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from ..avatar.arkit import coefficients
from ..avatar.pose import FacePose, HeadPose
from ..performance import VISEME_POSES

#: What is shown large: the mouth, both eyes, or the whole frame.
View = Literal["mouth", "eyes", "frame"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One cell of the sheet."""

    label: str
    pose: FacePose


@dataclass(frozen=True, slots=True)
class Section:
    """Cells that show the same part of the face."""

    title: str
    view: View
    shots: tuple[Shot, ...]


def _speaking(viseme: str, **changes: object) -> FacePose:
    """Return a viseme as it looks amid speech, where a smile of the picture is let go."""
    return replace(VISEME_POSES[viseme], speech=1.0, **changes)  # type: ignore[arg-type]


def _face(**named: float) -> FacePose:
    return FacePose(coefficients(named))


def _turned(**angles: float) -> FacePose:
    return FacePose(head=HeadPose(**angles))


# Left and right in labels are those of the picture, as a viewer sees them.
_VISEMES: Final = (Shot("at rest", FacePose()), *(Shot(name, _speaking(name)) for name in VISEME_POSES))
_EYES: Final = (
    Shot("at rest", FacePose()),
    Shot("quarter blink", _face(eyeBlink=0.25)),
    Shot("half blink", _face(eyeBlink=0.5)),
    Shot("blink", _face(eyeBlink=1.0)),
    Shot("gaze left", _face(eyeLookOutRight=0.8, eyeLookInLeft=0.8)),
    Shot("gaze right", _face(eyeLookOutLeft=0.8, eyeLookInRight=0.8)),
    Shot("gaze up", _face(eyeLookUp=0.7)),
    Shot("gaze down", _face(eyeLookDown=0.7)),
    Shot("brows up", _face(browInnerUp=0.8, browOuterUp=0.8)),
    Shot("brows down", _face(browDown=0.8)),
    Shot("eyes wide", _face(eyeWide=1.0, browInnerUp=0.4)),
    Shot("squint", _face(eyeSquint=0.8, cheekSquint=0.5)),
)
_WHOLE: Final = (
    Shot("smile", _face(mouthSmile=0.7, eyeSquint=0.5, cheekSquint=0.5)),
    Shot("turned left", _turned(yaw=-0.16)),
    Shot("turned right", _turned(yaw=0.16)),
    Shot("speaking, turned", _speaking("aa", head=HeadPose(yaw=0.12, pitch=-0.05, roll=0.04))),
    Shot("looking up", _turned(pitch=-0.12)),
    Shot("looking down", _turned(pitch=0.12)),
    Shot("tilted left", _turned(roll=-0.1)),
    Shot("tilted right", _turned(roll=0.1)),
)

SECTIONS: Final = (
    Section("Visemes", "mouth", _VISEMES),
    Section("Eyes and brows", "eyes", _EYES),
    Section("Smile and head", "frame", _WHOLE),
)
