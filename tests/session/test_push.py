"""Whatever is pushed, however it is cut: nothing breaks, nothing is lost, nothing grows."""

import gc
import itertools
import math
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.session import InputFullError, Session, SessionClosedError
from tests.session.live import due, noise, numbers, original, sixteen_bit, sound, take, take_utterance

Speech = NDArray[np.float32]


def spoken(session: Session) -> NDArray[np.int16]:
    session.flush()
    return sound(take_utterance(session.view()))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 3_200), max_size=12))
def test_it_does_not_matter_how_bytes_are_cut(avatar: Avatar, cuts: list[int]) -> None:
    data = noise(0.1).tobytes()
    session = Session(avatar)
    for start, stop in itertools.pairwise([0, *sorted(cuts), len(data)]):
        session.push(data[start:stop])
    np.testing.assert_array_equal(spoken(session), noise(0.1)[:, 0])


def test_single_samples_make_speech(avatar: Avatar, speech: Speech) -> None:
    whole, pieces = Session(avatar), Session(avatar)
    part = sixteen_bit(speech[8_000:16_000])
    whole.push(part, end=True)
    for sample in part:
        pieces.push(sample.tobytes())
    pieces.flush()
    np.testing.assert_array_equal(
        numbers(take_utterance(pieces.view())), numbers(take_utterance(whole.view()))
    )


def test_single_bytes_of_stereo_floats_make_speech(avatar: Avatar) -> None:
    session = Session(avatar)
    pushed = noise(0.05, channels=2)
    for byte in (pushed / np.float32(32_768)).astype("<f4").tobytes():
        session.push(bytes([byte]), channels=2, sample_format="float32")
    session.flush()
    np.testing.assert_array_equal(original(take_utterance(session.view())), pushed)


def test_half_a_sample_at_the_end_of_an_utterance_is_no_sound(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(b"\1\2\3", end=True)
    session.push(noise(0.05), end=True)
    assert take_utterance(session.view())[0].samples[:2].tolist() == [513, 0]
    np.testing.assert_array_equal(sound(take_utterance(session.view())), noise(0.05)[:, 0])


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
def test_arrays_and_bytes_are_the_same_sound(avatar: Avatar, kind: type) -> None:
    samples = noise(0.1)[:, 0]
    array = samples if kind is np.int16 else (samples / 32_768).astype(kind)
    session = Session(avatar)
    session.push(array)
    np.testing.assert_array_equal(spoken(session), samples)


def test_a_view_of_somebody_elses_buffer_may_be_overwritten_after_the_push(avatar: Avatar) -> None:
    session = Session(avatar)
    buffer = bytearray(noise(3.0).tobytes())
    session.push(buffer)
    buffer[:] = bytes(len(buffer))
    np.testing.assert_array_equal(spoken(session), noise(3.0)[:, 0])


def test_channels_are_averaged_not_time(avatar: Avatar) -> None:
    session = Session(avatar)
    left = noise(0.2) // 2 * 2
    session.push(np.hstack([left, np.zeros_like(left)]))
    np.testing.assert_array_equal(spoken(session), left[:, 0] // 2)


def test_interleaved_samples_are_shared_out(avatar: Avatar) -> None:
    session = Session(avatar)
    stereo = noise(0.2, channels=2)
    session.push(stereo.ravel(), channels=2, end=True)
    np.testing.assert_array_equal(original(take_utterance(session.view())), stereo)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_silence(avatar: Avatar, bad: float) -> None:
    session = Session(avatar)
    session.push(np.full(3_200, bad, np.float32), end=True)
    ticks = take_utterance(session.view())
    assert not sound(ticks).any()
    assert not original(ticks).any()
    assert np.isfinite(numbers(ticks)).all()


def test_what_is_too_loud_is_clipped(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(np.array([1e30, -1e30, 7.0, -7.0]))
    assert spoken(session).tolist() == [32_767, -32_768, 32_767, -32_768]


@pytest.mark.parametrize("nothing", [b"", bytearray(), np.zeros(0, np.int16), np.zeros((0, 2), np.float32)])
def test_pushing_nothing_does_nothing(avatar: Avatar, nothing: bytes) -> None:
    session = Session(avatar)
    session.push(nothing)
    assert not session.ready
    assert session.queued_ms == 0


def test_the_rate_may_change_amid_an_utterance(avatar: Avatar) -> None:
    session = Session(avatar)
    parts = [(noise(0.33, rate, seed=rate), rate) for rate in (48_000, 8_000, 16_000, 44_100)]
    for samples, rate in parts:
        session.push(samples, rate)
    session.flush()
    ticks = take_utterance(session.view())
    assert len(sound(ticks)) == 4 * 5_280
    for samples, rate in parts:
        pieces = [piece.samples for tick in ticks for piece in tick.original if piece.rate == rate]
        np.testing.assert_array_equal(np.concatenate(pieces), samples)


def test_the_channels_may_change_amid_an_utterance(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(noise(0.1))
    session.push(noise(0.1, channels=2), end=True)
    pieces = [piece for tick in take_utterance(session.view()) for piece in tick.original]
    assert {piece.channels: len(piece.samples) for piece in pieces} == {1: 320, 2: 640}


def test_a_rate_for_every_sample_is_survived(avatar: Avatar) -> None:
    session = Session(avatar)
    for rate in range(8_000, 8_100):
        session.push(b"\0\0", rate)
    session.flush()
    assert take_utterance(session.view())[-1].end_of_speech


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"", 0), "sample rate"),
        ((b"", 16_000.5), "sample rate"),
        ((b"", 10**9), "sample rate"),
        ((b"", 16_000, 0), "channels"),
        ((b"", 16_000, 99), "channels"),
        ((np.zeros(3, np.int16), 16_000, 2), "share out"),
        ((np.zeros((3, 2, 2), np.int16),), "shape"),
        ((np.zeros(3, np.uint8),), "int16 or floats"),
        ((np.zeros(3, complex),), "int16 or floats"),
    ],
)
def test_what_is_no_sound_is_refused(avatar: Avatar, arguments: tuple[object, ...], message: str) -> None:
    session = Session(avatar)
    with pytest.raises(ValueError, match=message):
        session.push(*arguments)
    assert session.queued_ms == 0


