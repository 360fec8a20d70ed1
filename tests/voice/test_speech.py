"""Text to speech with the real voice."""

import socket
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bithuman_app.errors import UnavailableError, UsageError
from bithuman_app.lipsync import articulate
from bithuman_app.lipsync.coarticulation import from_phonemes
from bithuman_app.lipsync.phonemes import Phoneme, split
from bithuman_app.media.resampling import Resampler
from bithuman_app.voice import speech
from bithuman_app.voice.sound import LEVEL_DB, level_db
from bithuman_app.voice.speech import Speaker
from bithuman_app.voice.synthesis import Voice
from bithuman_app.voice.timbres import TIMBRES

TEXT = "Hello there, my name is Ada. I paid $5 on Monday, Dr. Smith!"


def whole(speaker, text):
    return np.concatenate([piece.samples for piece in speaker.say(text)])


def pitch_of(samples, rate):
    """The strongest period between 60 and 400 Hz, as the median of voiced frames, in Hz."""
    found = []
    for frame in samples[: len(samples) // 1200 * 1200].reshape(-1, 1200):
        spectrum = np.abs(np.fft.rfft(frame * np.hanning(1200), 4096)) ** 2
        correlation = np.fft.irfft(spectrum)
        lags = slice(rate // 400, rate // 60)
        if correlation[0] > 1 and correlation[lags].max() > 0.4 * correlation[0]:
            found.append(rate / (lags.start + correlation[lags].argmax()))
    return float(np.median(found))


def test_a_piece_is_sound_in_range():
    piece = next(Speaker().say(TEXT))
    assert piece.samples.dtype == np.float32
    assert piece.rate == 24_000
    assert 0.1 < np.abs(piece.samples).max() <= 1


def test_labels_of_words_are_the_text_as_written():
    labels = [word.label for piece in Speaker().say("🙂 " + TEXT + " 🎉") for word in piece.words]
    assert " ".join(labels) == "🙂 " + TEXT + " 🎉"


def test_pieces_follow_one_another_without_a_gap():
    pieces = list(Speaker().say(TEXT))
    for before, after in pairwise(pieces):
        assert after.start == pytest.approx(before.start + before.seconds)


@pytest.mark.parametrize("kind", ["words", "phonemes"])
def test_times_run_forward_within_the_piece(kind):
    for piece in Speaker().say(TEXT):
        items = getattr(piece, kind)
        assert all(0 <= item.start < item.end <= piece.seconds for item in items)
        assert all(a.end <= b.start + 1e-9 for a, b in pairwise(items))


def test_phonemes_are_ipa_that_the_lip_sync_understands():
    phonemes = [
        phoneme for piece in Speaker().say(TEXT + " Joy of a choice, oh!") for phoneme in piece.phonemes
    ]
    assert all(split(phoneme.label) for phoneme in phonemes)
    assert {"eɪ", "aɪ", "oʊ", "ɔɪ", "dʒ", "tʃ", "m"} <= {phoneme.label for phoneme in phonemes}


def test_words_span_their_phonemes():
    (piece,) = Speaker().say("Baby papa")
    labels = [p.label for p in piece.phonemes if p.start >= piece.words[1].start]
    assert labels == ["p", "ɑ", "p", "ə"]


@pytest.mark.parametrize("speed", [0.6, 1.0, 1.6])
def test_sibilants_are_heard_when_their_times_say(speed):
    high, low = [], []
    for piece in Speaker(speed=speed).say("She sells sea shells by the sea shore, as she has always done."):
        for phoneme in piece.phonemes:
            middle = round((phoneme.start + phoneme.end) / 2 * piece.rate)
            spectrum = np.abs(np.fft.rfft(piece.samples[max(0, middle - 240) : middle + 240], 480)) ** 2
            share = spectrum[70:].sum() / (spectrum.sum() + 1e-9)
            if phoneme.label in {"s", "ʃ"}:
                high.append(share)
            elif phoneme.label in {"i", "ɛ", "ɔ", "aɪ", "ə"}:
                low.append(share)
    assert np.mean(high) > 0.5
    assert np.mean(low) < 0.1


@pytest.mark.parametrize("voice", ["heart", "deep"])
def test_lips_made_from_the_phonemes_move_as_those_made_from_the_sound(voice):
    heard, told = [], []
    for piece in Speaker(voice).say("A moment ago I was a photo. Now you can watch my lips move, as I talk."):
        resampler = Resampler(piece.rate, 16_000, 1)
        sound = np.concatenate([resampler.push(piece.samples[None]), resampler.finish()], axis=1)[0]
        phonemes = [Phoneme(timed.label, timed.start, timed.end) for timed in piece.phonemes]
        heard.append(articulate(sound)["opening"])
        told.append(from_phonemes(phonemes, len(heard[-1]))["opening"])
    assert np.corrcoef(np.concatenate(heard), np.concatenate(told))[0, 1] > 0.5


def test_first_word_is_heard_at_once():
    piece = next(Speaker().say("Hello!"))
    assert np.flatnonzero(np.abs(piece.samples) > 0.02)[0] < 0.08 * piece.rate


def test_the_last_piece_ends_without_a_pause():
    last = list(Speaker().say(TEXT))[-1]
    assert last.seconds - last.phonemes[-1].end < 0.3


def test_the_same_seed_gives_the_same_samples():
    np.testing.assert_array_equal(whole(Speaker(seed=4), TEXT), whole(Speaker(seed=4), TEXT))


def test_another_seed_changes_the_noise_alone():
    one, other = whole(Speaker(seed=1), TEXT), whole(Speaker(seed=2), TEXT)
    assert not np.array_equal(one, other)
    assert np.corrcoef(one[: len(other)], other[: len(one)])[0, 1] > 0.7


def test_a_piece_does_not_depend_on_those_after_it():
    alone = next(Speaker().say("Hello there, my name."))
    followed = next(Speaker().say(TEXT))
    np.testing.assert_array_equal(alone.samples, followed.samples)


def test_pieces_are_made_only_when_asked_for(monkeypatch):
    made = []
    speak = Voice.speak
    monkeypatch.setattr(Voice, "speak", lambda *a: made.append(1) or speak(*a))
    saying = Speaker().say(TEXT)
    made.clear()
    next(saying)
    assert len(made) == 1
    saying.close()
    assert list(saying) == []


def test_speed_changes_how_long_it_takes_but_not_the_pitch():
    slow, fast = whole(Speaker(speed=0.7), TEXT), whole(Speaker(speed=1.4), TEXT)
    assert 1.6 < len(slow) / len(fast) < 2.2
    assert pitch_of(fast, 24_000) == pytest.approx(pitch_of(slow, 24_000), rel=0.15)


def test_the_voices_are_of_different_pitch():
    pitches = [
        pitch_of(whole(Speaker(name), TEXT), 24_000) for name in ("deep", "tenor", "alto", "heart", "young")
    ]
    assert all(lower < 0.95 * higher for lower, higher in pairwise(pitches))


@pytest.mark.parametrize("voice", TIMBRES)
def test_all_voices_and_sentences_are_equally_loud(voice):
    for piece in Speaker(voice).say(TEXT):
        assert level_db(piece.samples, piece.rate) == pytest.approx(LEVEL_DB, abs=0.5)


@pytest.mark.parametrize("voice", TIMBRES)
def test_phonemes_last_equally_long_in_every_voice(voice):
    def inner(name):
        phonemes = next(Speaker(name).say(TEXT)).phonemes[1:-1]
        return [(phoneme.label, round(phoneme.end - phoneme.start, 6)) for phoneme in phonemes]

    assert inner(voice) == inner("heart")


def test_words_of_other_scripts_are_named_as_skipped():
    (piece,) = Speaker().say("Hello Привет and 你好")
    assert piece.skipped == ("Привет", "你好")
    assert [word.label for word in piece.words] == ["Hello Привет", "and 你好"]


@pytest.mark.parametrize("text", ["", "   \n", "🙂🙂", "…", "Привет"])
def test_text_with_nothing_to_read_is_refused_at_once(text):
    with pytest.raises(UsageError, match="nothing that an English voice could read"):
        Speaker().say(text)


def test_text_beyond_the_bound_is_refused_at_once():
    with pytest.raises(UsageError, match="5001 characters; at most 5000"):
        Speaker().say("a" * (speech.LONGEST_TEXT + 1))


def test_the_longest_text_is_spoken_piece_by_piece():
    saying = Speaker(speed=2.0).say(("All work and no play makes Jack a dull boy. " * 120)[:5000])
    first = next(saying)
    assert first.seconds < 10


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_is_spoken_or_refused(text):
    try:
        pieces = list(Speaker(speed=2.0).say(text))
    except UsageError:
        return
    for piece in pieces:
        assert np.isfinite(piece.samples).all()
        assert np.abs(piece.samples).max(initial=0) <= 1


@pytest.mark.parametrize(
    "text", ["9" * 300, "a" * 300, "£" * 300, "1.2.3.4,5,6/7:8-9", "$$ %% && 5% @x #y 3/4 12:99"]
)
def test_odd_text_is_spoken(text):
    assert len(whole(Speaker(speed=2.0), text))


@pytest.mark.parametrize(
    ("options", "message"),
    [({"voice": "nobody"}, "there is no voice 'nobody'; there are heart"), ({"speed": 3.0}, "speed must be")],
)
def test_wrong_settings_are_refused_with_what_is_possible(options, message):
    with pytest.raises(UsageError, match=message):
        Speaker(**options)


def test_without_the_voice_package_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "hibari", None)
    with pytest.raises(UnavailableError, match=r"pip install 'bithuman-app\[voice\]'"):
        Voice()


def test_speaking_opens_no_connection(monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert len(whole(Speaker("alto"), TEXT))
