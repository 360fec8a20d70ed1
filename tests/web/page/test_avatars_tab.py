"""Avatars: the gallery, new faces from pictures, and what may be done with one's own."""

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from bithuman_app.avatar import open_avatar
from bithuman_app.resources import asset
from tests.web.page.conftest import Open
from tests.web.page.dropping import drop
from tests.web.page.opened import PATIENCE, AppPage, AppServer, noted

PERSON = asset("artwork", "nora_1024.png")
CAT = asset("artwork", "ginger_1024.png")
PATIENT = PATIENCE * 1000 * 2
expect.set_options(timeout=PATIENCE * 1000)
numbers = itertools.count(1)


@pytest.fixture
def tab(app_page: AppPage) -> Locator:
    """Return the tab with its avatars loaded."""
    tab = app_page.open_tab("Avatars")
    tab.locator(".face").first.wait_for()
    return tab


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Return a photo of a person, under a name that no other test uses."""
    path = tmp_path / f"person {next(numbers)}.png"
    path.write_bytes(PERSON.read_bytes())
    return path


@pytest.fixture
def own(tab: Locator, app_server: AppServer, avatar_file: Path) -> str:
    """Return the name of an avatar that belongs to the user, and wait until it is shown."""
    name = f"guest {next(numbers)}"
    folder = app_server.folder / "avatar"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}_256.imx").write_bytes(avatar_file.read_bytes())
    face(tab, name).wait_for()
    return name


def face(tab: Locator, name: str) -> Locator:
    return tab.locator(".face", has=tab.page.locator(".name").get_by_text(name, exact=True))


def choose(tab: Locator, name: str, item: str) -> None:
    face(tab, name).get_by_role("button", name="More about").click()
    tab.get_by_role("menuitem", name=item).click()


def until_on_stage(tab: Locator, name: str) -> None:
    expect(face(tab, name).locator(".pick")).to_have_attribute("aria-pressed", "true", timeout=PATIENT)


def test_all_avatars_are_there_with_their_pictures(tab: Locator, app_page: AppPage) -> None:
    for name in ("Ginger", "Iris", "Leo", "Maya", "Nora"):
        expect(face(tab, name)).to_be_visible()
    app_page.until("[...document.querySelectorAll('.face img')].every((one) => one.naturalWidth === 384)")
    assert app_page.problems == []


def test_a_click_puts_an_avatar_on_the_stage(tab: Locator, app_page: AppPage) -> None:
    face(tab, "Iris").locator(".pick").click()

    until_on_stage(tab, "Iris")
    app_page.until("stage.status.avatar === 'iris'")


def test_an_avatar_moves_while_one_points_at_it(tab: Locator, app_page: AppPage) -> None:
    face(tab, "Leo").locator(".pick").hover()

    app_page.until("document.querySelector('.face video.playing')?.currentTime > 0")
    tab.page.mouse.move(2, 2)
    expect(tab.locator(".face video")).to_have_count(0)


def test_who_wants_less_motion_sees_none(app_server: AppServer, open_app: Open) -> None:
    page = open_app(app_server, reduced_motion="reduce")
    page.until_tabs()
    tab = page.open_tab("Avatars")

    face(tab, "Leo").locator(".pick").hover()
    page.page.wait_for_timeout(500)

    expect(tab.locator(".face video")).to_have_count(0)


def test_a_dropped_photo_goes_on_stage_and_winks(tab: Locator, picture: Path, app_page: AppPage) -> None:
    drop(tab.locator(".avatars"), picture)

    expect(tab.locator(".baking .step")).not_to_have_text("", timeout=PATIENT)
    until_on_stage(tab, picture.stem)
    noted(tab, f"{picture.stem} is on the stage")
    assert app_page.problems == []


def test_a_bake_is_cancelled(tab: Locator, picture: Path) -> None:
    drop(tab.locator(".avatars"), picture)

    tab.locator(".baking").get_by_role("button", name="Cancel").click()

    noted(tab, "Cancelled")
    expect(tab.locator(".door")).to_be_visible()
    expect(face(tab, picture.stem)).to_have_count(0)


def test_a_picture_without_a_face_is_marked_and_then_baked(
    tab: Locator, app_server: AppServer, tmp_path: Path
) -> None:
    cat = tmp_path / "tom cat.png"
    cat.write_bytes(CAT.read_bytes())
    drop(tab.locator(".avatars"), cat)
    marking = tab.locator(".marking")
    marking.wait_for(timeout=PATIENT)
    expect(marking.locator("rect.mark")).to_be_visible()

    put(marking, "ellipse.mark >> nth=0", 380, 395)
    put(marking, "ellipse.mark >> nth=1", 645, 395)
    put(marking, "circle.mark >> nth=0", 470, 590)
    put(marking, "circle.mark >> nth=1", 555, 590)
    marking.get_by_role("button", name="Make the avatar").click()

    until_on_stage(tab, "tom cat")
    avatar = open_avatar(app_server.folder / "avatar" / "tom cat_512.imx")
    assert avatar.style == "animal"
    assert avatar.unit > 100


def put(marking: Locator, shape: str, x: float, y: float) -> None:
    """Drag a mark to a place of the picture, which has 1024 x 1024 pixels."""
    frame = settled(marking.locator("img"))
    box = settled(marking.locator(shape))
    scale = frame["width"] / 1024
    mouse = marking.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(frame["x"] + x * scale, frame["y"] + y * scale, steps=4)
    mouse.up()
    place = [float(marking.locator(shape).get_attribute(name) or 0) for name in ("cx", "cy")]
    assert place == pytest.approx([x, y], abs=12)


def settled(element: Locator) -> FloatRect:
    """Return where an element is, when the page around it has stopped moving."""
    element.scroll_into_view_if_needed()
    before, now = None, element.bounding_box()
    while now is None or now != before:
        element.page.wait_for_timeout(150)
        before, now = now, element.bounding_box()
    return now


def test_marks_are_moved_with_keys(tab: Locator, tmp_path: Path) -> None:
    drop(tab.locator(".avatars"), CAT)
    marking = tab.locator(".marking")
    frame = marking.locator("rect.mark")
    frame.wait_for(timeout=PATIENT)
    expect(frame).to_be_focused()
    before = {name: float(frame.get_attribute(name) or 0) for name in ("x", "y", "width")}

    for key in ("ArrowRight", "ArrowDown", "+"):
        tab.page.keyboard.press(key)

    after = {name: float(frame.get_attribute(name) or 0) for name in ("x", "y", "width")}
    assert after["width"] > before["width"]
    assert after["y"] != before["y"]
    tab.page.keyboard.press("Tab")
    expect(marking.locator("ellipse.mark").first).to_be_focused()
    marking.get_by_role("button", name="Give up").click()
    expect(tab.locator(".door")).to_be_visible()


def test_marks_are_moved_with_a_finger(app_server: AppServer, open_app: Open) -> None:
    page = open_app(app_server, viewport={"width": 390, "height": 844}, has_touch=True)
    page.until_tabs()
    tab = page.open_tab("Avatars")
    drop(tab.locator(".avatars"), CAT)
    eye = tab.locator(".marking ellipse.mark").first
    eye.wait_for(timeout=PATIENT)
    eye.scroll_into_view_if_needed()
    box = eye.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    touch = page.page.context.new_cdp_session(page.page)
    for kind, dx in (("touchStart", 0), ("touchMove", 15), ("touchMove", 30), ("touchEnd", 30)):
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    moved = "document.querySelector('.marking ellipse.mark').getBoundingClientRect().x"
    page.until(f"Math.abs({moved} - {box['x'] + 30}) <= 3")


def test_an_avatar_is_renamed(tab: Locator, own: str, app_server: AppServer) -> None:
    choose(tab, own, "Rename")
    tab.page.keyboard.type(f"{own} the first")
    tab.page.keyboard.press("Enter")

    face(tab, f"{own} the first").wait_for()
    expect(face(tab, own)).to_have_count(0)
    assert (app_server.folder / "avatar" / f"{own} the first_256.imx").exists()


def test_a_name_that_is_taken_is_refused_in_one_line(tab: Locator, own: str) -> None:
    choose(tab, own, "Rename")
    tab.page.keyboard.type("Nora")
    tab.page.keyboard.press("Enter")

    noted(tab, "There is an avatar called 'Nora' already")
    tab.page.keyboard.press("Escape")
    expect(face(tab, own)).to_be_visible()


def test_a_deleted_avatar_comes_back_with_undo(tab: Locator, own: str) -> None:
    choose(tab, own, "Delete")
    expect(face(tab, own)).to_have_count(0)

    tab.get_by_role("button", name="Undo").click()

    expect(face(tab, own)).to_be_visible()


def test_a_deleted_avatar_comes_back_by_keyboard(tab: Locator, own: str) -> None:
    choose(tab, own, "Delete")
    expect(face(tab, own)).to_have_count(0)

    tab.page.keyboard.press("Control+z")

    expect(face(tab, own)).to_be_visible()


def test_the_menu_is_used_by_keyboard(tab: Locator, own: str) -> None:
    face(tab, own).get_by_role("button", name="More about").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.get_by_role("menuitem", name="Rename")).to_be_focused()
    tab.page.keyboard.press("ArrowDown")
    expect(tab.get_by_role("menuitem", name="Export")).to_be_focused()
    tab.page.keyboard.press("Escape")

    expect(tab.get_by_role("menu")).to_have_count(0)
    expect(face(tab, own).get_by_role("button", name="More about")).to_be_focused()


def test_an_avatar_is_exported_and_brought_back(tab: Locator, own: str, tmp_path: Path) -> None:
    with tab.page.expect_download() as waiting:
        choose(tab, own, "Export")
    path = tmp_path / f"{own} copy.imx"
    waiting.value.save_as(path)
    assert open_avatar(path).width == 256

    tab.locator("#new-avatar").set_input_files(path)

    face(tab, f"{own} copy").wait_for()


def test_shipped_avatars_can_only_be_exported(tab: Locator) -> None:
    face(tab, "Maya").get_by_role("button", name="More about").click()

    expect(tab.get_by_role("menuitem")).to_have_text(["Export as a file"])
    expect(tab.get_by_role("menu")).to_contain_text("Came with the program")


def test_the_server_itself_keeps_shipped_avatars(tab: Locator) -> None:
    answer = tab.page.evaluate(
        """async () => {
          const answer = await fetch("workshop/avatars/maya/delete", { method: "POST", body: "{}" });
          return [answer.status, (await answer.json()).error];
        }"""
    )

    assert answer == [422, "Maya came with the program and cannot be deleted"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("notes.png", b"no picture", "notes.png: this is neither a picture nor a video that can be read"),
        ("friend.imx", b"no avatar", "friend.imx: "),
        ("cut.png", PERSON.read_bytes()[:9000], "cut.png: the PNG picture is cut off"),
    ],
)
def test_a_bad_file_gives_one_line(
    tab: Locator, tmp_path: Path, name: str, content: bytes, line: str
) -> None:
    (tmp_path / name).write_bytes(content)

    drop(tab.locator(".avatars"), tmp_path / name)

    assert str(tmp_path) not in noted(tab, line)
    expect(tab.locator(".door")).to_be_visible()


def test_a_file_that_was_not_sent_cannot_be_named(tab: Locator, tmp_path: Path) -> None:
    answer = tab.page.evaluate(
        """async (path) => {
          const body = JSON.stringify({ file: { path } });
          const answer = await fetch("workshop/bakes", { method: "POST", body });
          return [answer.status, (await answer.json()).error];
        }""",
        str(PERSON),
    )

    assert answer == [422, "This file was not sent here, or it is not there any more; send it again"]


def test_nothing_is_wider_than_a_phone(app_server: AppServer, open_app: Open) -> None:
    page = open_app(app_server, viewport={"width": 390, "height": 844}, has_touch=True)
    page.until_tabs()
    tab = page.open_tab("Avatars")
    tab.locator(".face").first.wait_for()

    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth + 1")
