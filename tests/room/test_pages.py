"""The pages as a server hands them out, without a browser: what they say, under which headers, and what they refuse."""

import re

import pytest

from tests.api.conftest import ADMIN, TIMELINE, Serve, bearer
from tests.asking import RUSSIA, Asking

HERE = f"/timelines/{RUSSIA}"
KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}
PAGES = ["/", HERE, *(f"{HERE}/{page}" for page in ("situation", "developments", "places", "sources", "integrity"))]
PAGES += [f"{HERE}/sources/us-dod", f"{HERE}/reports/A057", "/timelines/kp-in-ukraine-article"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_of_its_own(seeded: Asking, path: str) -> None:
    answer = seeded.client.get(path)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert re.findall(r"<script(?! type=\"module\" src=\"/room/)", answer.text) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=", answer.text) == []
    loaded = re.findall(r"<(?:link|script|img)[^>]*\s(?:href|src)=\"([^\"]*)\"", answer.text)
    assert [one for one in loaded if not one.startswith(("/room/", "/v1/"))] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_did_not_change_is_not_sent_again(seeded: Asking, path: str) -> None:
    tag = seeded.client.get(path).headers["etag"]
    again = seeded.client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_room_says_what_the_interface_says(seeded: Asking) -> None:
    page = seeded.client.get(HERE, params={**KEY, "reported_by": "2024-11-04"}).text
    [item] = seeded.of(RUSSIA).items("/estimates", **KEY, reported_by="2024-11-04")
    assert f'<strong id="best">{item["best"]:,}</strong>' in page
    assert page.count('<th scope="row">National Intelligence Service</th>') > 1


def test_a_figure_says_on_which_day_it_is_read(seeded: Asking) -> None:
    page = " ".join(seeded.client.get(HERE, params={**KEY, "reported_by": "2024-12-01"}).text.split())
    assert "read on 25 Nov 2024, the day of the newest report of this timeline" in page
    assert "counting only what had been said by 1 Dec 2024" in page
    assert "share and age are those on 25 Nov 2024" in page


@pytest.mark.parametrize("page", ["", "/situation", "/developments", "/places", "/reports/A057"])
def test_a_page_of_a_past_day_counts_nothing_of_later_days(seeded: Asking, page: str) -> None:
    past = seeded.client.get(f"{HERE}{page}", params={"reported_by": "2024-12-01"}).text.partition("<footer")[2]
    assert "Of what had been said by 1 Dec 2024, the newest word is of 25 Nov 2024." in past
    assert "134" not in past
    assert "134 reports; the newest word is of 2 Sep 2025" in seeded.client.get(f"{HERE}{page}").text


@pytest.mark.parametrize("day", ["2024-12-01", "2025-08-01"])
def test_the_situation_of_a_past_day_leads_to_reports_of_that_day(seeded: Asking, day: str) -> None:
    page = seeded.client.get(f"{HERE}/situation", params={"reported_by": day}).text
    leads = re.findall(rf'href="({HERE}/reports/[^"]*)"', page)
    assert leads
    assert [one for one in leads if f"reported_by={day}" not in one] == []


def test_who_votes_comes_first_and_who_spoke_last_before_others(seeded: Asking) -> None:
    page = seeded.client.get(HERE, params={**KEY, "reported_by": "2024-12-01"}).text
    rows = page.partition('id="who"')[2].partition("</table>")[0].split("<tr")[2:]
    reports = [re.findall(r"/reports/(A\d+)", row)[0] for row in rows]
    said = {one["report"]: one["reported"] for one in seeded.of(RUSSIA).items("/developments", limit=1000)}
    voting = sum('class="share"' in row for row in rows)
    assert all('class="share"' in row for row in rows[:voting])
    for part in (reports[:voting], reports[voting:]):
        assert len(part) > 1
        assert [said[one] for one in part] == sorted((said[one] for one in part), reverse=True)


def test_a_place_says_what_its_parts_come_to_and_what_was_made_to_fit(seeded: Asking) -> None:
    page = seeded.client.get(f"{HERE}/places").text

    def line(place: str) -> str:
        return page.partition(f'&amp;place={place}">')[2].partition("</div>")[0]

    assert "its parts were said to be more than it, and both gave way; its parts come to 11,440" in line("ru")
    assert "none is elsewhere in it" in line("ru")
    assert "parts exceed whole" not in page
    assert "its parts come to 0, 1 is elsewhere in it" in line("ua")
    assert "fewer than Kursk Oblast has, which lies within it" in line("ru-west")
    assert page.count("fewer than") == 1


def test_one_person_is_one(seeded: Asking) -> None:
    page = seeded.client.get(HERE, params={**KEY, "place": "ua"}).text
    assert '<strong id="best">1</strong> person\n' in page


def test_a_topic_of_a_place_alone_is_headed_by_the_place(seeded: Asking) -> None:
    page = seeded.client.get(f"{HERE}/situation").text
    headings = re.findall(r'<h4 class="about">(.*?)(?: <span|</h4>)', page)
    assert "Kursk Oblast" in headings
    assert "North Korean troops, Kursk Oblast" in headings
    assert [one for one in headings if one.startswith(",") or "&lt;" in one] == []


def test_what_a_word_stands_against_is_told_beside_it(seeded: Asking) -> None:
    page = seeded.client.get(f"{HERE}/situation").text
    against = page.partition(f'href="{HERE}/reports/A075">A075</a>')[2].partition("</li>")[0]
    assert "Against it: " in against
    assert f'href="{HERE}/reports/A074"' in against
    assert "Global Defense Corp (contradicts)" in against


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/timelines/kp-in-russia-2024", 404, "did you mean kp-in-russia-2024-25?"),
        (f"{HERE}?measure=personnel&actor=kp-forces&place=ruu", 404, "did you mean ru?"),
        (f"{HERE}?measure=personel&actor=kp-forces&place=ru", 404, "did you mean personnel"),
        (f"{HERE}/reports/A0570", 404, "did you mean A0"),
        (f"{HERE}/sources/us-dodd", 404, "did you mean us-dod"),
        (f"{HERE}?reported_by=yesterday", 400, "is a day such as 2024-11-10"),
        (f"{HERE}?reportedby=2024-11-04", 400, "did you mean reported_by?"),
        (f"{HERE}?since=2024-11-04&until=2024-10-04&measure=personnel&actor=kp-forces&place=ru", 400, "lies after"),
    ],
)
def test_a_page_that_cannot_be_says_why_and_what_is_near(seeded: Asking, path: str, status: int, says: str) -> None:
    answer = seeded.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert says in answer.text


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/timelinez/x", "/wp-admin", f"{HERE}/nothing"])
def test_where_there_is_nothing_a_browser_gets_a_page(seeded: Asking, path: str) -> None:
    page = seeded.client.get(path, headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert f"there is nothing at {path}" in page.text
    assert '<a href="/">All timelines</a>' in page.text


@pytest.mark.parametrize(("path", "accept"), [("/timelinez/x", "*/*"), ("/v1/nothing", BROWSER)])
def test_where_there_is_nothing_a_program_gets_a_document(seeded: Asking, path: str, accept: str) -> None:
    answer = seeded.client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (
            "2024-01-01",
            "Nothing had been said of this by 1 Jan 2024: reports of it run from 22 Oct 2024 to 30 Apr 2025.",
        ),
        ("2030-01-01", "1 Jan 2030 lies after the newest word of this timeline, which is of 2 Sep 2025"),
    ],
)
def test_a_day_out_of_range_says_what_the_range_is(seeded: Asking, day: str, says: str) -> None:
    assert says in seeded.client.get(HERE, params={**KEY, "reported_by": day}).text


