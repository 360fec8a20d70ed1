"""Where the picture lies in the window."""

import numpy as np
import pytest

from bithuman_app.desktop.canvas import Canvas, CrossFade, placed

WHITE = np.full((100, 200, 3), 255, np.uint8)


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        ((400, 200), (0, 0, 400, 200)),
        ((400, 400), (0, 100, 400, 200)),
        ((1000, 200), (300, 0, 400, 200)),
        ((100, 10), (40, 0, 20, 10)),
        ((1, 1), (0, 0, 1, 1)),
    ],
    ids=["same proportions", "too high", "too wide", "small", "a point"],
)
def test_a_picture_is_as_large_as_it_fits_in_the_middle(
    room: tuple[int, int], expected: tuple[int, int, int, int]
) -> None:
    assert placed(200, 100, *room) == expected


def test_around_the_picture_it_is_black() -> None:
    pixels = Canvas().fit(WHITE, (400, 400))

    assert (pixels[100:300] == 255).all()
    assert not pixels[:100].any()
    assert not pixels[300:].any()


def test_what_was_written_beside_the_picture_is_gone_in_the_next() -> None:
    canvas = Canvas()
    canvas.fit(WHITE, (400, 400))[:] = 77

    pixels = canvas.fit(WHITE, (400, 400))

    assert set(np.unique(pixels)) == {0, 255}


def test_a_very_large_window_is_enlarged_by_the_system() -> None:
    pixels = Canvas().fit(WHITE, (7680, 4320))

    assert pixels.shape[0] * pixels.shape[1] <= 1920 * 1200
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(16 / 9, abs=0.01)


def test_a_turned_canvas_stands_upright_on_a_screen_that_lies() -> None:
    canvas = Canvas(turn=90)
    upright = canvas.fit(WHITE, (400, 200))
    assert upright.shape == (400, 200, 3)
    upright[0, :] = (0, 0, 200)

    turned = canvas.turned(upright)

    assert turned.shape == (200, 400, 3)
    assert (turned[:, -1] == (0, 0, 200)).all()  # clockwise: what was on top is on the right


def test_one_avatar_fades_into_the_next() -> None:
    fade = CrossFade()
    fade.begin(np.zeros((4, 4, 3), np.uint8))
    shares = []
    for _ in range(10):
        pixels = np.full((4, 4, 3), 180, np.uint8)
        fade.apply(pixels)
        shares.append(int(pixels[0, 0, 0]))

    assert shares == sorted(shares)
    assert 0 < shares[0] < 60
    assert shares[-1] == 180


def test_a_fade_ends_when_the_window_changes_its_size() -> None:
    fade = CrossFade()
    fade.begin(np.zeros((4, 4, 3), np.uint8))
    pixels = np.full((8, 8, 3), 180, np.uint8)

    fade.apply(pixels)

    assert (pixels == 180).all()
