"""The page in a browser, and the server that it comes from."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Locator, Page, Route

from bithuman_app.stage import Stage
from bithuman_app.web import Server
from bithuman_app.web.hall import Hall
from tests.web.browsing import OpenPage

#: A busy machine may take long for anything.
PATIENCE = 240.0

_ANSWERS = "**/gradio_api/queue/data?*"
#: Notes every message from the page's first moment; a busy machine may look when it has gone again.
_NOTE_MESSAGES = """
window.toasts = [];
window.notes = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) {
    const all = (selector) => [...(node.querySelectorAll?.(selector) ?? [])];
    for (const text of all("[data-testid=toast-text]")) toasts.push(text.textContent);
    if (node.matches?.(".note")) notes.push(node.querySelector("span").textContent);
  }
}).observe(document, { childList: true, subtree: true });
"""


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
        page.add_init_script(_NOTE_MESSAGES)
        super().__init__(page, url, PATIENCE)

    def until(self, script: str, patience: float = PATIENCE) -> Any:
        return super().until(script, patience)

    def until_wired(self) -> None:
        """Wait until the tabs are there and do what they are for."""
        self.page.wait_for_selector("gradio-app[data-wired]")

    def until_tabs(self) -> None:
        """Wait until the tabs work and the avatar is live; from then on note what it says."""
        self.until_wired()
        self.until_live()
        self.watch()

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
        """Wait for a message over the page and return its text, even if it has gone again."""
        return str(self.until("toasts[0]"))

    def until_saved(self, server: AppServer, line: str) -> None:
        """Wait until something stands in the settings file."""
        deadline = time.monotonic() + PATIENCE
        while line not in server.settings_text:
            assert time.monotonic() < deadline, f"in vain: {line}"
            self.page.wait_for_timeout(20)

    def hold_answers(self) -> "HeldAnswers":
        """Let no answer to an event reach the page until it is let go; call it before the first event."""
        return HeldAnswers(self.page)

    def until_silent(self) -> None:
        self.until("stage.status.state === 'idle'")


def noted(tab: Locator, text: str, patience: float = PATIENCE) -> str:
    """Wait for a note at the foot of a panel with such a text and return it, even if it has gone again."""
    deadline = time.monotonic() + patience
    while True:
        found = [note for note in tab.page.evaluate("notes") if text.lower() in note.lower()]
        if found:
            return str(found[0])
        assert time.monotonic() < deadline, f"in vain: {text}; {tab.page.evaluate('notes')}"
        tab.page.wait_for_timeout(20)


class HeldAnswers:
    """Gradio's stream of answers, held back."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[Route] = []
        self._holding = True
        page.route(_ANSWERS, lambda route: self._held.append(route) if self._holding else route.continue_())

    def wait(self) -> None:
        """Wait until the page asks for answers."""
        deadline = time.monotonic() + PATIENCE
        while not self._held:
            assert time.monotonic() < deadline, "the page does not ask for answers"
            self._page.wait_for_timeout(20)

    def read_to_the_end(self) -> APIResponse:
        """Return the answers as the server gives them until it owes none."""
        self.wait()
        return self._held[0].fetch(timeout=PATIENCE * 1000)

    def let_go(self, answers: APIResponse | None = None) -> None:
        """Let the page have its answers, ``answers`` at first, if they are given, and from now on all."""
        self.wait()
        self._holding = False
        first, *others = self._held
        if answers is None:
            first.continue_()
        else:
            first.fulfill(response=answers)
        for route in others:
            route.continue_()


def only_stage(server: AppServer) -> Stage:
    """Return the stage of the only user."""
    (stage,) = server.hall.stages()
    return stage
