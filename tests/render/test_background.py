import numpy as np
import pytest

from bithuman_app.render.background import Canvas, blend, cover, parse_colour

RED = (0, 0, 255)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("red", RED),
        ("Red", RED),
        ("#ff0000", RED),
        ("#F00", RED),
        ("255,0,0", RED),
        (" 255, 0, 0 ", RED),
        ("orange", (0, 165, 255)),
        ("#123456", (0x56, 0x34, 0x12)),
        ("0,0,0", (0, 0, 0)),
    ],
)
def test_a_colour_may_be_a_name_or_numbers(text: str, colour: tuple[int, int, int]) -> None:
    assert parse_colour(text) == colour


@pytest.mark.parametrize(
    "text", ["", "reddish", "#12345", "#gggggg", "256,0,0", "1,2", "1,2,3,4", "-1,0,0", "²,0,0", "beach.jpg"]
)
def test_anything_else_is_no_colour(text: str) -> None:
    assert parse_colour(text) is None


def test_a_transparent_frame_shows_the_background_and_an_opaque_one_hides_it() -> None:
    front = np.full((2, 3, 4), 200, np.uint8)
    front[..., 3] = (0, 255, 128)
    back = np.full((2, 3, 3), 100, np.uint8)
    np.testing.assert_allclose(blend(front, back)[0, :, 0], [100, 200, 150], atol=1)


def test_a_wide_picture_is_cropped_at_its_sides_to_cover_a_square() -> None:
    picture = np.zeros((10, 30, 3), np.uint8)
    picture[:, 10:20] = 255
    assert cover(picture, (20, 20)).shape == (20, 20, 3)
    assert cover(picture, (20, 20))[:, 2:18].min() > 240


def test_a_tall_picture_is_cropped_at_top_and_bottom() -> None:
    picture = np.zeros((30, 10, 3), np.uint8)
    picture[10:20] = 255
    assert cover(picture, (10, 10)).min() == 255


def test_a_square_frame_stands_in_the_middle_of_a_wide_canvas() -> None:
    canvas = Canvas((100, 100), (160, 50), RED)
    image = canvas.paint(np.full((100, 100, 3), 255, np.uint8))
    assert image.shape == (50, 160, 3)
    assert (image[:, 55:105] == 255).all()
    assert (image[:, :55] == RED).all()
    assert (image[:, 105:] == RED).all()


def test_the_background_lasts_from_frame_to_frame() -> None:
    canvas = Canvas((10, 10), (10, 10), RED)
    canvas.paint(np.full((10, 10, 3), 255, np.uint8))
    assert (canvas.paint(np.zeros((10, 10, 4), np.uint8)) == RED).all()


def test_a_cut_out_is_transparent_around_the_frame() -> None:
    image = Canvas((10, 10), (30, 10), RED).cut_out(np.full((10, 10, 4), 255, np.uint8))
    assert image[..., 3].tolist() == [[0] * 10 + [255] * 10 + [0] * 10] * 10


def test_scaling_a_cut_out_does_not_bleed_hidden_colours_into_its_edge() -> None:
    frame = np.zeros((100, 100, 4), np.uint8)
    frame[..., 2] = 255  # hidden: red
    frame[25:75, 25:75] = (0, 255, 0, 255)
    image = Canvas((100, 100), (37, 37), (0, 0, 0)).cut_out(frame)
    seen = image[image[..., 3] > 20]
    assert seen[:, 2].max() < 20
