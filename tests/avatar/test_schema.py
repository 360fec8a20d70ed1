"""Whatever a container holds, it becomes a whole avatar or one clear line."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bithuman_app.avatar import container, schema
from bithuman_app.avatar.bake import BakeOptions, bake
from bithuman_app.avatar.container import Container
from bithuman_app.errors import DataError
from bithuman_app.render import Renderer
from tests import faces
from tests.faces import speaking

Path = tuple[str | int, ...]

RELAXED = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)


@pytest.fixture(scope="module")
def sound() -> Container:
    """A small avatar that shows an open mouth, so that it has every block."""
    avatar = bake(faces.smiling_picture(), BakeOptions(size=(256, 256), name="sound"))
    return container.read(container.encode(*schema.to_container(avatar)))


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Yield the place of everything inside a JSON value."""
    if here:
        yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*here, key))


def with_manifest(sound: Container, manifest: dict[str, Any]) -> Container:
    return Container(replace(sound.outline, manifest=manifest), sound.blocks)


def mutated(manifest: dict[str, Any], path: Path, value: Any, remove: bool = False) -> dict[str, Any]:
    changed = copy.deepcopy(manifest)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def with_block(sound: Container, name: str, block: Any) -> Container:
    """Return the container with one block exchanged, or without it for None, checksums and all anew."""
    blocks = {key: value for key, value in sound.blocks.items() if key != name}
    if block is not None:
        blocks[name] = block
    return container.read(container.encode(sound.manifest, MappingProxyType(blocks)))


def assert_whole_or_one_line(candidate: Container) -> None:
    avatar, message = None, ""
    try:
        avatar = schema.from_container(candidate)
    except DataError as error:
        message = str(error)
    if avatar is None:
        assert 10 < len(message) < 500
        assert "\n" not in message
    else:
        frame = Renderer(avatar).render(speaking("aa"))
        assert frame.shape == (avatar.height, avatar.width, 3)


def test_a_sound_avatar_is_read_as_it_was_written(sound: Container) -> None:
    avatar = schema.from_container(sound)
    again = container.read(container.encode(*schema.to_container(avatar)))

    assert again.manifest == sound.manifest
    assert again.blocks.keys() == sound.blocks.keys()
    for name, block in sound.blocks.items():
        if isinstance(block, np.ndarray):
            np.testing.assert_array_equal(again.blocks[name], block)
        else:
            assert again.blocks[name] == block


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=8),
    st.lists(st.integers(-5, 5000), max_size=5),
    st.just({}),
    st.sampled_from([0, -1, 1, 2, 4095, 4097, 1e-9, -1e9, 65504.0, [], [[]], "avatar", [0, 0], [1e308, 1]]),
)


@RELAXED
@given(data=st.data())
def test_a_manifest_with_any_value_exchanged(sound: Container, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(paths(sound.manifest), key=str)))

    assert_whole_or_one_line(with_manifest(sound, mutated(sound.manifest, path, data.draw(JUNK))))


def test_a_manifest_with_any_value_left_out(sound: Container) -> None:
    for path in paths(sound.manifest):
        assert_whole_or_one_line(with_manifest(sound, mutated(sound.manifest, path, None, remove=True)))


NEEDED = (
    ("kind",), ("name",), ("width",), ("height",), ("style",), ("shapes",), ("unit",), ("pivot",),
    ("rotation",), ("mouth",), ("mouth", "corner"), ("mouth", "anchor"), ("mouth", "open"),
    ("mouth", "dark"), ("eyes",), ("eyes", "left"), ("eyes", "right", "iris"),
)  # fmt: skip


@pytest.mark.parametrize("path", NEEDED, ids=".".join)
def test_what_is_missing_from_the_manifest_is_named(sound: Container, path: Path) -> None:
    with pytest.raises(DataError) as error:
        schema.from_container(with_manifest(sound, mutated(sound.manifest, path, None, remove=True)))

    assert str(path[-1]) in str(error.value)


def test_another_kind_of_container_is_told_apart(sound: Container) -> None:
    with pytest.raises(DataError, match="not of an avatar"):
        schema.from_container(with_manifest(sound, {**sound.manifest, "kind": "gesture"}))


REQUIRED = [rule.name for rule in schema.RULES if not rule.optional]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_block_is_named(sound: Container, name: str) -> None:
    with pytest.raises(DataError, match=f"'{name}'"):
        schema.from_container(with_block(sound, name, None))


@pytest.mark.parametrize("name", [rule.name for rule in schema.RULES if rule.optional])
def test_an_optional_block_may_be_missing(sound: Container, name: str) -> None:
    assert_whole_or_one_line(with_block(sound, name, None))


@pytest.mark.parametrize("name", [rule.name for rule in schema.RULES if rule.dtype != "bytes"])
def test_a_block_of_another_type_or_shape_is_named(sound: Container, name: str) -> None:
    block = np.asarray(sound.blocks[name])
    for wrong in (block.astype(np.int32), block[..., :0], block.ravel()):
        with pytest.raises(DataError, match=f"block '{name}'"):
            schema.from_container(with_block(sound, name, np.ascontiguousarray(wrong)))


@pytest.mark.parametrize("name", ["picture/head", "mouth/masks", "mouth/border", "eye/left/sheet"])
def test_blocks_must_agree_about_sizes(sound: Container, name: str) -> None:
    shorter = np.ascontiguousarray(np.asarray(sound.blocks[name])[:-1])

    with pytest.raises(DataError, match="shape"):
        schema.from_container(with_block(sound, name, shorter))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["field", "mouth/field", "picture/head", "eye/left/curtain"])
def test_numbers_that_are_none_are_refused(sound: Container, name: str, value: float) -> None:
    block = np.array(sound.blocks[name])
    block.flat[block.size // 2] = value

    with pytest.raises(DataError, match="finite"):
        schema.from_container(with_block(sound, name, block))


@pytest.mark.parametrize("name", ["field", "mouth/field"])
def test_the_wildest_field_that_is_allowed_renders(sound: Container, name: str) -> None:
    block = np.array(sound.blocks[name])
    block[...] = np.random.default_rng(3).uniform(-1000, 1000, block.shape)

    assert_whole_or_one_line(with_block(sound, name, block))


@pytest.mark.parametrize(
    "picture",
    [b"", b"\x89PNG\r\n\x1a\n", b"not a picture at all", bytes(1000)],
    ids=["empty", "head", "text", "zeros"],
)
def test_a_picture_that_is_none_is_refused(sound: Container, picture: bytes) -> None:
    with pytest.raises(DataError, match="picture"):
        schema.from_container(with_block(sound, "picture", picture))


def test_a_picture_of_another_size_is_refused(sound: Container) -> None:
    import cv2

    other = cv2.imencode(".png", np.zeros((100, 256, 4), np.uint8))[1].tobytes()

    with pytest.raises(DataError, match="256 x 256"):
        schema.from_container(with_block(sound, "picture", other))
