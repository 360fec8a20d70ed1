"""Arguments and options that several commands have, each declared once."""

from pathlib import Path
from typing import Annotated

import typer

Recordings = Annotated[
    list[Path],
    typer.Argument(
        metavar="AUDIO...",
        help="Recordings (WAV, MP3, M4A, FLAC, OGG ..., or videos with sound), or folders of recordings.",
        show_default=False,
    ),
]
SpokenText = Annotated[
    str | None,
    typer.Option(
        "--text",
        metavar="TEXT|@FILE",
        help="What is spoken, for exact closures: English (needs the extra 'voice'), or in any "
        "language /IPA/ between slashes.",
    ),
]
TimedPhonemes = Annotated[
    Path | None,
    typer.Option(
        "--phonemes",
        metavar="FILE.json",
        help="What is spoken when: a list of objects with label (IPA), start and end (seconds).",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Decides blinks, glances and sway.")]
Loudspeaker = Annotated[
    str | None,
    typer.Option(
        "--device", metavar="NAME", help="The loudspeaker: part of a name; by default the system's choice."
    ),
]
MicrophoneName = Annotated[
    str | None, typer.Option("--input-device", metavar="NAME", help="The microphone: part of a name.")
]
SilenceThreshold = Annotated[
    float,
    typer.Option(
        "--silent-threshold-db",
        "--slient-threshold-db",  # as one of bitHuman's own examples spells it
        max=0.0,
        help="With --mic: what is quieter counts as silence.",
    ),
]
#: The most that --volume may make of the loudspeaker, a factor.
LOUDEST = 2.0
