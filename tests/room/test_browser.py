"""The reading room clicked through in a real browser, against what the interface says."""

import json
import re
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.cli.processes import Up
from tests.room.conftest import Reader

RUSSIA = "/timelines/kp-in-russia-2024-25"
KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}
ROOM = f"{RUSSIA}?{urlencode(KEY)}"
SHEETS = (
    "situation",
    "developments",
    "places",
    "sources",
    "sources/us-dod",
    "integrity",
    "reports/A057",
    "reports/A070",
)


def ask(reader: Reader, path: str, **parameters: str) -> Any:
    with urllib.request.urlopen(f"{reader.url}/v1{RUSSIA}{path}?{urlencode(parameters)}") as answer:  # noqa: S310 -- ours
        return json.load(answer)


def best(reader: Reader, **parameters: str) -> str:
    [item] = ask(reader, "/estimates", **KEY, **parameters)["items"]
    return f"{item['best']:,}"


def test_the_estimate_is_read_and_the_day_is_moved(reader: Reader) -> None:
    page = reader.page
    reader.go("/")
    page.get_by_role("link", name="North Korean troops in Russia and Ukraine, 2024-25").click()
    expect(page.get_by_role("heading", level=1, name="Personnel")).to_be_visible()
    now = best(reader)
    expect(page.locator("#best")).to_have_text(now)
    expect(page.locator(".plot a.pin")).to_have_count(19)

    days = page.locator(".slider input")
    days.fill(str(20031))  # 2024-11-04, in days since 1970
    then = best(reader, reported_by="2024-11-04")
    assert then != now
    expect(page.locator("#best")).to_have_text(then)
    expect(page.locator(".slider output")).to_have_text("4 Nov 2024")
    expect(page).to_have_url(re.compile("reported_by=2024-11-04"))
    said = ask(reader, "/developments", **KEY, reported_by="2024-11-04")["items"]
    expect(page.locator("#reports tbody tr")).to_have_count(len(said))
    expect(page.locator(".plot a.pin")).to_have_count(len(said))

    page.reload()  # the address is the whole state
    expect(page.locator("#best")).to_have_text(then)
    expect(page.locator(".slider output")).to_have_text("4 Nov 2024")


def test_play_goes_through_the_days_on_which_something_was_said(reader: Reader) -> None:
    page = reader.page
    reader.go(ROOM)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".slider output")).to_have_text("23 Oct 2024")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#best")).to_have_text(best(reader, reported_by="2024-10-23"))


def test_a_mark_tells_what_was_said_and_leads_to_the_report(reader: Reader) -> None:
    page = reader.page
    reader.go(ROOM)
    mark = page.get_by_role("link", name="A044: National Intelligence Service, 13,000")
    mark.focus()
    expect(page.locator(".tip")).to_contain_text("approximately 13,000")
    expect(page.locator(".tip")).to_contain_text("grade B3")
    assert mark.get_attribute("href") == f"{RUSSIA}/reports/A044"


def test_a_report_is_opened_from_the_chart(reader: Reader) -> None:
    page = reader.page
    reader.go(ROOM)
    page.get_by_role("link", name="A044: National Intelligence Service, 13,000").locator(".mark").dispatch_event(
        "click"
    )
    expect(page.get_by_role("heading", level=1)).to_have_text(ask(reader, "/developments/A044")["summary"])
    expect(page.locator(".chain li")).to_have_count(len(ask(reader, "/developments/A044")["provenance"]["chain"]))


def test_why_it_moved_sums_to_the_change(reader: Reader) -> None:
    page = reader.page
    reader.go(ROOM)
    page.locator("input[name=since]").fill("2024-10-29")
    page.locator("input[name=until]").fill("2024-11-04")
    page.get_by_role("button", name="Explain").click()
    told = ask(reader, "/estimates/changes", **KEY, from_reported_by="2024-10-29", to_reported_by="2024-11-04")
    moved = told["after"]["best"] - told["before"]["best"]
    expect(page.locator(".waterfall tfoot .n")).to_have_text(f"{moved:+,}")
    column = page.locator(".waterfall tbody td:nth-child(3)").all_inner_texts()
    assert sum(int(text.replace(",", "").replace("\N{MINUS SIGN}", "-")) for text in column) == moved
    expect(page.locator(".verdict")).to_contain_text("sum to the change exactly")
    with page.expect_download() as download:
        page.locator("#why").get_by_role("link", name="SVG").click()
    assert "new report A057" in download.value.path().read_text()


