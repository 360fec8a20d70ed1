import struct

import pytest

from tools.lipsync import rnc


def bits(*fields):
    """Fields of (value, bits), the lowest bit first, in little-endian words of 16 bits."""
    number, place = 0, 0
    for value, count in fields:
        number |= value << place
        place += count
    words = -(-place // 16)
    return number.to_bytes(2 * words, "little")


def packed(stream, size):
    return rnc.MARK + struct.pack(">IIHHBB", size, len(stream), 0, 0, 0, 1) + stream


def table(*lengths):
    return [(len(lengths), 5), *((length, 4) for length in lengths)]


#: Two plain bytes, then four from two back, then nothing.
REPEATED = bits(
    (0, 2), *table(1, 0, 1), *table(0, 1), *table(0, 0, 1), (2, 16),
    (1, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1),
)  # fmt: skip


def test_what_repeats_is_written_out():
    assert rnc.unpack(packed(REPEATED + b"ab", 6)) == b"ababab"


def test_a_stream_of_another_length_is_refused():
    with pytest.raises(ValueError, match="6 bytes unpacked instead of 7"):
        rnc.unpack(packed(REPEATED + b"ab", 7))


def test_what_is_not_packed_is_refused():
    with pytest.raises(ValueError, match="not packed"):
        rnc.unpack(b"RIFF" + bytes(20))
