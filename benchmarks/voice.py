"""Measures the offline voice and the speech detector, and prints one JSON object.

    python benchmarks/voice.py [--quick]

For figures of one thread the environment must say OPENBLAS_NUM_THREADS=1.
"""

import json
import sys

from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.voice.bench import measure_voice


def main() -> None:
    speech = read_audio(asset("audio", "speech.wav"))
    print(json.dumps(measure_voice(speech, quick="--quick" in sys.argv[1:]), indent=2))


if __name__ == "__main__":
    main()