def test_text_is_refused(avatar: Avatar) -> None:
    with pytest.raises(TypeError, match="bytes or a numpy array, not str"):
        Session(avatar).push("hello")


def test_ten_minutes_in_one_push_are_kept_as_they_are_and_spoken_piece_by_piece(avatar: Avatar) -> None:
    data = noise(1.0).tobytes() * 600
    session = Session(avatar)
    view = session.view()
    view.next()
    gc.collect()
    tracemalloc.start()
    session.push(data)
    take(view, 50)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000  # the sound itself is 19 MB
    assert session.queued_ms == pytest.approx(598_000, abs=2)


def test_a_long_push_loses_nothing_to_a_consumer_that_comes_once_a_minute(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(noise(1.0).tobytes() * 90, end=True)
    view = session.view()
    ticks = due(view, 0, 1) + due(view, 60, 1) + due(view, 120, 1)
    assert sum(tick.sample_count for tick in ticks) == 90 * 16_000
    assert [tick.end_of_speech for tick in ticks].count(True) == 1


def test_beyond_its_bound_the_queue_takes_nothing_and_says_so(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=1.0)
    view = session.view()
    session.push(noise(1.0))
    with pytest.raises(InputFullError, match="1 s of sound wait"):
        session.push(noise(1.0, seed=1), timeout=0)
    take(view, 4)
    session.push(noise(1.0, seed=2), end=True)
    np.testing.assert_array_equal(sound(take_utterance(view))[-16_000:], noise(1.0, seed=2)[:, 0])


def test_a_push_waits_for_room(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=0.5)
    view = session.view()

    def produce() -> None:
        for seed in range(20):
            session.push(noise(0.2, seed=seed))
        session.flush()

    producer = threading.Thread(target=produce)
    producer.start()
    heard = []
    while not heard or not heard[-1].end_of_speech:
        session.wait_ready(10)
        heard.append(view.next())
        assert session.queued_ms <= 900
    producer.join(10)
    expected = np.concatenate([noise(0.2, seed=seed)[:, 0] for seed in range(20)])
    np.testing.assert_array_equal(sound(heard), expected)


def test_a_push_does_not_wait_for_itself(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=0.5)
    view = session.view()
    view.next()
    session.push(noise(0.5))
    with pytest.raises(InputFullError):
        session.push(noise(0.5))


def test_a_push_does_not_wait_for_nobody(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=0.5)
    session.push(noise(0.5))
    with pytest.raises(InputFullError):
        session.push(noise(0.5))


def test_a_waiting_push_is_woken_by_the_end_of_the_session(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=0.5)
    session.view()
    session.push(noise(0.5))
    errors: list[Exception] = []

    def push() -> None:
        try:
            session.push(noise(0.5))
        except SessionClosedError as error:
            errors.append(error)

    producer = threading.Thread(target=push)
    producer.start()
    session.close()
    producer.join(10)
    assert len(errors) == 1


def test_an_unbounded_queue_takes_everything(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=math.inf)
    for _ in range(30):
        session.push(noise(10.0))
    assert session.queued_ms == 300_000


@pytest.mark.parametrize("seconds", [0, -1, math.nan])
def test_a_queue_without_room_is_refused(avatar: Avatar, seconds: float) -> None:
    with pytest.raises(ValueError, match="queue_seconds"):
        Session(avatar, queue_seconds=seconds)


def test_a_closed_session_takes_nothing(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.close()
    for call in (lambda: session.push(b""), session.flush, session.view, view.next):
        with pytest.raises(SessionClosedError):
            call()
    assert session.interrupt() == 0
    assert list(view) == []
