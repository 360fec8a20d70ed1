"""Files that are no avatar files, or no files at all: each gets one line that says what it is."""

import io
import os
import struct
import sys
import tarfile
import zipfile

import cv2
import numpy as np
import pytest

from bithuman_app.avatar import container
from bithuman_app.errors import DataError, MissingInputError
from tests.avatar.avatar_files import sample


def refusal(path) -> str:
    """Read a file that must be refused, and return the message."""
    with pytest.raises(DataError) as caught:
        container.read(path)
    with pytest.raises(DataError) as caught_again:
        container.read_outline(path)
    assert str(caught.value) == str(caught_again.value)
    assert str(caught.value).isprintable()
    return str(caught.value)


def write(folder, data, name="test.imx"):
    path = folder / name
    path.write_bytes(data)
    return path


def picture(suffix):
    return cv2.imencode(suffix, np.full((8, 8, 3), 90, np.uint8))[1].tobytes()


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("manifest.json", "{}")
    return stream.getvalue()


def tarred():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("avatar"))
    return stream.getvalue()


def saved_array():
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


FOREIGN = {
    "a PNG picture": picture(".png"),
    "a JPEG picture": picture(".jpg"),
    "a WebP picture": picture(".webp"),
    "a BMP picture": picture(".bmp"),
    "a TIFF picture": picture(".tiff"),
    "a GIF picture": b"GIF89a" + bytes(20),
    "a HEIF or AVIF picture": b"\0\0\0\x20ftypavif" + bytes(20),
    "an MP4 or QuickTime video": b"\0\0\0\x20ftypisom" + bytes(20),
    "a Matroska or WebM video": b"\x1aE\xdf\xa3" + bytes(20),
    "an AVI video": b"RIFF\x10\0\0\0AVI " + bytes(20),
    "a WAV sound": b"RIFF\x10\0\0\0WAVE" + bytes(20),
    "an MP3 sound": b"ID3\x04" + bytes(20),
    "an Ogg file": b"OggS" + bytes(20),
    "a ZIP archive": zipped(),
    "a tar archive": tarred(),
    "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(20),
    "a NumPy array": saved_array(),
    "a Python pickle": b"\x80\x04\x95" + bytes(20),
    "a safetensors file": struct.pack("<Q", 30) + b'{"weights":{}}',
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    "a web page": b"\n<!DOCTYPE html><html></html>",
    "JSON text": b'{"error": "not found"}',
    "a text file": "Grüße\r\n".encode() * 100,
    "a file of zeros": bytes(5000),
    "starts with the bytes 01 02 fe ff": b"\x01\x02\xfe\xff",
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_named(tmp_path, kind):
    message = refusal(write(tmp_path, FOREIGN[kind]))
    assert kind in message
    assert "not an avatar file" in message


def test_a_picture_comes_with_the_advice_to_bake_it(tmp_path):
    assert "`bithuman-app bake`" in refusal(write(tmp_path, picture(".png")))


@pytest.mark.parametrize(
    ("head", "description"),
    [
        (b"IMX\0" + struct.pack("<HH", 2, 27), "its container, version 2, 27 members"),
        (b"BIMX" + bytes(4), "its container, version 1"),
    ],
)
def test_the_vendors_model_files_are_recognised(tmp_path, head, description):
    message = refusal(write(tmp_path, head + bytes(range(256)) * 10, "model.imx"))
    assert "model.imx is a bitHuman model file" in message
    assert description in message
    assert "`bithuman-app bake`" in message


@pytest.mark.parametrize(
    "mangle",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\r", b""),
        lambda data: data.decode("latin-1").encode("utf-8"),
        lambda data: data.decode("utf-8", "replace").encode("utf-8"),
        lambda data: bytes(byte & 0x7F for byte in data),
    ],
    ids=["CR LF to LF", "LF to CR LF", "CR dropped", "recoded", "not UTF-8 replaced", "seven bits"],
)
def test_damage_by_text_tools_is_recognised(tmp_path, mangle):
    assert "text mode" in refusal(write(tmp_path, mangle(sample())))


def test_an_empty_file_is_called_empty(tmp_path):
    assert refusal(write(tmp_path, b"")).endswith("is empty")


def test_a_truncated_file_tells_how_much_is_there(tmp_path):
    data = sample()
    assert refusal(write(tmp_path, data[:-7])).endswith(
        f"is truncated: {len(data) - 7} of {len(data)} bytes are there"
    )


def test_a_corrupted_block_is_named(tmp_path):
    data = bytearray(sample())
    data[-1] ^= 1
    with pytest.raises(DataError, match="checksum of block 'thumbnail' is wrong"):
        container.read(write(tmp_path, data))


def test_a_large_foreign_file_is_not_read(tmp_path):
    # Sparse: takes neither the space nor the memory that it claims.
    path = write(tmp_path, b"\0\0\0\x20ftypisom")
    os.truncate(path, 2**40)
    assert "an MP4 or QuickTime video" in refusal(path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(MissingInputError, match="does not exist"):
        container.read(tmp_path / "none.imx")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(MissingInputError, match="is a folder"):
        container.read(tmp_path)


@pytest.mark.parametrize("name", ["x" * 300, "file/test.imx", "a\0b"])
def test_a_name_that_no_file_can_have_is_missing(tmp_path, name):
    write(tmp_path, b"", "file")
    with pytest.raises(MissingInputError) as caught:
        container.read(str(tmp_path / name))
    assert str(caught.value).isprintable()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in the file system")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.imx")
    with pytest.raises(MissingInputError, match="not a regular file"):
        container.read(tmp_path / "pipe.imx")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = write(tmp_path, sample())
    path.chmod(0)
    with pytest.raises(MissingInputError, match="permission denied"):
        container.read(path)


def test_a_strange_file_name_does_not_break_the_line(tmp_path):
    assert "\\n" in refusal(write(tmp_path, b"", "two\nlines.imx"))
