"""Nothing that a report contains can run, whatever field it stands in; seen in a real browser."""

import pytest

from tests.cli.processes import Up
from tests.room.conftest import Reader
from tests.room.hostile import ADDRESS, REPORTS, TEXT, TIMELINE, record

HERE = f"/timelines/{TIMELINE}"
PAGES = [
    "/",
    HERE,
    f"{HERE}?since=2024-10-01",
    f"{HERE}/developments",
    *(f"{HERE}/reports/{report}" for report in REPORTS),
    f"{HERE}/situation",
    f"{HERE}/places",
    f"{HERE}/sources",
    f"{HERE}/sources/paper",
    f"{HERE}/sources/service",
    f"{HERE}/integrity",
]


@pytest.fixture(scope="module")
def recorded(served: Up) -> None:
    record(served)


@pytest.mark.usefixtures("recorded")
def test_no_page_runs_what_it_shows(reader: Reader) -> None:
    page = reader.page
    for path in PAGES:
        reader.go(path)
        assert TEXT in page.locator("body").inner_text() + page.title(), path
        sources = page.eval_on_selector_all("script", "found => found.map(one => one.getAttribute('src'))")
        assert all(one.startswith("/room/") for one in sources), path
        handlers = "[onmouseover], [onerror], [onload], img:not(.plot img), [href^='javascript']"
        assert page.locator(handlers).count() == 0, path
        assert page.evaluate("window.ran") is None, path


@pytest.mark.usefixtures("recorded")
def test_a_mark_and_its_words_are_text(reader: Reader) -> None:
    page = reader.page
    reader.go(HERE)
    page.locator("a.pin").first.focus()
    assert TEXT in page.locator(".tip").inner_text()
    page.locator("a.pin").first.hover()
    assert page.evaluate("window.ran") is None
    page.locator("svg .mark").first.dispatch_event("click")
    page.wait_for_url(f"**{HERE}/reports/*")
    assert page.evaluate("window.ran") is None


@pytest.mark.usefixtures("recorded")
def test_a_link_to_elsewhere_is_the_whole_address_and_nothing_more(reader: Reader) -> None:
    reader.go(f"{HERE}/reports/R1")
    link = reader.page.locator("a[rel~=external]")
    assert link.evaluate("one => one.getAttributeNames().sort()") == ["href", "rel"]
    assert link.get_attribute("href") == ADDRESS


@pytest.mark.usefixtures("recorded")
def test_a_picture_on_its_own_runs_nothing_either(reader: Reader) -> None:
    key = "measure=things&actor=force&place=ru"
    reader.go(f"/v1{HERE}/estimates/series?{key}&format=svg")
    assert reader.page.evaluate("document.documentElement.localName") == "svg"
    assert reader.page.locator("script").count() == 0
    assert reader.page.evaluate("window.ran") is None


def test_hostile_addresses_are_told_as_text(reader: Reader) -> None:
    page = reader.page
    page.goto(f"{reader.url}/timelines/%3Cscript%3Ewindow.ran=1%3C%2Fscript%3E")
    assert page.evaluate("window.ran") is None
    reader.complaints.clear()  # of the 404 itself
