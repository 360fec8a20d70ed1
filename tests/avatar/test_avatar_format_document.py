"""What ``docs/avatar-format.md`` says is true: its example reads files, its numbers are the code's."""

import re
from pathlib import Path

import pytest

from bithuman_app.avatar import container, container_layout, container_manifest, schema
from bithuman_app.avatar.checks import BlockRule
from tests.avatar.avatar_files import BLOCKS, MANIFEST, same_blocks, sample

DOCUMENT = (Path(__file__).parents[2] / "docs" / "avatar-format.md").read_text("utf-8")


def example(name: str) -> str:
    return re.search(rf"```python {name}\n(.*?)```", DOCUMENT, re.DOTALL).group(1)


def section(title: str) -> str:
    return re.search(rf"^#+ {title}\n(.*?)(?=^#)", DOCUMENT, re.DOTALL | re.MULTILINE).group(1)


def rows(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table's lines."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|--")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture
def reader():
    names: dict[str, object] = {}
    exec(example("reader"), names)
    return names["read_avatar"]


def test_the_example_reader_reads_a_real_file(tmp_path, reader):
    path = tmp_path / "test.imx"
    container.write(path, MANIFEST, BLOCKS, compress=["packed"])
    manifest, blocks = reader(path)
    assert manifest == MANIFEST
    assert same_blocks(blocks, BLOCKS)


@pytest.mark.parametrize("position", [5, 30, 70, 200, -1])
def test_the_example_reader_finds_damage(tmp_path, reader, position):
    data = bytearray(sample())
    data[position] ^= 1
    (tmp_path / "test.imx").write_bytes(data)
    with pytest.raises(AssertionError):
        reader(tmp_path / "test.imx")


def test_the_example_writer_writes_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(example("writer"), {})
    read = container.read("example.imx")
    assert read.manifest["name"] == "example"
    assert read.blocks["x/notes"] == b"made by hand"


@pytest.mark.parametrize(
    ("title", "structure"),
    [("Header", container_layout.HEADER), ("Block table", container_layout.ENTRY)],
)
def test_the_offsets_of_a_table_are_those_of_the_code(title, structure):
    fields = [row for row in rows(section(title)) if row[0].isdigit() and len(row) == 4]
    ends = [int(offset) + int(size) for offset, size, _, _ in fields]
    assert [0, *ends] == [int(row[0]) for row in fields] + [structure.size]


def test_the_magic_number_is_the_codes():
    assert container_layout.MAGIC.hex(" ").upper() in section("Header")


def test_the_element_types_are_the_codes():
    codes, names, sizes = (row[1:] for row in rows(section("Block table")) if len(row) == 8)
    documented = {int(code): name.strip("`") for code, name in zip(codes, names, strict=True)}
    assert documented == {code: dtype.name for code, dtype in container_layout.ELEMENT_TYPES.items()}
    assert [int(size) for size in sizes] == [d.itemsize for d in container_layout.ELEMENT_TYPES.values()]


def test_the_limits_are_the_codes():
    limits = section("Limits").replace("\u202f", " ")
    for name in ("MAX_MANIFEST_BYTES", "MAX_TOTAL_BYTES", "MAX_INFLATED_BYTES"):
        limit = getattr(container_layout, name)
        assert f"{limit:,}".replace(",", " ") in limits
    for limit in (
        container_layout.MAX_BLOCKS,
        container_layout.MAX_DEFLATE_RATIO,
        container_manifest.MAX_DEPTH,
    ):
        assert re.search(rf"\b{limit}\b", limits)


def described(rule: BlockRule) -> str:
    """Return the line of the document that a rule must have."""
    shape = " × ".join(map(str, rule.shape))
    bounds = ("" if bound is None else f"{bound:g}" for bound in (rule.lowest, rule.highest))
    values = " … ".join(bounds).strip() if rule.lowest is not None or rule.highest is not None else ""
    needed = "optional" if rule.optional or rule.is_folder else "yes"
    return f"| `{rule.name}` | {rule.dtype} | {shape} | {values} | {needed} | {rule.meaning} |"


def test_the_blocks_of_an_avatar_are_those_of_the_schema():
    head = ["| block | type | shape | values | needed | meaning |", "|---|---|---|---|---|---|"]
    expected = "\n".join([*head, *map(described, schema.RULES)])
    documented = re.search(r"<!-- blocks: start -->\n(.*?)<!-- blocks: end -->", DOCUMENT, re.DOTALL).group(1)
    assert documented.strip() == expected, f"the section must read:\n{expected}"


def test_the_description_of_a_rule_is_a_line_of_a_table():
    rule = BlockRule("mask", "float32", ("height", 3), lowest=0, highest=1, meaning="how much")
    assert described(rule) == "| `mask` | float32 | height × 3 | 0 … 1 | yes | how much |"
