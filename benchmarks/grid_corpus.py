"""What is said in a clip of the GRID corpus: its name spells the sentence, a letter a word."""

from typing import Final

_COMMANDS: Final = {"b": "bin", "l": "lay", "p": "place", "s": "set"}
_COLOURS: Final = {"b": "blue", "g": "green", "r": "red", "w": "white"}
_PREPOSITIONS: Final = {"a": "at", "b": "by", "i": "in", "w": "with"}
_DIGITS: Final = {
    "z": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine",
}  # fmt: skip
_ADVERBS: Final = {"a": "again", "n": "now", "p": "please", "s": "soon"}


def sentence(clip: str) -> str | None:
    """Return the sentence of a clip whose name ends in six letters as in ``grid_bbaf2n``, or None."""
    code = clip.rpartition("_")[2]
    tables = (_COMMANDS, _COLOURS, _PREPOSITIONS, None, _DIGITS, _ADVERBS)
    if len(code) != len(tables):
        return None
    words = [
        table.get(letter) if table else letter.upper() for table, letter in zip(tables, code, strict=True)
    ]
    return " ".join(word for word in words if word) if all(words) else None
