"""The pages as a reader sees them: a server as a process of its own, over both seed timelines, and a browser on it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.api.conftest import serve
from tests.cli.processes import Up, new_home, up
from tests.databases import Databases
from tests.room.browser import ARGUMENTS, CHROMIUM, WAIT_MILLISECONDS

__all__ = ["serve"]  # the application in this process, with other settings


class Reader(msgspec.Struct):
    """One page of the browser, and all that went wrong or elsewhere on it."""

    page: Page
    url: str
    key: str
    elsewhere: list[str]
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)


# Not of the session: while Playwright runs, it keeps an event loop in this thread, which other tests could not have.
@pytest.fixture(scope="module")
def served(databases: Databases, seeded_template: str) -> Iterator[Up]:
    with (
        databases.new(template=seeded_template) as url,
        new_home() as home,
        up(home, DATABASE_URL=url, MUSTER_SEED="never") as running,
    ):
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=WAIT_MILLISECONDS)
        yield opened
        opened.close()


@pytest.fixture
def reader(browser: Browser, served: Up) -> Iterator[Reader]:
    """Whatever a test does: nothing is asked of anybody else, and the browser has nothing to complain of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MILLISECONDS)
    page, url = context.new_page(), served.ready["url"]
    made = Reader(page=page, url=url, key=Path(served.ready["key_file"]).read_text(), elsewhere=[], complaints=[])
    page.on("request", lambda request: made.elsewhere.append(request.url))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: made.complaints.append(f"dialog {dialog.message}"))
    yield made
    context.close()
    assert [one for one in made.elsewhere if not one.startswith((url, "blob:", "data:"))] == []
    assert made.complaints == []
