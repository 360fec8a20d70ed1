"""The page in a real browser."""

import contextlib
import time
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page

from tests.web.client import PATIENCE

#: Measures how loud the page is; what goes to the loudspeaker passes here.
LISTEN = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target instanceof AudioDestinationNode && this instanceof GainNode) {
    const analyser = new AnalyserNode(this.context, { fftSize: 2048 });
    connect.call(this, analyser);
    window.loudness = () => {
      const wave = new Float32Array(2048);
      analyser.getFloatTimeDomainData(wave);
      return Math.max(...wave.map(Math.abs));
    };
  }
  return connect.call(this, target, ...rest);
};
"""


#: Notes what the page says and how it is: a busy machine may look when something has gone again.
_WATCH = """() => {
  window.heard = [];
  window.said = [];
  window.states = [];
  stage.on("word", ({ text }) => heard.push(text));
  stage.on("sentence", ({ text, cut }) => said.push([text, cut]));
  stage.on("state", ({ state }) => states.push(state));
}"""
_TAKE_SPEAKING = """(() => {
  const at = states.indexOf("speaking");
  return at >= 0 && states.splice(0, at + 1).length;
})()"""


class OpenPage:
    """The page in a browser, with what went wrong in it and what it asked for."""

    def __init__(self, page: Page, url: str, patience: float = PATIENCE) -> None:
        """``patience`` is how many seconds Playwright waits for anything."""
        page.set_default_timeout(patience * 1000)
        page.set_default_navigation_timeout(patience * 1000)
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.problems.append(line.text))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.goto(url)

    def until(self, script: str, patience: float = PATIENCE) -> Any:
        """Wait until a script gives something true, and return it.

        Playwright's own waiting evaluates text in the page, which the page's security policy forbids.
        """
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(PlaywrightError):  # the page is just being left for another
                if value := self.page.evaluate(script):
                    return value
            assert time.monotonic() < deadline, f"in vain: {script}; {self.problems}"
            self.page.wait_for_timeout(20)

    def until_live(self, pictures: int = 3) -> None:
        """Wait until some more pictures were drawn."""
        self.until("!!window.stage && stage.diagnostics().connected")
        drawn = self.page.evaluate("stage.diagnostics().drawn")
        self.until(f"stage.diagnostics().drawn >= {drawn + pictures}")

    def until_still(self) -> None:
        """Wait until no picture is drawn any more: for a second none was."""
        drawn, before = self.page.evaluate("stage.diagnostics().drawn"), None
        deadline = time.monotonic() + PATIENCE
        while drawn != before:
            assert time.monotonic() < deadline, "pictures are still drawn"
            self.page.wait_for_timeout(1000)
            before, drawn = drawn, self.page.evaluate("stage.diagnostics().drawn")

    def watch(self) -> None:
        """Note from now on which words were heard, sentences said, and states shown."""
        self.page.evaluate(_WATCH)

    def until_speaking(self) -> None:
        """Wait until the avatar began to speak, since ``watch`` or since this was asked for last."""
        self.until(_TAKE_SPEAKING)

    def button(self, action: str) -> Locator:
        return self.page.locator(f'[data-action="{action}"]')

    def state(self) -> str:
        return str(self.page.locator(".state").text_content())
