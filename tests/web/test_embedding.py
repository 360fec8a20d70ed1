"""The stage inside a page of another program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bithuman_app.web import Access, Server, Wardrobe, create_app
from tests.web.conftest import Open

PAGE = """<!doctype html>
<style>button { display: none } canvas { width: 3px !important }</style>
<h1>Something else</h1><input id="name" /><div id="avatar" style="height: 480px"></div>
<script type="module">
  import { mount } from "/stage/static/stage.js";
  window.stage = mount(document.getElementById("avatar"));
</script>"""


async def host_page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


@pytest.fixture
def host(avatar_file: Path) -> Iterator[Server]:
    stage = create_app(Wardrobe(str(avatar_file)), Access("127.0.0.1"))
    with Server(Starlette(routes=[Route("/", host_page), Mount("/stage", stage)]), port=0) as server:
        yield server


def test_the_stage_lives_in_the_page_of_another_program(host: Server, visit: Open) -> None:
    page = visit(host)

    page.until_live()

    box = page.page.locator(".picture").bounding_box()
    assert box is not None
    assert box["width"] > 200  # the other page's styles stay outside
    assert page.button("stop").is_visible()


def test_keys_typed_elsewhere_in_that_page_are_not_the_stage_s(host: Server, visit: Open) -> None:
    page = visit(host)
    page.until_live()

    page.page.locator("#name").press_sequentially("maxi")

    assert page.page.locator("#name").input_value() == "maxi"
    assert page.button("mute").get_attribute("aria-pressed") == "false"


def test_a_stage_that_is_scrolled_away_gets_no_pictures(host: Server, visit: Open) -> None:
    page = visit(host)
    page.until_live()
    page.page.evaluate("document.querySelector('#avatar').style.marginTop = '5000px'")

    page.until_still()


def test_a_closed_stage_leaves_nothing_behind(host: Server, visit: Open) -> None:
    page = visit(host)
    page.until_live()

    page.page.evaluate("stage.close()")

    assert not page.page.evaluate("stage.diagnostics().connected")
    assert page.button("stop").count() == 0
