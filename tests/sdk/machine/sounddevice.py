"""A pretended sound card: what is played goes into a file, and a file is the microphone.

``PRETENDED_SPEAKER`` is the file of raw PCM that is written, ``PRETENDED_MICROPHONE`` a WAV file that
is heard once and followed by silence. Only what the sample programs use of ``sounddevice`` is here.
"""

import os
import threading
import time
import wave

import numpy as np


class _Stream:
    def __init__(self, samplerate, blocksize, channels, dtype, callback):
        self.samplerate, self.blocksize, self.channels = int(samplerate), blocksize, channels
        self.dtype, self.callback = np.dtype(dtype), callback
        self._running = threading.Event()

    def start(self):
        self._running.set()
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self):
        self._running.clear()

    close = stop

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def _run(self):
        due = time.monotonic()
        while self._running.is_set():
            self._turn()
            due += self.blocksize / self.samplerate
            time.sleep(max(0.0, due - time.monotonic()))


class OutputStream(_Stream):
    def _turn(self):
        block = np.zeros((self.blocksize, self.channels), self.dtype)
        self.callback(block, self.blocksize, None, None)
        with open(os.environ["PRETENDED_SPEAKER"], "ab") as speaker:
            speaker.write(block.tobytes())


class InputStream(_Stream):
    def start(self):
        with wave.open(os.environ["PRETENDED_MICROPHONE"]) as file:
            assert (file.getframerate(), file.getnchannels()) == (self.samplerate, self.channels)
            self._heard = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        super().start()

    def _turn(self):
        block, self._heard = self._heard[: self.blocksize], self._heard[self.blocksize :]
        block = np.pad(block, (0, self.blocksize - len(block)))
        self.callback(block.reshape(-1, 1).astype(self.dtype), self.blocksize, None, None)
