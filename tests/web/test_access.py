"""Who is let in, and what every answer says."""

import pytest

from bithuman_app.errors import UsageError
from bithuman_app.web import Access
from bithuman_app.web.access import is_loopback
from bithuman_app.web.limits import Allowance
from bithuman_app.web.protocol import Close
from tests.web.client import Visitor
from tests.web.conftest import Serve

PASSWORD = "correct horse battery"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def log_in(visitor: Visitor, password: str) -> int:
    return visitor.request("POST", "/login", f"password={password.replace(' ', '+')}".encode(), FORM).status


@pytest.mark.parametrize("path", ["/", "/static/stage.js", "/static/nothing", "/nothing", "/login"])
def test_every_answer_has_the_security_headers(visitor: Visitor, path: str) -> None:
    answer = visitor.request("GET", path)

    policy = answer.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("X-Frame-Options") == "DENY"
    assert answer.getheader("Referrer-Policy") == "same-origin"


@pytest.mark.parametrize("host", ["example.org", "192.168.1.5", "127.0.0.1.example.org", "[", ""])
def test_a_foreign_name_for_this_machine_is_refused(visitor: Visitor, host: str) -> None:
    assert visitor.request("GET", "/", headers={"Host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_the_names_of_this_machine_are_accepted(visitor: Visitor, host: str) -> None:
    assert visitor.request("GET", "/", headers={"Host": f"{host}:{visitor.server.port}"}).status == 200


@pytest.mark.parametrize(
    "name", ["../server.py", "..%2fserver.py", "%2e%2e/server.py", "%2fetc%2fpasswd", "..\\server.py", "%00"]
)
def test_no_request_reaches_another_file(visitor: Visitor, name: str) -> None:
    for place in ("static", "avatars"):
        assert visitor.request("GET", f"/{place}/{name}").status == 404


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor) -> None:
    cookie = visitor.request("GET", "/").getheader("Set-Cookie") or ""

    assert {"HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}


def test_a_forged_cookie_is_not_believed(visitor: Visitor) -> None:
    visitor.request("GET", "/")
    name, _, value = (visitor.cookie or "").partition("=")
    visitor.cookie = f"{name}=someone.{value.partition('.')[2]}"

    assert visitor.request("GET", "/").getheader("Set-Cookie")


def test_pages_of_other_sites_may_not_send_files(visitor: Visitor) -> None:
    assert visitor.request("POST", "/audio", b"x", {"Origin": "http://example.org"}).status == 403


def test_with_a_password_nothing_is_shown_before_it(serve: Serve) -> None:
    visitor = Visitor(serve(password=PASSWORD))

    page = visitor.request("GET", "/")

    assert (page.status, page.getheader("Location"), page.getheader("Set-Cookie")) == (303, "login", None)
    assert visitor.request("GET", "/avatars/maya.jpg").status == 403
    assert visitor.open().close_code() == Close.NOT_ALLOWED


def test_the_password_lets_in(serve: Serve) -> None:
    visitor = Visitor(serve(password=PASSWORD))

    assert log_in(visitor, PASSWORD) == 303
    assert visitor.request("GET", "/").status == 200
    visitor.open().tick()
    visitor.close()


def test_who_came_in_need_not_again_after_a_restart(serve: Serve) -> None:
    first = serve(password=PASSWORD)
    visitor = Visitor(first)
    log_in(visitor, PASSWORD)
    first.stop()

    visitor.server = serve(password=PASSWORD, port=first.port)

    assert visitor.request("GET", "/").status == 200


def test_a_cookie_of_another_password_is_worth_nothing(serve: Serve) -> None:
    first = serve(password=PASSWORD)
    visitor = Visitor(first)
    log_in(visitor, PASSWORD)
    first.stop()

    visitor.server = serve(password="another password", port=first.port)

    assert visitor.request("GET", "/").status == 303


def test_guessing_is_slowed_down(serve: Serve) -> None:
    visitor = Visitor(serve(password=PASSWORD))

    statuses = [log_in(visitor, f"wrong {number}") for number in range(12)]

    assert statuses[:10] == [403] * 10
    assert statuses[10:] == [429, 429]
    assert log_in(visitor, PASSWORD) == 429


def test_a_login_that_is_too_long_is_refused(serve: Serve) -> None:
    assert log_in(Visitor(serve(password=PASSWORD)), "x" * 5000) == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_a_host_that_others_reach_needs_a_password(host: str) -> None:
    with pytest.raises(UsageError, match="password"):
        Access(host)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(UsageError, match="8 to 200 characters"):
        Access("0.0.0.0", "short")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)],
)
def test_loopback_is_told_from_the_rest(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_an_allowance_refills_with_time() -> None:
    now = [0.0]
    allowance = Allowance(rate=2, burst=3, clock=lambda: now[0])

    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [allowance.take() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
