"""Every shipped asset is named in ``assets/NOTICE.md`` with its source and its true SHA-256."""

import fnmatch
import hashlib
import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).parent.parent / "assets"
NOTICE = (ASSETS / "NOTICE.md").read_text("utf-8")
ROWS = {
    match[1]: match[2]
    for match in re.finditer(r"^\| `([^`]+)` \|.*\|\s*`?([0-9a-f]{64})?`?\s*\|$", NOTICE, re.MULTILINE)
}
FILES = sorted(
    path.relative_to(ASSETS).as_posix()
    for path in ASSETS.rglob("*")
    if path.is_file() and path.name != "NOTICE.md"
)


@pytest.mark.parametrize("name", FILES)
def test_every_asset_has_a_row_with_its_hash(name: str) -> None:
    if name in ROWS:
        assert ROWS[name] == hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()
    else:
        assert any(fnmatch.fnmatchcase(name, pattern) for pattern in ROWS if "*" in pattern)


@pytest.mark.parametrize("pattern", ROWS)
def test_every_row_names_something_that_ships(pattern: str) -> None:
    assert fnmatch.filter(FILES, pattern)


def test_only_baked_avatars_go_without_a_hash() -> None:
    assert [name for name, digest in ROWS.items() if not digest] == ["avatars/*.imx"]


@pytest.mark.parametrize("owner", ["USC Institute for Creative Technologies", "MediaPipe", "x264", "CC0"])
def test_the_notices_others_ask_for_are_kept(owner: str) -> None:
    assert owner in NOTICE
