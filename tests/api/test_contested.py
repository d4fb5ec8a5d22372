"""What is contested, over HTTP: open and settled sets, by whom they were settled, and the developments in them."""

from typing import Any

from tests.asking import Asking


def about(ask: Asking, report: str, **times: str) -> dict[str, Any]:
    (item,) = ask.items("/contested", report=report, **times)
    return item


def names(item: dict[str, Any]) -> list[str]:
    return [word["report"] for word in item["reports"]]


def test_estimates_that_rival_each_other_are_one_open_set(article: Asking) -> None:
    item = about(article, "SC35")
    assert (item["state"], names(item), item["settled"]) == ("open", ["SC05", "SC35", "SC36", "SC37"], None)
    relations = {(one["from"], one["relation"], one["to"]) for one in item["disputes"]}
    assert ("SC35", "rival_of", "SC36") in relations
    assert not {("SC36", "SC37"), ("SC37", "SC36")} & {(one, other) for one, _, other in relations}


def test_praise_and_doubt_are_another(article: Asking) -> None:
    assert [names(item) for item in article.items("/contested", state="open")] == [
        ["SC05", "SC35", "SC36", "SC37"],
        ["SC13", "SC14", "SC39"],
    ]
    assert article.items("/contested", state="settled") == []


def test_a_denial_that_was_given_up_settles_what_it_disputed(russia: Asking) -> None:
    item = about(russia, "A003")
    settled = item["settled"]
    assert (item["state"], item["opened"]) == ("settled", "2024-10-10")
    assert (settled["how"], settled["report"], settled["by_report"]) == ("superseded", "A003", "A109")
    assert (settled["by"], settled["day"], settled["reason"]) == (
        "seed-curator",
        "2025-04-26",
        "Moscow gives up its denial.",
    )
    assert about(russia, "A003", reported_by="2025-04-25")["state"] == "open"
    assert about(russia, "A003", valid_at="2025-04-25")["state"] == "open"


def test_a_slip_that_was_put_right_settles_by_the_link_that_was_withdrawn(russia: Asking) -> None:
    item = about(russia, "A041")
    settled = item["settled"]
    assert (settled["how"], settled["day"]) == ("withdrawn", None)
    assert settled["reason"] == "It rested on a figure that was a slip."
    before = about(russia, "A041", known_at=f"position:{settled['position'] - 1}")
    assert (before["state"], before["settled"]) == ("open", None)


def test_developments_are_contested_while_a_dispute_about_them_is_open(russia: Asking) -> None:
    listed = {item["report"] for item in russia.items("/developments", contested="true", limit="1000")}
    found = russia.items("/contested", state="open", limit="1000")
    disputes = [one for item in found for one in item["disputes"] if one["state"] == "open"]
    assert listed == {one[end] for one in disputes for end in ("from", "to")}
    assert {"A111", "A112"} <= listed
    assert "A003" not in listed
    assert "A003" in {item["report"] for item in russia.items("/developments", contested="false", limit="1000")}


def test_what_an_analyst_adds_and_takes_away_again(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-ukraine-article")
    head = ask.get("/contested")["as_of"]["position"]
    link = {"from": "SC12", "to": "SC38", "relation": "contradicts", "by": "ann", "reason": "most is not some"}
    made = ask.tell("reports_linked", **link)
    assert names(about(ask, "SC12")) == ["SC12", "SC38"]
    assert ask.items("/contested", report="SC12", known_at=f"position:{head}") == []
    ask.tell("link_withdrawn", link=made["event_id"], reason="some may well be most")
    settled = about(ask, "SC12")["settled"]
    assert (settled["how"], settled["by"], settled["reason"]) == ("withdrawn", "key:test", "some may well be most")
    retraction = {"report": "SC13", "by": "origin", "reported": "2024-11-05", "reason": "disowned"}
    ask.tell("report_retracted", **retraction)
    praise = about(ask, "SC13")
    assert (praise["state"], praise["settled"]["how"], praise["settled"]["by"]) == ("settled", "retracted", "origin")
    (capability,) = ask.items("/situation", topic="capability:north-korean-forces")
    assert not capability["contested"]


def test_the_figure_that_is_not_printed_joins_the_set_as_an_analyst_derives_it(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-ukraine-article")
    (plain,) = ask.items("/developments", report="SC36")
    kept = {name: plain[name] for name in ("kind", "stance", "provenance", "places", "actors")}
    figure = {"measure": "personnel", "high": 10000, "basis": "derived", "inputs": ["SC05"]}
    ask.tell("development_reported", report="X1", summary="Washington's is the 10,000.", quantities=[figure], **kept)
    link = {"from": "X1", "to": "SC35", "relation": "rival_of", "by": "ann", "reason": "the two may be one figure"}
    ask.tell("reports_linked", **link)
    item = about(ask, "SC35")
    assert {word["report"]: word["origin"] for word in item["reports"]}["X1"] == "us-off"
    assert {"by": "ann", "relation": "rival_of", "from": "X1"}.items() <= item["disputes"][-1].items()


def test_a_correction_alone_settles_nothing(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-ukraine-article")
    (before,) = ask.items("/developments", report="SC13")
    kept = ("report", "kind", "stance", "provenance", "actors")
    better = {**{name: before[name] for name in kept}, "summary": "They are thought to fight better than others."}
    ask.tell("report_corrected", report="SC13", replacement=better, reason="put more plainly")
    item = about(ask, "SC13")
    assert item["state"] == "open"
    assert {word["report"]: word["status"] for word in item["reports"]}["SC13"] == "corrected"


def test_sets_come_page_by_page_and_a_state_that_is_none_is_refused(russia: Asking) -> None:
    every = [names(item) for item in russia.items("/contested", limit="1000")]
    page = russia.get("/contested", limit="4")
    found = [names(item) for item in page["items"]]
    while page["has_more"]:
        page = russia.get("/contested", limit="4", cursor=page["next_cursor"])
        found += [names(item) for item in page["items"]]
    assert found == every
    assert russia.get("/contested", 400, state="shut")["errors"][0]["parameter"] == "state"
