import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.errors import CannotCreateError, DataError, MissingInputError, UsageError
from bithuman_app.media.images import decode_image, encode_jpeg, read_image, square, write_image

Image = NDArray[np.uint8]


@pytest.fixture
def corners() -> Image:
    """A picture 60 wide and 40 high whose four quarters differ: blue, green / red, white."""
    image = np.zeros((40, 60, 3), np.uint8)
    image[:20, :30] = (255, 0, 0)
    image[:20, 30:] = (0, 255, 0)
    image[20:, :30] = (0, 0, 255)
    image[20:, 30:] = (255, 255, 255)
    return image


def encode(suffix: str, image: NDArray[np.generic], options: tuple[int, ...] = ()) -> bytes:
    done, data = cv2.imencode(suffix, image, options)
    assert done
    return data.tobytes()


def with_orientation(suffix: str, image: Image, orientation: int, order: str = ">") -> bytes:
    """Encode a picture with an EXIF block that holds nothing but the orientation."""
    exif = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(
        order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0
    )
    done, data = cv2.imencodeWithMetadata(
        suffix, image, [cv2.IMAGE_METADATA_EXIF], [np.frombuffer(exif, np.uint8)]
    )
    assert done
    return data.tobytes()


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def png(width: int, height: int, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """Assemble a PNG file from raw chunks (the header chunk is made here: 8-bit palette)."""
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    pieces = [b"\x89PNG\r\n\x1a\n"]
    for name, body in [(b"IHDR", header), *chunks, (b"IEND", b"")]:
        pieces.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(pieces)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_colour_pictures_are_read_as_bgr(tmp_path: Path, corners: Image, suffix: str) -> None:
    image = read_image(save(tmp_path / "picture", encode(suffix, corners)))
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert np.abs(image.astype(int) - corners)[5:15, 5:25].max() < 12


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_transparency_is_kept(tmp_path: Path, corners: Image, suffix: str) -> None:
    alpha = np.full((40, 60, 1), 255, np.uint8)
    alpha[:, 30:] = 0
    image = read_image(save(tmp_path / "picture", encode(suffix, np.dstack([corners, alpha]))))
    assert image.shape == (40, 60, 4)
    np.testing.assert_array_equal(image[..., 3], alpha[..., 0])


def test_grey_pictures_become_colour(tmp_path: Path) -> None:
    grey = np.arange(200, dtype=np.uint8).reshape(10, 20)
    image = read_image(save(tmp_path / "a.png", encode(".png", grey)))
    np.testing.assert_array_equal(image, np.dstack([grey] * 3))


def test_sixteen_bit_pictures_are_rounded_to_eight(tmp_path: Path, corners: Image) -> None:
    deep = corners.astype(np.uint16) * 257
    deep[0, 0] = (300, 128, 129)
    image = read_image(save(tmp_path / "a.png", encode(".png", deep)))
    assert image[0, 0].tolist() == [1, 0, 1]
    np.testing.assert_array_equal(image[1:], corners[1:])


def test_palette_pictures_with_a_transparent_entry_are_read(tmp_path: Path) -> None:
    palette = bytes([255, 0, 0, 0, 255, 0])  # red, green
    rows = b"".join(b"\0" + bytes([0, 1, 1]) for _ in range(2))
    chunks = [(b"PLTE", palette), (b"tRNS", b"\x80"), (b"IDAT", zlib.compress(rows))]
    image = read_image(save(tmp_path / "a.png", png(3, 2, chunks)))
    assert image[0].tolist() == [[0, 0, 255, 128], [0, 255, 0, 255], [0, 255, 0, 255]]


#: Where the top left, top right, bottom left, bottom right quarters of the stored picture
#: (a, b, c, d) are seen after each EXIF orientation.
ORIENTATIONS = {
    1: "abcd", 2: "badc", 3: "dcba", 4: "cdab", 5: "acbd", 6: "cadb", 7: "dbca", 8: "bdac",
}  # fmt: skip


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_pictures_are_turned_upright(tmp_path: Path, corners: Image, orientation: int, order: str) -> None:
    data = with_orientation(".png", corners, orientation, order)
    image = read_image(save(tmp_path / "a.png", data))
    names = {(255, 0, 0): "a", (0, 255, 0): "b", (0, 0, 255): "c", (255, 255, 255): "d"}
    height, width = image.shape[:2]
    assert (width, height) == ((60, 40) if orientation < 5 else (40, 60))
    seen = [names[tuple(image[y, x].tolist())] for y in (5, height - 5) for x in (5, width - 5)]
    assert "".join(seen) == ORIENTATIONS[orientation]


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_jpeg_and_webp_are_turned_upright_too(tmp_path: Path, corners: Image, suffix: str) -> None:
    image = read_image(save(tmp_path / "a", with_orientation(suffix, corners, 6)))
    assert image.shape == (60, 40, 3)
    assert image[5, 5].argmax() == 2  # red, at the bottom left in the file
    assert image[5, 5].min() < 60


def test_transparent_pictures_are_turned_upright_with_their_transparency(
    tmp_path: Path, corners: Image
) -> None:
    alpha = np.full((40, 60, 1), 255, np.uint8)
    alpha[20:, :30] = 0
    image = read_image(save(tmp_path / "a.png", with_orientation(".png", np.dstack([corners, alpha]), 6)))
    assert image[5, 5, 3] == 0
    assert image[5, 35, 3] == 255


def test_a_nonsense_orientation_is_ignored(tmp_path: Path, corners: Image) -> None:
    image = read_image(save(tmp_path / "a.png", with_orientation(".png", corners, 99)))
    np.testing.assert_array_equal(image, corners)


def test_a_picture_that_declares_too_many_pixels_is_refused_before_decoding(tmp_path: Path) -> None:
    path = save(tmp_path / "bomb.png", png(60_000, 60_000, [(b"PLTE", b"\0\0\0"), (b"IDAT", b"")]))
    with pytest.raises(DataError, match="60000 x 60000"):
        read_image(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    with pytest.raises(DataError, match="larger than 50 MB"):
        read_image(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_cut_off_picture_is_refused_in_one_line(tmp_path: Path, suffix: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    data = encode(suffix, noise)
    path = save(tmp_path / "cut", data[: int(len(data) * part)])
    script = (
        "import sys; from bithuman_app.media.images import read_image\n"
        "from bithuman_app.errors import DataError\n"
        "try: read_image(sys.argv[1])\n"
        "except DataError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True)
    assert "cut off" in run.stdout or "no picture" in run.stdout
    assert run.stderr == ""  # nothing from the decoders


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"hello, this is text", "no picture"),
        (b"GIF89a" + bytes(50), "GIF pictures are not read"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC pictures are not read"),
        (b"\xff\xd8\xff", "no picture"),
        (b"\x89PNG\r\n\x1a\n", "no picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "no picture"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_image(save(tmp_path / "a.png", content))


def test_a_picture_with_broken_contents_is_refused(tmp_path: Path) -> None:
    chunks = [(b"PLTE", b"\0\0\0"), (b"IDAT", b"this is not zlib")]
    with pytest.raises(DataError, match="damaged"):
        read_image(save(tmp_path / "a.png", png(8, 8, chunks)))


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match=r"none\.png: no such file"):
        read_image(tmp_path / "none.png")


def test_a_folder_is_not_a_picture(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="folder"):
        read_image(tmp_path)


@pytest.mark.parametrize("channels", [3, 4])
def test_written_png_pictures_are_read_back_unchanged(tmp_path: Path, channels: int) -> None:
    image = np.random.default_rng(1).integers(0, 255, (7, 9, channels), np.uint8)
    write_image(tmp_path / "a.png", image)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), image)
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


def test_a_picture_of_unknown_suffix_is_not_written(tmp_path: Path, corners: Image) -> None:
    with pytest.raises(UsageError, match=r"\.png"):
        write_image(tmp_path / "a.gif", corners)


def test_a_picture_cannot_be_written_into_a_folder_that_is_not_there(tmp_path: Path, corners: Image) -> None:
    with pytest.raises(CannotCreateError, match="does not exist"):
        write_image(tmp_path / "none" / "a.png", corners)


def test_square_is_the_middle_of_a_picture(corners: Image) -> None:
    middle = square(corners, 20)

    assert middle.shape == (20, 20, 3)
    assert middle[2, 2].tolist() == [255, 0, 0]
    assert middle[17, 17].tolist() == [255, 255, 255]


def test_jpeg_in_memory_is_the_picture(corners: Image) -> None:
    decoded = decode_image(encode_jpeg(corners, 95), "corners")

    assert decoded.shape == corners.shape
    assert np.abs(decoded[5, 5].astype(int) - corners[5, 5]).max() < 12