def test_what_has_no_place_has_its_reports_too(seeded: Asking) -> None:
    page = seeded.client.get(
        "/timelines/kp-in-ukraine-article",
        params={"measure": "years-without-combat", "actor": "north-korean-forces", "place": "unplaced"},
    ).text
    assert page.count("/timelines/kp-in-ukraine-article/reports/SC40") > 1


def test_who_asks_for_a_measure_alone_sees_what_most_is_said_of_it(seeded: Asking) -> None:
    page = seeded.client.get(HERE, params={"measure": "killed"}).text
    assert "<h1>Killed <span>North Korean troops, Kursk Oblast</span></h1>" in page


def test_a_file_of_the_pages_is_kept_for_ever_under_its_name(seeded: Asking) -> None:
    page = seeded.client.get(HERE).text
    [style] = re.findall(r'rel="stylesheet" href="([^"]*)"', page)
    answer = seeded.client.get(style)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert seeded.client.get("/room/x/nothing.js").status_code == 404
    assert seeded.client.get("/room/x/..%2Ffiles.py").status_code == 404


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "soft", "link", "cut", "up", "down"])
@pytest.mark.parametrize("ground", ["paper", "faint"])
def test_every_colour_of_text_can_be_read(seeded: Asking, name: str, ground: str) -> None:
    style = seeded.client.get("/room/x/room.css").text
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    light, dark = _luminance(colours[ground]), _luminance(colours[name])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_where_reading_takes_a_key_a_page_says_how_to_come_in(serve: Serve) -> None:
    with serve(read="key") as client:
        for path in ("/", f"/timelines/{TIMELINE}", f"/timelines/{TIMELINE}/integrity"):
            shut = client.get(path)
            assert (shut.status_code, shut.headers["www-authenticate"]) == (401, 'Bearer realm="muster"')
            assert "Authorization: Bearer KEY" in shut.text
            assert "First" not in shut.text
        opened = client.get(f"/timelines/{TIMELINE}", headers=bearer(ADMIN))
        assert opened.status_code == 200
        assert "Nothing has been reported yet" in opened.text
        assert client.get("/room/x/room.css").status_code == 200


def test_an_empty_timeline_has_pages_too(serve: Serve) -> None:
    with serve() as client:
        for page in ("", "/situation", "/developments", "/places", "/sources"):
            assert client.get(f"/timelines/{TIMELINE}{page}").status_code == 200
        assert client.get("/").status_code == 200
        integrity = client.get(f"/timelines/{TIMELINE}/integrity")
        assert integrity.status_code == 200, integrity.text


def test_a_page_is_one_request_of_its_reader(serve: Serve) -> None:
    with serve(requests_per_minute=2) as client:
        assert [client.get(f"/timelines/{TIMELINE}").status_code for _ in range(3)] == [200, 200, 429]
        answer = client.get(f"/timelines/{TIMELINE}")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert int(answer.headers["retry-after"]) > 0
