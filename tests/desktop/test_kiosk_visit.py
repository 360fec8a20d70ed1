"""When a kiosk calls for visitors, when it stops, and when it forgets the one who left."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bithuman_app.desktop.kiosk.visit import CALL_STARTS_WITHIN, Order, Patience, Phase, Visit

CALLS_AFTER_20_FORGETS_AFTER_50 = Patience(attract_after=20, reset_after=50)


def visit(patience: Patience = CALLS_AFTER_20_FORGETS_AFTER_50) -> Visit:
    return Visit(0.0, patience)


def calling() -> Visit:
    """Return a kiosk that began to call at 20 s and is heard."""
    kiosk = visit()
    assert kiosk.step(20.0, speaking=False) == (Order.ATTRACT,)
    assert kiosk.step(20.5, speaking=True) == ()
    return kiosk


def test_calls_after_the_quiet_time() -> None:
    kiosk = visit()

    assert kiosk.step(19.9, speaking=False) == ()
    assert kiosk.step(20.0, speaking=False) == (Order.ATTRACT,)


def test_what_the_avatar_says_is_not_quiet() -> None:
    kiosk = visit()
    kiosk.step(15.0, speaking=True)

    assert kiosk.step(34.9, speaking=False) == ()
    assert kiosk.step(35.0, speaking=False) == (Order.ATTRACT,)


def test_a_call_is_given_once() -> None:
    assert calling().step(21.0, speaking=True) == ()


def test_calls_again_after_another_quiet_time() -> None:
    kiosk = calling()
    kiosk.step(23.0, speaking=True)
    kiosk.step(23.1, speaking=False)

    assert kiosk.step(43.0, speaking=False) == ()
    assert kiosk.step(43.1, speaking=False) == (Order.ATTRACT,)


def test_a_call_that_is_never_heard_does_not_end_all_calls() -> None:
    kiosk = visit()
    kiosk.step(20.0, speaking=False)
    failed = 20.0 + CALL_STARTS_WITHIN
    kiosk.step(failed, speaking=False)

    assert kiosk.step(failed + 20.0, speaking=False) == (Order.ATTRACT,)


def test_falls_silent_at_once_when_somebody_comes() -> None:
    assert calling().seen(21.0) == (Order.HUSH,)


def test_does_not_silence_what_the_avatar_says_to_a_visitor() -> None:
    kiosk = visit()
    kiosk.seen(1.0)
    kiosk.step(2.0, speaking=True)

    assert kiosk.seen(2.5) == ()


def test_calls_nobody_during_a_visit() -> None:
    kiosk = visit()
    kiosk.seen(10.0)

    assert kiosk.step(59.9, speaking=False) == ()
    assert kiosk.phase is Phase.VISIT


def test_forgets_the_visitor_who_left() -> None:
    kiosk = visit()
    kiosk.seen(10.0)

    assert kiosk.step(60.0, speaking=False) == (Order.RESET,)
    assert kiosk.phase is Phase.WAITING


def test_forgets_a_visitor_once() -> None:
    kiosk = visit(Patience(attract_after=0, reset_after=50))
    kiosk.seen(10.0)
    kiosk.step(60.0, speaking=False)

    assert kiosk.step(1000.0, speaking=False) == ()


def test_keeps_the_visitor_who_listens() -> None:
    kiosk = visit()
    kiosk.seen(10.0)
    kiosk.step(55.0, speaking=True)

    assert kiosk.step(104.9, speaking=False) == ()
    assert kiosk.step(105.0, speaking=False) == (Order.RESET,)


def test_without_a_time_to_forget_a_visit_ends_and_nothing_is_forgotten() -> None:
    kiosk = visit(Patience(attract_after=20, reset_after=0))
    kiosk.seen(10.0)

    assert kiosk.step(30.0, speaking=False) == ()
    assert kiosk.phase is Phase.WAITING


def test_without_a_time_to_call_nobody_is_called() -> None:
    kiosk = visit(Patience(attract_after=0, reset_after=50))

    assert kiosk.step(100_000.0, speaking=False) == ()


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_time_that_makes_no_sense_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        Patience(attract_after=seconds)


HAPPENING = some.sampled_from(["somebody", "speaks", "is silent"])


@given(some.lists(some.tuples(some.floats(0, 100), HAPPENING)))
def test_whatever_happens_orders_fit_the_phase(story: list[tuple[float, str]]) -> None:
    kiosk, now = visit(), 0.0
    for passed, what in story:
        now += passed
        before = kiosk.phase
        orders = kiosk.seen(now) if what == "somebody" else kiosk.step(now, speaking=what == "speaks")
        assert (Order.ATTRACT in orders) == (kiosk.phase is Phase.ATTRACTING is not before)
        assert (Order.HUSH in orders) == (before is Phase.ATTRACTING and what == "somebody")
        assert (Order.RESET in orders) == (before is Phase.VISIT and kiosk.phase is Phase.WAITING)