def test_a_proof_is_checked_by_the_browser_itself(reader: Reader) -> None:
    page = reader.page
    reader.go(f"{RUSSIA}/reports/A057")
    page.get_by_role("button", name="Check its proof").click()
    expect(page.locator(".verdicts .holds")).to_have_count(4)
    expect(page.locator(".verdicts .fails")).to_have_count(0)
    expect(page.locator(".verdicts .open")).to_contain_text("a key that you kept earlier")


def test_an_altered_event_does_not_pass(reader: Reader) -> None:
    page = reader.page

    def alter(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"low":11000', '"low":12000'))

    page.route("**/events/*", alter)
    reader.go(f"{RUSSIA}/reports/A057")
    page.get_by_role("button", name="Check its proof").click()
    expect(page.locator(".verdicts .fails")).to_have_count(2)
    expect(page.locator(".verdicts .fails").first).to_contain_text("but the tree holds")


def test_every_kind_of_event_hashes_to_its_leaf(reader: Reader) -> None:
    reader.go(f"{RUSSIA}/integrity")
    kinds = {one["type"]: one["position"] for one in ask(reader, "/events", limit="1000")["items"]}
    assert len(kinds) > 8
    [script] = reader.page.eval_on_selector_all("script", "found => found.map(one => one.src)")
    leaves = """async ([script, base, positions]) => {
        const { leafOf } = await import(script);
        const hashed = positions.map(async (position) => {
            const event = await (await fetch(`${base}/events/${position}`)).json();
            const leaf = [...await leafOf("kp-in-russia-2024-25", event)];
            return [leaf.map((byte) => byte.toString(16).padStart(2, "0")).join(""), event.leaf];
        });
        return Promise.all(hashed);
    }"""
    pairs = reader.page.evaluate(leaves, [script, f"/v1{RUSSIA}", list(kinds.values())])
    assert [mine for mine, _ in pairs] == [theirs for _, theirs in pairs]


def test_the_chart_is_taken_away_as_a_picture(reader: Reader) -> None:
    page = reader.page
    reader.go(ROOM)
    page.locator(".slider input").fill(str(20031))  # 2024-11-04
    expect(page.locator("#best")).to_have_text(best(reader, reported_by="2024-11-04"))
    with page.expect_download() as download:
        page.locator("#chart").get_by_role("link", name="SVG").click()
    picture = download.value.path().read_text()
    assert picture.startswith("<svg")
    assert "by what had been said by 2024-11-04" in picture


def test_it_works_by_the_keyboard(reader: Reader) -> None:
    page = reader.page
    reader.go(f"{ROOM}&reported_by=2024-11-04")
    page.locator(".slider input").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".slider output")).to_have_text("5 Nov 2024")
    expect(page.locator("#best")).to_have_text(best(reader, reported_by="2024-11-05"))
    page.locator("a.pin").first.focus()
    expect(page.locator(".tip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/reports/"))


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", ROOM, f"{ROOM}&since=2024-10-29", *(f"{RUSSIA}/{one}" for one in SHEETS)):
        reader.go(path)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_without_scripts_there_are_tables_and_a_picture(browser: Browser, served: Up) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.ready['url']}{ROOM}&reported_by=2024-11-04")
    expect(page.locator(".plot img")).to_be_visible()
    assert page.locator("#who tbody tr").count() > 5
    assert page.locator("#reports tbody tr").count() > 5
    expect(page.locator(".slider")).to_be_hidden()
    page.locator("#reported-by").fill("2024-10-29")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".basis")).to_contain_text("29 Oct 2024")
    context.close()


def test_a_timeline_of_a_single_day_has_a_chart_too(reader: Reader) -> None:
    page = reader.page
    reader.go("/timelines/kp-in-ukraine-article")
    expect(page.locator(".plot a.pin").first).to_be_visible()
    expect(page.locator(".plot rect.band")).to_have_count(1)
