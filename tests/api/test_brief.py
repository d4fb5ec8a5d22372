"""The brief over HTTP: what changed between two days, as JSON and as a page."""

import re
from typing import Any

import pytest

from tests.asking import ARTICLE, RUSSIA, Asking

NOVEMBER = {"since": "2024-11-01", "until": "2024-12-01"}
BASE = f"/v1/timelines/{RUSSIA}/brief"


def items(found: Any) -> dict[str, Any]:
    return {one["report"]: one for topic in found["developments"] for one in topic["items"]}


def test_estimates_are_those_of_the_audit(russia: Asking) -> None:
    found = russia.get("/brief", **NOVEMBER)
    assert len(found["estimates"]) == 7
    for one in found["estimates"]:
        key = {name: one[name] for name in ("measure", "actor", "place")}
        ends = {"from_reported_by": NOVEMBER["since"], "to_reported_by": NOVEMBER["until"]}
        audit = russia.get("/estimates/changes", **key, **ends)
        assert (one["before"], one["after"]) == (audit["before"], audit["after"])
        causes = sum(cause["best"] for cause in one["causes"])
        assert one["change"] == causes + one["others"]["best"] + one["time_passed"]
        assert russia.client.get(one["links"]["changes"]).json()["after"] == one["after"]
    assert [one["votes"] for one in found["estimates"]] == sorted(
        (one["votes"] for one in found["estimates"]), reverse=True
    )


def test_new_developments_are_those_that_were_said_between_the_days(russia: Asking) -> None:
    found = russia.get("/brief", **NOVEMBER)
    said = russia.items("/developments", reported_from="2024-11-02", reported_by="2024-12-01", limit=1000)
    foretold = {one["report"] for one in found["forecasts"]["made"]}
    back = {one["report"] for one in found["taken_back"]}
    repeated = {report for one in items(found).values() for report in one["repeats"]}
    older = {one["report"] for one in found["repeats"]}
    assert found["reports"] == len(said) == 21
    assert {*items(found), *repeated, *older, *foretold, *back} == {one["report"] for one in said}
    assert (foretold, back) == ({"A062", "A065", "A066"}, {"A070"})


def test_what_was_taken_back_says_by_whom_and_why(russia: Asking) -> None:
    [back] = russia.get("/brief", **NOVEMBER)["taken_back"]
    assert (back["by"], back["day"]) == ("origin", "2024-11-22")
    assert "disowns" in back["reason"]
    assert russia.get("/brief", since="2024-11-22", until="2024-12-01")["taken_back"] == []


def test_forecasts_are_told_when_they_fall_due_and_when_they_are_resolved(russia: Asking) -> None:
    def told(**days: str) -> dict[str, list[str]]:
        found = russia.get("/brief", **days)["forecasts"]
        return {name: [one["report"] for one in found[name]] for name in ("resolved", "fell_due")}

    assert told(**NOVEMBER) == {"resolved": ["A026", "A042", "A039"], "fell_due": []}
    assert told(since="2024-10-28", until="2024-10-29") == {"resolved": [], "fell_due": ["A032"]}
    assert told(since="2024-10-27", until="2024-10-28") == {"resolved": [], "fell_due": []}
    assert told(since="2024-10-29", until="2024-10-30") == {"resolved": [], "fell_due": []}


def test_disputes_open_with_the_second_word_and_close_with_what_overtakes_one(russia: Asking) -> None:
    def told(**days: str) -> dict[str, list[tuple[str, str]]]:
        found = russia.get("/brief", **days)["questions"]
        return {state: [(one["one"]["report"], one["other"]["report"]) for one in found[state]] for state in found}

    november = told(**NOVEMBER)
    assert ("A075", "A074") in november["opened"]
    assert ("A038", "A035") in november["closed"]
    before = told(since="2024-10-01", until="2024-10-31")
    assert ("A038", "A035") in before["opened"]
    [closed] = [
        one for one in russia.get("/brief", **NOVEMBER)["questions"]["closed"] if one["one"]["report"] == "A038"
    ]
    assert (closed["how"], closed["ended"], closed["by_report"], closed["day"]) == (
        "superseded",
        "A035",
        "A057",
        "2024-11-04",
    )


def test_nothing_is_named_that_was_said_later(russia: Asking) -> None:
    page = russia.text("/brief", **NOVEMBER, format="json") + russia.text("/brief", **NOVEMBER, format="text")
    known = {one["report"] for one in russia.items("/developments", reported_by="2024-12-01", limit=1000)}
    assert set(re.findall(r"\bA\d{3}\b", page)) <= known


