"""Whatever happens in whatever order, every view hears everything once, in order, until an interrupt."""

from functools import cache

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.avatar.model import Avatar
from bithuman_app.resources import asset
from bithuman_app.session import Session, Tick, View
from tests.session.live import due, noise

SOUND = noise(60.0)[:, 0]
VIEWS = 4


@cache
def small_avatar() -> Avatar:
    return bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(128, 128), name="maya"))


class Conversation(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.session = Session(small_avatar())
        self.views: list[View] = [self.session.view(late_after=late) for late in (1, 3, None, 3)]
        self.follower = self.session.view(follow=True)
        self.played = 0
        self.forget()
        self.flushes = 0
        self.ends = [0] * (VIEWS + 1)
        self.index = [-1] * (VIEWS + 1)

    def forget(self) -> None:
        """Begin to count anew."""
        self.pushed = 0
        self.heard = [0] * (VIEWS + 1)

    @rule(count=st.integers(0, 3_000))
    def push(self, count: int) -> None:
        self.session.push(SOUND[self.pushed : self.pushed + count])
        self.pushed += count

    @rule()
    def flush(self) -> None:
        self.session.flush()
        self.flushes += 1

    @rule(which=st.integers(0, VIEWS - 2), times=st.integers(1, 8))
    def look(self, which: int, times: int) -> None:
        for _ in range(times):
            self.take(which, self.views[which].next())

    @rule(leap=st.integers(0, 5_000), ahead=st.integers(0, 3))
    def look_by_clock(self, leap: int, ahead: int) -> None:
        self.played += leap
        for tick in due(self.views[-1], self.played, 16_000, ahead):
            self.take(VIEWS - 1, tick)

    @rule()
    def follow(self) -> None:
        while (tick := self.follower.next(timeout=0)) is not None:
            self.take(VIEWS, tick)

    @rule()
    def interrupt(self) -> None:
        most = max(self.heard)
        assert 0 <= self.session.interrupt() <= most // 16
        self.forget()
        self.flushes = 0
        self.ends = [0] * (VIEWS + 1)

    def take(self, which: int, tick: Tick) -> None:
        sound = tick.samples[: tick.sample_count]
        start = self.heard[which]
        np.testing.assert_array_equal(sound, SOUND[start : start + len(sound)])
        pieces = [piece.samples[:, 0] for piece in tick.original]
        np.testing.assert_array_equal(np.concatenate([SOUND[:0], *pieces]), sound)
        assert tick.index == self.index[which] + 1 + tick.dropped or tick.after_interrupt
        assert tick.missed == 0
        self.heard[which] += len(sound)
        self.ends[which] += tick.end_of_speech
        self.index[which] = tick.index

    @invariant()
    def nobody_hears_what_was_not_said(self) -> None:
        assert max(self.heard) <= self.pushed
        assert max(self.ends) <= self.flushes

    def teardown(self) -> None:
        """Hear everything to its end."""
        if not hasattr(self, "session"):
            return
        self.flush()
        for which in range(VIEWS - 1):
            self.look(which, self.views[which].backlog + self.pushed // 640 + 2 * self.flushes + 2)
        self.follow()
        self.look_by_clock(640 * max(self.index), 0)
        assert self.heard == [self.pushed] * (VIEWS + 1)
        assert self.ends == [self.flushes] * (VIEWS + 1)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
