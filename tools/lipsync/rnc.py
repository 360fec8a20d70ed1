"""Unpacking of Rob Northen's method 1, by which a game of 1994 packs its speech.

Layout, all of it as ScummVM's engines/sky/rnc_deco.cpp reads it: ``RNC``, 1, lengths unpacked and packed
(32 bits each, the highest byte first), two checksums, how far it may overlap, how many chunks; 18 bytes. Then
bits, the lowest first, in words of 16 bits that are read when the one before is used up, and among them plain
bytes. Two bits to skip; then each chunk: three tables of codes (how many plain bytes, how far back, how many
to repeat), how many steps (16 bits), and the steps.
"""

import struct
from typing import Final

MARK: Final = b"RNC\1"
_HEADER_BYTES: Final = 18

#: For the next bits of the stream: the value of the code that they begin with, and its length.
_Table = list[tuple[int, int]]


class _Stream:
    """The packed bytes, their bits and the plain bytes between."""

    def __init__(self, packed: bytes) -> None:
        # A look ahead may reach past the end.
        self._packed = packed + bytes(4)
        self._place = _HEADER_BYTES
        self._bits = 0
        self._count = 0

    def _next_word(self) -> int:
        return self._packed[self._place] | self._packed[self._place + 1] << 8

    def bits(self, count: int) -> int:
        while self._count < count:
            self._bits |= self._next_word() << self._count
            self._place += 2
            self._count += 16
        value = self._bits & ((1 << count) - 1)
        self._bits >>= count
        self._count -= count
        return value

    def number(self, table: _Table) -> int:
        """Return a number: its code gives how many bits it has, those below the highest follow."""
        ahead = self._bits | self._next_word() << self._count
        value, length = table[ahead & (len(table) - 1)]
        self.bits(length)
        return value if value < 2 else 1 << (value - 1) | self.bits(value - 1)

    def plain(self, count: int) -> bytes:
        self._place += count
        return self._packed[self._place - count : self._place]

    def table(self) -> _Table:
        """Read the lengths of codes; codes of equal length count upwards, their highest bit comes first."""
        lengths = [self.bits(4) for _ in range(self.bits(5))]
        longest = max(lengths, default=0)
        table = [(0, 0)] * (1 << longest)
        code = 0
        for length in range(1, longest + 1):
            for value in (number for number, its in enumerate(lengths) if its == length):
                first = int(f"{code:0{length}b}"[::-1], 2)
                for bits in range(first, len(table), 1 << length):
                    table[bits] = (value, length)
                code += 1
            code <<= 1
        return table


def unpack(packed: bytes) -> bytes:
    """Return what was packed; raises ``ValueError`` if it is not whole."""
    if packed[: len(MARK)] != MARK:
        raise ValueError("not packed by RNC method 1")
    (size,) = struct.unpack_from(">I", packed, len(MARK))
    stream = _Stream(packed)
    unpacked = bytearray()
    stream.bits(2)
    for _ in range(packed[_HEADER_BYTES - 1]):
        plain_table, back_table, repeat_table = stream.table(), stream.table(), stream.table()
        steps = stream.bits(16)
        for step in range(steps):
            unpacked += stream.plain(stream.number(plain_table))
            if step < steps - 1:
                back = stream.number(back_table) + 1
                count = stream.number(repeat_table) + 2
                piece = unpacked[-back:][:count]
                unpacked += (piece * (count // len(piece) + 1))[:count]
    if len(unpacked) != size:
        raise ValueError(f"{len(unpacked)} bytes unpacked instead of {size}")
    return bytes(unpacked)
