"""Open the page and say something; run by ``test_offline`` where there is no network but the loopback.

Arguments: an avatar file, an empty folder, the path of Chromium. Prints the words that were heard, as JSON.
"""

import json
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.web.conftest import FLAGS
from tests.web.page.conftest import isolate, serving
from tests.web.page.opened import AppPage


def main() -> None:
    avatar, folder, chromium = (Path(argument) for argument in sys.argv[1:])
    with pytest.MonkeyPatch.context() as patch, ExitStack() as ending, sync_playwright() as playwright:
        isolate(patch, folder)
        server = serving(ending, folder, avatar, {})
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        page = AppPage(browser.new_page(), server.url)
        page.until_tabs()
        tab = page.open_tab("Say")
        tab.get_by_label("What shall it say?").fill("Nobody else is here.")
        tab.get_by_label("What shall it say?").press("Enter")
        page.until("said.length")
        print(json.dumps({"heard": page.page.evaluate("heard"), "problems": page.problems}))
        browser.close()


if __name__ == "__main__":
    main()
