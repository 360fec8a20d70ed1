"""From curves to a face that lives.

`Performer` makes one `FacePose` a frame of what a mouth does (`lipsync.curves`) and of what a face does
by itself. The way through this room:

- `visemes`: what each of the fifteen visemes looks like;
- `articulation`: curves to mouth coefficients, continuously, with contacts that close;
- `life`: breath, blinks, gaze and slow noise, each a small seeded generator;
- `speech_motion`: nods, brow raises and posture that follow the voice;
- `performer`: all of it together, with the rules by which the parts combine.

Everything is deterministic by seed and the same however many frames are asked for at once.
"""

from .performer import STYLES, Performer
from .visemes import VISEME_POSES

__all__ = ["STYLES", "VISEME_POSES", "Performer"]