def test_a_second_outlet_with_the_same_figure_is_a_repeat_and_no_origin_more(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of(ARTICLE)
    before = ask.get("/brief", since="2024-10-01")
    chain = [{"role": "publisher", "source": "daily"}, {"role": "attributed", "source": "rok-intel"}]
    ask.post(
        "/events", {"type": "source_registered.v1", "body": {"source": "daily", "name": "Daily", "kind": "outlet"}}
    )
    ask.tell(
        "development_reported",
        report="D1",
        kind="force_presence",
        stance="asserted",
        summary="Some 13,000 are in Russia, Seoul says.",
        provenance={"chain": chain, "wording": "about 13,000"},
        quantities=[{"measure": "personnel", "best": 13000}],
        actors=[{"actor": "north-korean-forces", "role": "subject"}],
        places=[{"place": "ru", "role": "at"}],
        reported="2024-11-04",
    )
    after = ask.get("/brief", since="2024-10-01")
    assert (after["reports"], after["origins"]) == (before["reports"] + 1, before["origins"])
    assert items(after)["SC35"]["repeats"] == ["D1"]
    alone = ask.get("/brief", since="2024-11-03")
    assert (alone["developments"], alone["estimates"]) == ([], [])
    assert alone["repeats"] == [{"report": "D1", "echo_of": "SC35"}]
    assert ask.get("/brief", since="2024-10-01", known_at="position:145")["developments"] == before["developments"]


def test_containers_and_rounds_stand_apart(article: Asking) -> None:
    found = article.get("/brief", since="2024-10-01")["estimates"]
    supplied = {one["measure"]: one["after"]["best"] for one in found if one["actor"] == "north-korea"}
    assert supplied == {"containers": 11_000, "artillery-rounds": 2_000_000}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("text/markdown", "text/markdown; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_it_comes_as_a_page_too(russia: Asking, accept: str, media: str) -> None:
    answer = russia.client.get(BASE, params=NOVEMBER, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    held = {"Accept": accept, "If-None-Match": answer.headers["etag"]}
    assert russia.client.get(BASE, params=NOVEMBER, headers=held).status_code == 304


def test_the_page_tells_of_each_part(russia: Asking) -> None:
    page = russia.text("/brief", **NOVEMBER, format="markdown")
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert headings == [
        "Estimates that moved",
        "New developments",
        "Taken back",
        "Disputes that opened or closed",
        "Plans and forecasts",
    ]
    assert "21 reports by 12 origins" in page
    assert "**North Korean troops, Kursk Oblast (personnel): 4,698 → 10,736.**" in page
    assert "on the day of the newest report: 31 October 2024 before and 25 November 2024 after" in page
    assert "+0 by" not in page


def test_days_of_other_years_bear_their_year(russia: Asking) -> None:
    page = " ".join(russia.text("/brief", since="2022-01-01", format="text").split())
    assert "(A011, 18 Oct 2024)" in page
    assert "(A118, 15 Jun)" in page
    assert "since 1 January 2022" in page


def test_what_was_done_to_a_report_is_told_in_words(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of(RUSSIA)
    ask.tell("report_retracted", report="A057", by="origin", reported="2024-11-28", reason="counted twice")
    page = " ".join(ask.text("/brief", since="2024-11-20", until="2024-12-01", format="text").split())
    assert "by a retraction of United States Department of Defense (A057, 4 Nov)" in page


def test_a_time_without_reports_says_so(russia: Asking) -> None:
    page = russia.text("/brief", since="2026-01-01", format="text")
    assert ": nothing." in page
    for said in ("No report moved any.", "Nothing new was said.", "took anything back.", "None did.", "None was made"):
        assert said in page


@pytest.mark.parametrize(
    ("asked", "status", "named"),
    [
        ({}, 400, "since"),
        ({"since": "yesterday"}, 400, "since"),
        ({"since": "9999-12-31"}, 400, "since"),
        ({"since": "2024-11-02", "until": "2024-11-01"}, 400, "since"),
        ({"since": "2024-11-01", "until": "soon"}, 400, "until"),
        ({"since": "2024-11-01", "valid_at": "2024-11-01"}, 400, "valid_at"),
        ({"since": "2024-11-01", "known_at": "position:9999"}, 400, "known_at"),
        ({"since": "2024-11-01", "format": "csv"}, 400, "format"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_named(
    russia: Asking, asked: dict[str, str], status: int, named: str
) -> None:
    assert named in {fault.get("parameter") for fault in russia.get("/brief", status, **asked)["errors"]}


def test_another_form_is_not_offered(russia: Asking) -> None:
    assert russia.client.get(BASE, params=NOVEMBER, headers={"Accept": "text/html"}).status_code == 406


def test_the_document_names_the_forms(russia: Asking) -> None:
    operation = russia.client.get("/openapi.json").json()["paths"]["/v1/timelines/{timeline}/brief"]["get"]
    assert operation["responses"]["200"]["content"].keys() == {"application/json", "text/markdown", "text/plain"}
