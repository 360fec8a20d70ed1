"""What the keys of the window do."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import platformdirs

from ..errors import UserError
from ..performance.gestures import GESTURES
from ..session import SessionClosedError
from ..stage import Stage
from .audio_system import AudioSystem
from .file_dialog import choose_file
from .keys import Action
from .microphone import PuppetMicrophone
from .open_file import FileOpener
from .options import WindowOptions
from .overlay import Overlay
from .player import Player
from .recorder import Recorder, recording_path

_log = logging.getLogger(__name__)

_VOLUME_STEP: Final = 0.1


class Actions:
    """Does what is asked for, quickly: what takes time goes on in a thread, and its end is noticed.

    ``perform`` is for the window's thread.
    """

    def __init__(
        self,
        stage: Stage,
        player: Player,
        overlay: Overlay,
        audio: AudioSystem,
        options: WindowOptions,
    ) -> None:
        self._audio = audio
        self._stage, self._player, self._overlay, self._options = stage, player, overlay, options
        #: What key 1 plays; None: the recording that comes with the program.
        self.clip = options.clip
        #: Opens files that were dropped, chosen or named.
        self.files = FileOpener(stage, overlay.notice, self._note_clip)
        self.recorder: Recorder | None = None
        self._ending: list[Recorder] = []
        self.microphone: PuppetMicrophone | None = None
        self.help = self.figures = False
        self._gesture = 0
        self._choosing = threading.Lock()
        self._changing = threading.Lock()
        self._does: Final[dict[Action, Callable[[], None]]] = {
            Action.PLAY: self.play,
            Action.STOP: self._stop,
            Action.PAUSE: self._pause,
            Action.MUTE: self._mute,
            Action.LOUDER: lambda: self._change_volume(_VOLUME_STEP),
            Action.QUIETER: lambda: self._change_volume(-_VOLUME_STEP),
            Action.NEXT: lambda: self._step_avatar(1),
            Action.PREVIOUS: lambda: self._step_avatar(-1),
            # A dialog may stay open for ever.
            Action.OPEN: lambda: self._later(self._choose, daemon=True),
            Action.RECORD: self._record,
            Action.GESTURE: self._make_gesture,
            Action.SOUND: self._move_sound,
            Action.MICROPHONE: self.toggle_microphone,
            Action.DEBUG: self._toggle_figures,
            Action.HELP: self._toggle_help,
        }

    def perform(self, action: Action) -> bool:
        """Do it; False for what is the window's own business."""
        does = self._does.get(action)
        if does is None:
            return False
        does()
        return True

    def play(self) -> None:
        """Play the clip from the start."""
        self._player.pause(False)
        clip = self.clip
        if clip is None:
            self._later(self._stage.play_sample)
        else:
            self._later(lambda: self._stage.play(clip))

    def _note_clip(self, path: Path) -> None:
        self.clip = path

    def finish_recording(self) -> None:
        """End the recording if there is one, and wait for all files."""
        if self.recorder is not None:
            self._end_recording(self.recorder)
        for recorder in self._ending:
            recorder.wait()

    # Sound

    def _stop(self) -> None:
        self._stage.interrupt()
        self._player.pause(False)

    def _pause(self) -> None:
        self._player.pause(not self._player.output.paused)

    def _mute(self) -> None:
        self._player.output.muted = not self._player.output.muted

    def _change_volume(self, step: float) -> None:
        output = self._player.output
        output.volume = round(output.volume + step, 2)
        output.muted = False
        self._overlay.notice(f"volume {output.volume:.0%}")

    def _move_sound(self) -> None:
        if not self._options.page:
            self._overlay.notice("the sound is here; there is no page")
            return
        here = self._stage.sound_on == "window"
        self._stage.choose_sound("page" if here else "window")
        self._overlay.notice("sound on the page" if here else "sound here")

    def toggle_microphone(self) -> None:
        """Let the microphone of this computer move the mouth, or leave off."""
        if self.microphone is None:
            self.microphone = PuppetMicrophone(self._audio, self._stage, self._options.microphone)
        else:
            self.close_microphone()

    def look_after_microphone(self) -> None:
        """Close the microphone if somebody else moves the mouth by now."""
        if self.microphone is not None and not self.microphone.holds:
            self.close_microphone()

    def close_microphone(self) -> None:
        """Close the microphone if it is open."""
        microphone, self.microphone = self.microphone, None
        if microphone is not None:
            microphone.close()

    # The avatar

    def _step_avatar(self, step: int) -> None:
        self._later(lambda: self._change_avatar(step))

    def _change_avatar(self, step: int) -> None:
        with self._changing:
            names = self._stage.wardrobe.names()
            place = names.index(self._stage.avatar) if self._stage.avatar in names else 0
            name = names[(place + step) % len(names)]
            if name == self._stage.avatar:
                self._overlay.notice("there is no other avatar")
                return
            self._stage.change_avatar(name)

    def _make_gesture(self) -> None:
        names = list(GESTURES)
        name = names[self._gesture % len(names)]
        self._gesture += 1
        if self._stage.gesture(name):
            self._overlay.notice(name.replace("_", " "))

    # Files

    def _choose(self) -> None:
        if not self._choosing.acquire(blocking=False):
            return  # the dialog is open already
        try:
            path = choose_file()
            if path is not None:
                self.files.open([path])
        finally:
            self._choosing.release()

    def _record(self) -> None:
        if self.recorder is not None and self.recorder.alive:
            self._end_recording(self.recorder)
            return
        folder = self._options.recordings or Path(platformdirs.user_videos_dir())
        path = recording_path(folder, self._stage.avatar, datetime.now())
        self.recorder = Recorder(path, self._recorded)

    def _end_recording(self, recorder: Recorder) -> None:
        recorder.finish()
        self._ending = [one for one in self._ending if one.alive] + [recorder]
        self.recorder = None

    def _recorded(self, path: Path, problem: UserError | None) -> None:
        self._overlay.notice(str(problem) if problem else f"saved {path}")
        _log.info("recording %s: %s", path, problem or "saved")

    # What is shown

    def _toggle_help(self) -> None:
        self.help = not self.help

    def _toggle_figures(self) -> None:
        self.figures = not self.figures

    def _later(self, work: Callable[[], object], daemon: bool = False) -> None:
        """Do it in a thread; what cannot be done is said on the screen.

        The program's end waits for it, unless it is a ``daemon``.
        """

        def run() -> None:
            try:
                with suppress(SessionClosedError):
                    work()
            except UserError as error:
                self._overlay.notice(str(error))
            except Exception as error:
                _log.exception("a key's work failed")
                self._overlay.notice(f"that did not work: {error}")

        threading.Thread(target=run, daemon=daemon).start()
