"""The page in a browser, and the server that it comes from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from bithuman_app.stage import Stage
from bithuman_app.web import Server
from bithuman_app.web.hall import Hall
from tests.web.browsing import OpenPage

#: A busy machine may take long for anything.
PATIENCE = 240.0

_WATCH = """() => {
  window.heard = [];
  window.said = [];
  window.states = [];
  stage.on("word", ({ text }) => heard.push(text));
  stage.on("sentence", ({ text, cut }) => said.push([text, cut]));
  stage.on("state", ({ state }) => states.push(state));
}"""


@dataclass(frozen=True)
class AppServer:
    """A server, the stages of its users, and the folder of its settings."""

    server: Server
    hall: Hall
    folder: Path

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def settings_text(self) -> str:
        return (self.folder / "settings.toml").read_text(encoding="utf-8")


class AppPage(OpenPage):
    """The page with its tabs."""

    def __init__(self, page: Page, url: str) -> None:
        page.set_default_timeout(PATIENCE * 1000)
        super().__init__(page, url)

    def until(self, script: str, patience: float = PATIENCE) -> Any:
        return super().until(script, patience)

    def until_tabs(self) -> None:
        """Wait until the tabs are there and the avatar is live; from then on note what it says."""
        self.page.wait_for_selector("#tabs")
        self.until_live()
        self.page.evaluate(_WATCH)

    def open_tab(self, name: str) -> Locator:
        """Open a tab and return what it holds."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        panel = self.page.locator(f"#tab-{name.lower()}")
        panel.wait_for()
        return panel

    def open_section(self, name: str) -> None:
        """Open a section of the tab "Settings"."""
        self.page.locator("#tab-settings").get_by_role("button", name=name).first.click()

    def toast(self) -> str:
        """Wait for a message over the page and return its text."""
        return self.page.get_by_test_id("toast-text").first.inner_text()

    def until_speaking(self) -> None:
        self.until("stage.status.state === 'speaking'")

    def until_silent(self) -> None:
        self.until("stage.status.state === 'idle'")


def only_stage(server: AppServer) -> Stage:
    """Return the stage of the only user."""
    (stage,) = server.hall.stages()
    return stage
