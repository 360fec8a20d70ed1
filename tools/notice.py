"""Keep the hashes in ``assets/NOTICE.md`` true to the files.

    python -m tools.notice

Rewrites the SHA-256 column of every row that names one existing file, and lists files without a row.
"""

import fnmatch
import re
import sys
from pathlib import Path
from typing import Final

from tools.wheels import sha256_of

ASSETS: Final = Path(__file__).parent.parent / "assets"
_ROW: Final = re.compile(r"^\| `(?P<name>[^`]+)` \|(?P<middle>.*)\|(?P<hash>[^|]*)\|$")


def refreshed(notice: str, assets: Path) -> tuple[str, list[str]]:
    """Return the text with its hashes renewed, and the names of files under ``assets`` without a row."""
    lines, named = [], []
    for line in notice.splitlines():
        row = _ROW.match(line)
        if row:
            named.append(row["name"])
            if (assets / row["name"]).is_file():
                line = f"| `{row['name']}` |{row['middle']}| `{sha256_of(assets / row['name'])}` |"
        lines.append(line)
    files = (path.relative_to(assets).as_posix() for path in sorted(assets.rglob("*")) if path.is_file())
    unnamed = [
        name
        for name in files
        if name != "NOTICE.md" and not any(fnmatch.fnmatchcase(name, pattern) for pattern in named)
    ]
    return "\n".join(lines) + "\n", unnamed


def main() -> None:
    """Rewrite the notice in place."""
    path = ASSETS / "NOTICE.md"
    text, unnamed = refreshed(path.read_text("utf-8"), ASSETS)
    path.write_text(text, "utf-8")
    if unnamed:
        sys.exit("no row in assets/NOTICE.md for: " + ", ".join(unnamed))


if __name__ == "__main__":
    main()
