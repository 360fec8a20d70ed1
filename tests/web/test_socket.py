"""What goes over the socket, without a browser."""

import json
import socket as socket_module
import struct
import time

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.exceptions import InvalidStatus

from bithuman_app.media.audio import read_audio
from bithuman_app.performance.emotions import EMOTIONS
from bithuman_app.performance.gestures import GESTURES
from bithuman_app.resources import asset
from bithuman_app.session.pcm import to_int16
from bithuman_app.stage import State
from bithuman_app.web import feed, limits
from bithuman_app.web.protocol import MICROPHONE_RATE, Close, WebTick, pack_microphone
from tests.waiting import wait_until
from tests.web.client import PATIENCE, Socket, Visitor
from tests.web.conftest import Serve

VOICE = to_int16(read_audio(asset("audio", "speech.wav"), MICROPHONE_RATE))
SPEECH = asset("audio", "speech.wav").read_bytes()


def upload(visitor: Visitor, key: str, body: bytes) -> tuple[int, dict[str, object]]:
    answer = visitor.request("POST", "/audio", body, {"X-Viewer": key})
    return answer.status, json.loads(answer.content)  # type: ignore[attr-defined]


def talk(socket: Socket, seconds: float) -> None:
    """Send speech from the microphone, as fast as it would be heard."""
    for start in range(0, round(seconds * MICROPHONE_RATE), 320):
        socket.connection.send(pack_microphone(VOICE[start : start + 320]))
        time.sleep(0.02)


def with_picture(tick: WebTick) -> bool:
    """Return whether a tick has its picture; one that a busy machine sends late has none."""
    return bool(tick.jpeg)


