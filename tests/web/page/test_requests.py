"""What the page asks for: only from this server, only what is open, and only as much as it takes."""

import json
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web.page.conftest import Open, Start
from tests.web.page.opened import AppPage, AppServer

TABS = ("Talk", "Say", "Play", "Render", "Avatars", "Settings", "About")


def asked(address: str, body: Any = None, **headers: str) -> tuple[int, str]:
    """Return status and text of an answer, to a program that is no browser."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data, {"Content-Type": "application/json", **named})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def call(server: AppServer, body: Any, **headers: str) -> tuple[int, str]:
    return asked(f"{server.url}gradio_api/queue/join", body, **headers)


def ready_server(server: AppServer) -> AppServer:
    """Return a server when the tabs are there."""
    for _ in range(200):
        if '"ready":true' in asked(f"{server.url}page/ready")[1]:
            return server
    raise AssertionError("the tabs do not come")


@pytest.fixture
def ready(app_server: AppServer) -> AppServer:
    """Return the module's server when the tabs are there."""
    return ready_server(app_server)


def test_no_tab_asks_another_host(app_page: AppPage, app_server: AppServer) -> None:
    for name in TABS:
        app_page.open_tab(name)
        app_page.page.wait_for_timeout(500)

    own = urlsplit(app_server.url).netloc
    foreign = [
        address
        for address in app_page.requests
        if urlsplit(address).scheme not in ("data", "blob") and urlsplit(address).netloc != own
    ]
    assert foreign == []
    assert app_page.problems == []


def test_document_names_no_other_host(app_page: AppPage) -> None:
    links = app_page.page.evaluate(
        "[...document.querySelectorAll('link[href], script[src], img[src], iframe[src]')]"
        ".map((one) => new URL(one.href ?? one.src, location.href).host)"
    )

    assert set(links) <= {urlsplit(app_page.page.url).netloc, ""}


def test_page_has_no_footer_of_its_maker(app_page: AppPage) -> None:
    assert app_page.page.locator("footer:visible", has_text="Gradio").count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/proxy=https://example.com/",
        "gradio_api/file=https://example.com/x.png",
        "gradio_api/dev/reload",
        "gradio_api/vibe-code",
        "gradio_api/token",
        "monitoring",
        "manifest.json",
        "login",
        "page/../front.py",
        "page/index.html",
        "nothing",
    ],
)
def test_what_the_page_does_not_use_answers_nobody(ready: AppServer, path: str) -> None:
    assert asked(ready.url + path)[0] == 404


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "/work", "pyproject.toml"])
def test_files_of_the_computer_are_not_sent(ready: AppServer, path: str) -> None:
    assert asked(f"{ready.url}gradio_api/file={path}")[0] in (403, 404)


def test_page_of_another_site_cannot_use_the_tabs(ready: AppServer) -> None:
    assert call(ready, {"data": []}, Origin="https://example.com")[0] == 403


def test_request_that_a_browser_made_elsewhere_is_refused(ready: AppServer) -> None:
    assert call(ready, {"data": []}, Sec_Fetch_Site="cross-site")[0] == 403


def test_foreign_name_of_this_computer_is_refused(ready: AppServer) -> None:
    assert call(ready, {"data": []}, Host="example.com")[0] == 421


def test_call_with_too_much_in_it_is_refused(ready: AppServer) -> None:
    assert call(ready, {"data": ["x" * 3_000_000]})[0] == 413


def test_address_instead_of_a_file_is_not_followed(ready: AppServer) -> None:
    file = {"path": "http://127.0.0.1:9/x.wav", "meta": {"_type": "gradio.FileData"}}

    status, text = call(ready, {"data": [file], "fn_index": 0, "session_hash": "x"})

    assert (status, "addresses are not followed" in text) == (400, True)


def test_policy_lets_only_this_server_in(app_page: AppPage) -> None:
    policy = app_page.page.request.get(app_page.page.url).headers["content-security-policy"]

    assert "http" not in re.sub(r"'nonce-[^']*'", "", policy)
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_password_guards_page_calls_and_files(start: Start, open_app: Open) -> None:
    server = start(password="open sesame", sessions=2)
    page = open_app(server)

    page.page.get_by_label("Password").wait_for()
    statuses = [
        asked(server.url + path)[0] for path in ("config", "gradio_api/info", "theme.css", "workshop/avatars")
    ]
    page.page.get_by_label("Password").fill("open sesame")
    page.page.keyboard.press("Enter")
    page.until_tabs()

    assert statuses == [401, 401, 401, 401]
    assert urlsplit(page.page.url).path == "/"
    assert "open sesame" not in page.page.content()


def test_program_brings_the_password_with_each_call(start: Start) -> None:
    server = ready_server(start(password="open sesame"))
    address = f"{server.url}gradio_api/info"

    wrong = asked(address, Authorization="Bearer wrong")[0]
    right = {asked(address, Authorization="Bearer open sesame")[0] for _ in range(25)}

    assert (wrong, right) == (401, {200})


def test_guessing_of_the_password_is_slowed_down(start: Start) -> None:
    server = ready_server(start(password="open sesame"))
    address = f"{server.url}gradio_api/info"
    for number in range(10):
        asked(address, Authorization=f"Bearer guess {number}")

    assert asked(address, Authorization="Bearer open sesame")[0] == 401
