"""Measures live sessions at 512 x 512 and prints one JSON object.

    python benchmarks/session.py [--quick]

For figures of one thread the environment must say OPENBLAS_NUM_THREADS=1.
"""

import json
import sys

from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.session.bench import measure_sessions


def main() -> None:
    avatar = bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(512, 512), name="maya"))
    speech = read_audio(asset("audio", "speech.wav"))
    print(json.dumps(measure_sessions(avatar, speech, quick="--quick" in sys.argv[1:]), indent=2))


if __name__ == "__main__":
    main()
