import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bithuman_app.lipsync import ArticulationStream, articulate, join
from tests.lipsync.speech_sample import samples

SPEECH = samples()[5_000:29_000]


def in_pieces(audio, sizes):
    stream = ArticulationStream()
    curves, start = [], 0
    for size in sizes:
        curves.append(stream.push(audio[start : start + size]))
        start += size
    return join([*curves, stream.push(audio[start:]), stream.flush()])


def assert_identical(one, other):
    np.testing.assert_array_equal(one.articulation, other.articulation)
    np.testing.assert_array_equal(one.visemes, other.visemes)


def test_single_samples_give_the_same_curves_as_one_push():
    audio = SPEECH[:4_000]
    assert_identical(in_pieces(audio, [1] * len(audio)), articulate(audio))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 5_000), max_size=12))
def test_pieces_of_any_size_give_the_same_curves_as_one_push(sizes):
    assert_identical(in_pieces(SPEECH, sizes), articulate(SPEECH))


@pytest.mark.parametrize("count", [0, 1, 639, 640, 641, 1_900, 12_800])
@pytest.mark.parametrize("look_ahead_ms", [0, 40, 80, 100])
def test_a_clip_gives_a_frame_for_each_begun_40_ms(count, look_ahead_ms):
    assert len(articulate(SPEECH[:count], look_ahead_ms)) == -(-count // 640)


@pytest.mark.parametrize(("look_ahead_ms", "frames"), [(0, 0), (40, 0), (80, 1), (100, 2)])
def test_curves_lag_behind_the_audio_by_the_look_ahead(look_ahead_ms, frames):
    stream = ArticulationStream(look_ahead_ms)
    assert stream.look_ahead_frames == frames
    assert len(stream.push(SPEECH[: 640 * 10])) == 10 - frames


def test_audio_later_than_the_look_ahead_does_not_change_a_frame():
    other = SPEECH.copy()
    other[640 * 12 :] = 0
    np.testing.assert_array_equal(articulate(other).articulation[:10], articulate(SPEECH).articulation[:10])


def test_the_look_ahead_at_the_end_counts_as_silence():
    assert_identical(
        articulate(SPEECH[:6_400]),
        ArticulationStream().push(np.concatenate([SPEECH[:6_400], np.zeros(1_280, np.float32)])),
    )


def test_flush_starts_the_stream_anew():
    stream = ArticulationStream()
    stream.push(SPEECH)
    stream.flush()
    assert_identical(join([stream.push(SPEECH), stream.flush()]), articulate(SPEECH))


def test_reset_forgets_what_was_pushed():
    stream = ArticulationStream()
    stream.push(SPEECH[:7_777])
    stream.reset()
    assert_identical(join([stream.push(SPEECH), stream.flush()]), articulate(SPEECH))


def test_two_streams_do_not_disturb_each_other():
    one, other = ArticulationStream(), ArticulationStream()
    curves = []
    for start in range(0, len(SPEECH), 640):
        curves.append(one.push(SPEECH[start : start + 640]))
        other.push(SPEECH[::-1][start : start + 640])
    assert_identical(join([*curves, one.flush()]), articulate(SPEECH))


def test_values_that_are_not_finite_count_as_silence():
    broken, cleaned = SPEECH.copy(), SPEECH.copy()
    for value, places in ((np.nan, slice(3_000, 3_100)), (np.inf, slice(9_000, 9_001))):
        broken[places] = value
        cleaned[places] = 0
    assert_identical(articulate(broken), articulate(cleaned))


def test_values_beyond_full_scale_are_clipped():
    loud = SPEECH * 30
    assert_identical(articulate(loud), articulate(np.clip(loud, -1, 1)))


@pytest.mark.parametrize(
    "audio", [np.zeros((100, 2), np.float32), np.zeros(100, np.int16)], ids=["stereo", "integers"]
)
def test_audio_of_another_kind_is_refused(audio):
    with pytest.raises(ValueError, match="one channel of floats"):
        ArticulationStream().push(audio)


def test_a_look_ahead_without_a_head_is_refused():
    with pytest.raises(ValueError, match="look_ahead_ms must be one of"):
        ArticulationStream(look_ahead_ms=60)
