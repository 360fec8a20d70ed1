"""The manifest of an avatar file: strict JSON, bounded in size and depth, that any language can read."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from .container_layout import MAX_MANIFEST_BYTES

#: A JSON object; the depth and the kind of its values are checked, their meaning is not.
Manifest = dict[str, Any]

MAX_DEPTH: Final = 32
#: Integers that every JSON reader keeps exact (RFC 8259, section 6).
MAX_INTEGER: Final = 2**53 - 1

# A string, or one bracket. The possessive repeats keep the search linear, also for an unclosed string.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as UTF-8 JSON without spaces, keys sorted: the same bytes for the same content.

    Raises ``ValueError`` for what a reader would refuse (see ``decode_manifest``), and ``TypeError``
    for a value that JSON does not have.
    """
    try:
        text = json.dumps(
            dict(manifest), ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
        )
    except RecursionError:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    data = text.encode("utf-8")
    decode_manifest(data)
    return data


def decode_manifest(data: bytes) -> Manifest:
    """Return the manifest from its bytes.

    Raises ``ValueError``, in one line, for more than 256 KiB, text that is not UTF-8 or not JSON,
    anything but an object at the top, more than 32 levels, a key given twice, numbers that are not
    finite, integers beyond 2**53 and halves of surrogate pairs. Works without recursion of its own;
    the depth is known before the JSON parser starts.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise ValueError(f"it has {len(data)} bytes; at most {MAX_MANIFEST_BYTES} are allowed")
    if _depth(data) > MAX_DEPTH:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep")
    try:
        manifest = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_exact,
        )
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(manifest, dict):
        raise ValueError("it is not a JSON object")
    _refuse_lone_surrogates(manifest)
    return manifest


def _depth(data: bytes) -> int:
    """Return how deep the brackets outside strings are nested, without building anything."""
    depth = deepest = 0
    for match in _TOKEN.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> Manifest:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object in it has the same key twice")
    return result


def _refuse_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("it holds a number that is too large")
    return number


def _exact(text: str) -> int:
    # The length comes first: Python refuses to read integers of thousands of digits.
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise ValueError("it holds an integer that is too large")
    return int(text)


def _refuse_lone_surrogates(manifest: Manifest) -> None:
    # JSON can escape half a surrogate pair; such a string could not be printed or written again.
    try:
        json.dumps(manifest, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("it holds half a surrogate pair") from None