def picture(tick: WebTick) -> NDArray[np.uint8]:
    """Return a tick's picture, BGR."""
    image = cv2.imdecode(np.frombuffer(tick.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image, np.uint8)


def test_pictures_come_one_after_the_other(visitor: Visitor) -> None:
    socket = visitor.open()

    ticks = [socket.tick(with_picture) for _ in range(20)]

    numbers = [tick.number for tick in ticks]
    assert numbers == sorted(set(numbers))
    assert {picture(tick).shape for tick in ticks} == {(256, 256, 3)}
    assert {tick.state for tick in ticks} == {State.IDLE}


def test_the_welcome_says_what_there_is(visitor: Visitor) -> None:
    welcome = visitor.open().control("welcome")

    assert (welcome["avatar"], welcome["width"], welcome["height"]) == ("maya", 256, 256)
    assert {"maya", "nora", "ginger"} <= {avatar["name"] for avatar in welcome["avatars"]}
    assert (welcome["gestures"], welcome["emotions"]) == (list(GESTURES), list(EMOTIONS))


def test_two_pages_of_a_user_see_the_same(visitor: Visitor) -> None:
    first, second = visitor.open(), visitor.open()
    seen: list[dict[int, bytes]] = [{}, {}]

    while len(both := seen[0].keys() & seen[1].keys()) < 10:
        for socket, pictures in zip((first, second), seen, strict=True):
            tick = socket.tick(with_picture)
            pictures[tick.number] = tick.jpeg

    assert all(seen[0][number] == seen[1][number] for number in both)


def test_a_sound_file_is_spoken_at_once(visitor: Visitor) -> None:
    socket = visitor.open()
    key = socket.control("welcome")["key"]

    status, answer = upload(visitor, key, SPEECH)

    tick = socket.tick(lambda tick: len(tick.sound) > 0)
    assert (status, answer) == (200, {"whole": True})
    assert len(tick.sound) == 1920
    socket.tick(lambda tick: tick.state is State.SPEAKING)


def test_words_come_before_the_tick_they_are_heard_in(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("sample")
    sounding: list[int] = []
    word: dict[str, object] = {}
    while not word or not sounding or sounding[-1] < int(str(word["number"])):
        message = socket.receive()
        if isinstance(message, dict):
            word = word or (message if message["type"] == "word" else {})
        elif len(message.sound):
            sounding.append(message.number)

    assert word["text"] == "Hello,"
    assert word["number"] == sounding[-1]
    assert (sounding[-1] - sounding[0]) * 0.04 == pytest.approx(0.351, abs=0.04)


def test_stop_leaves_no_sound(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("sample")
    speaking = socket.tick(lambda tick: len(tick.sound) > 0)

    socket.send("stop")
    epoch = socket.control("cut")["epoch"]

    after = [socket.tick() for _ in range(10)]
    assert epoch != speaking.epoch
    assert {tick.epoch for tick in after} == {epoch}
    assert not any(len(tick.sound) for tick in after)


def test_a_hidden_page_gets_nothing_and_comes_back_live(visitor: Visitor) -> None:
    socket = visitor.open()
    first = socket.tick()
    socket.send("visible", on=False)
    last = socket.read_until_quiet(first)
    socket.send("visible", on=True)

    # Nobody else watched, so no time passed for the avatar but what was on its way.
    assert socket.tick().number <= last.number + 5


def test_a_hidden_page_still_gets_sound(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("visible", on=False)
    socket.send("sample")

    tick = socket.tick(lambda tick: not tick.jpeg and len(tick.sound) > 0)

    assert len(tick.sound) == 1920


def test_the_microphone_moves_the_mouth_in_silence(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("puppet", on=True, echo=False)

    talk(socket, 1.5)

    tick = socket.tick(lambda tick: tick.state is State.SPEAKING)
    assert len(tick.sound) == 0


def test_the_microphone_is_heard_if_wanted(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("puppet", on=True, echo=True)

    talk(socket, 1.5)

    tick = socket.tick(lambda tick: len(tick.sound) > 0 and np.abs(tick.sound).max() > 3000)
    assert len(tick.sound) == 1920


def test_the_microphone_of_who_does_not_hold_the_puppet_is_ignored(visitor: Visitor) -> None:
    socket = visitor.open()

    talk(socket, 1.0)

    assert not any(len(socket.tick().sound) for _ in range(20))


def test_the_avatar_can_be_changed(visitor: Visitor) -> None:
    socket = visitor.open()
    before = socket.tick()
    socket.send("avatar", name="nora")

    changed = socket.control("avatar")

    size = (changed["height"], changed["width"], 3)
    after = socket.tick(lambda tick: with_picture(tick) and picture(tick).shape == size)
    assert changed["avatar"] == "nora"
    assert after.number > before.number


@pytest.mark.parametrize(
    "name", ["nobody", "../avatars/nora_512.imx", "/etc/passwd", "assets/avatars/nora_512.imx"]
)
def test_an_unknown_avatar_is_refused_and_nothing_changes(visitor: Visitor, name: str) -> None:
    socket = visitor.open()
    socket.send("avatar", name=name)

    assert socket.control("problem")["text"] == "there is no avatar of that name"
    socket.tick()


def test_gestures_and_moods_are_taken(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("gesture", name="nod")
    socket.send("emotion", name="joy")
    socket.send("ping", time=1.5)

    assert socket.control("pong")["time"] == 1.5


@pytest.mark.parametrize(
    "message",
    [
        "no JSON", "[]", "{}", '{"type": 5}', '{"type": "format_disk"}', '{"type": "gesture"}',
        '{"type": "gesture", "name": "fly"}', '{"type": "emotion", "name": "envy"}',
        '{"type": "visible", "on": "yes"}', '{"type": "sound", "on": "window"}',
        '{"type": "heard", "number": "x"}', '{"type": "heard", "number": NaN}',
        '{"type": "heard", "number": 1e300}',
        '{"type": "avatar", "name": "' + "x" * 500 + '"}', "[" * 2000, b"", b"\x07\x00abcd", b"\x01\x00a",
    ],
)  # fmt: skip
def test_nonsense_ends_the_connection_and_nothing_else(visitor: Visitor, message: str | bytes) -> None:
    other, socket = visitor.open(), visitor.open()
    socket.control("welcome")

    socket.connection.send(message)

    assert socket.close_code() == Close.BAD_MESSAGE
    other.tick()


def test_a_huge_message_ends_the_connection(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.connection.send(b"\x01\x00" + bytes(1_000_000))

    assert socket.close_code() in (1009, 1006)
    visitor.open().tick()


def test_a_flood_of_messages_ends_the_connection(visitor: Visitor) -> None:
    socket = visitor.open()
    for _ in range(200):
        socket.send("stop")

    assert socket.close_code() == Close.TOO_FAST


@pytest.mark.parametrize("origin", [None, "http://example.org", "null", "https://127.0.0.1.example.org"])
def test_pages_of_other_sites_get_no_socket(visitor: Visitor, origin: str | None) -> None:
    visitor.request("GET", "/")

    with pytest.raises(InvalidStatus) as refused:
        visitor.open(origin=origin)

    assert refused.value.response.status_code == 403


def test_one_more_user_than_sessions_is_told_so(serve: Serve) -> None:
    server = serve(sessions=2)
    seated = [Visitor(server).open() for _ in range(2)]

    late = Visitor(server).open()

    assert late.close_code() == Close.ALL_TAKEN
    for socket in seated:
        socket.tick()


def test_each_user_has_an_avatar_of_their_own(serve: Serve) -> None:
    server = serve(sessions=2)
    first, second = Visitor(server).open(), Visitor(server).open()
    first.send("avatar", name="iris")
    first.control("avatar")
    first.send("sample")
    first.tick(lambda tick: len(tick.sound) > 0)

    assert not any(len(second.tick().sound) for _ in range(10))
    second.connection.close()
    assert second.connection.close_code == 1000


def test_a_place_is_free_again_when_its_user_has_left(serve: Serve) -> None:
    server = serve(linger_seconds=0.0)
    first = Visitor(server)
    first.open().tick()
    first.close()

    wait_until(lambda: isinstance(Visitor(server).open().receive_or_none(), dict), PATIENCE)


def test_a_user_who_reloads_finds_the_same_avatar(visitor: Visitor) -> None:
    first = visitor.open()
    first.send("avatar", name="leo")
    first.control("avatar")
    visitor.close()

    assert visitor.open().control("welcome")["avatar"] == "leo"


def test_more_pages_than_allowed_are_refused(visitor: Visitor) -> None:
    sockets = [visitor.open() for _ in range(limits.MOST_VIEWERS)]
    for socket in sockets:
        socket.control("welcome")

    assert visitor.open().close_code() == Close.TOO_MANY_VIEWERS


@pytest.mark.parametrize(
    "body", [b"", b"this is no sound", bytes(5000), struct.pack("<4sI4s", b"RIFF", 4, b"WAVE")]
)
def test_what_is_no_sound_file_is_refused_in_one_line(visitor: Visitor, body: bytes) -> None:
    key = visitor.open().control("welcome")["key"]

    status, answer = upload(visitor, key, body)

    assert status == 422
    assert "\n" not in str(answer["error"])
    assert "/" not in str(answer["error"])


def test_a_sound_file_that_was_cut_off_says_so(visitor: Visitor) -> None:
    key = visitor.open().control("welcome")["key"]

    status, answer = upload(visitor, key, SPEECH[:48_000])

    assert status == 422
    assert "cut off" in str(answer["error"])


def test_a_file_that_is_too_large_is_refused(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bithuman_app.web.uploads.MOST_AUDIO_BYTES", 1000)
    key = visitor.open().control("welcome")["key"]

    status, _ = upload(visitor, key, SPEECH[:1001])

    assert status == 422


def test_files_of_a_user_come_one_at_a_time(visitor: Visitor) -> None:
    key = visitor.open().control("welcome")["key"]
    head = (
        f"POST /audio HTTP/1.1\r\nHost: {visitor.host}\r\nOrigin: http://{visitor.host}\r\n"
        f"Cookie: {visitor.cookie}\r\nX-Viewer: {key}\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket_module.create_connection(("127.0.0.1", visitor.server.port)) as slow:
        slow.sendall(head.encode() + b"the beginning")
        wait_until(lambda: upload(visitor, key, SPEECH)[0] == 429, PATIENCE)
    wait_until(lambda: upload(visitor, key, SPEECH)[0] == 200, PATIENCE)


def test_who_comes_back_soon_hears_the_rest(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_RETURN_SECONDS", PATIENCE)  # soon, for a busy machine
    socket = visitor.open()
    socket.send("sample")
    socket.tick(lambda tick: len(tick.sound) > 0)
    visitor.close()

    again = visitor.open()

    again.tick(lambda tick: len(tick.sound) > 0)


def test_a_file_without_the_page_that_sends_it_is_refused(visitor: Visitor) -> None:
    visitor.open().control("welcome")

    assert upload(visitor, "guess", SPEECH)[0] == 403
    assert upload(Visitor(visitor.server), "", SPEECH)[0] == 403
