"""What a right reading of the two examples says where no number answers, asked as a reader would ask."""

from typing import Any

from tests.asking import Asking


def topic(ask: Asking, name: str, **times: str) -> dict[str, Any]:
    (item,) = ask.items("/situation", topic=name, **times)
    return item


def reports(answers: list[dict[str, Any]]) -> list[list[str]]:
    return [[word["report"] for word in answer["words"]] for answer in answers]


def bearing(word: dict[str, Any], which: str) -> set[tuple[str, str]]:
    return {(one["relation"], one["report"]) for one in word[which]}


def test_kursk_is_fought_over_and_ukraine_gained_ground_there(article: Asking) -> None:
    item = topic(article, "territorial_control@ru-kursk")
    assert reports(item["standing"]) == [["SC16", "SC15"]]
    assert item["standing"][0]["independent_origins"] == {"min": 1, "max": 1}
    assert (item["contested"], item["rivals"], item["expected"]) == (False, [], [])


def test_seoul_keeps_its_policy_and_may_change_it_on_a_condition(article: Asking) -> None:
    item = topic(article, "policy_signal:rok-gov")
    assert reports(item["standing"]) == [["SC23"]]
    expected = {word["report"]: word for word in item["expected"]}
    assert {name: word["stance"] for name, word in expected.items()} == {"SC24": "conditional", "SC22": "forecast"}
    assert expected["SC24"]["condition"] == "North Korea takes a larger part in the war"
    assert bearing(expected["SC22"], "for") == {("supports", "SC24")}


def test_who_doubts_the_troops_and_who_praises_them_stand_against_each_other(article: Asking) -> None:
    item = topic(article, "capability:north-korean-forces")
    assert item["contested"]
    assert reports(item["rivals"]) == [["SC39", "SC14"], ["SC13"]]
    assert reports(item["standing"]) == [["SC31"]]  # that they speak no Russian is disputed by nobody
    doubts, praise = item["rivals"]
    assert doubts["independent_origins"] == {"min": 1, "max": 2}
    assert {word["origin"] for word in doubts["words"]} == {"w-intel", "officials"}
    assert bearing(praise["words"][0], "against") == {("contradicts", "SC14"), ("contradicts", "SC39")}
    assert ("supports", "SC40") in bearing(doubts["words"][0], "for")


def test_the_interpreters_are_planned_and_doubted(article: Asking) -> None:
    item = topic(article, "command_and_control:north-korean-forces,russian-forces")
    assert reports(item["standing"]) == [["SC30"]]
    (plan,) = item["expected"]
    assert (plan["report"], plan["stance"]) == ("SC33", "planned")
    assert bearing(plan, "against") == {("undercuts", "SC34")}


def test_including_special_troops_is_in_tension_with_being_mostly_such(article: Asking) -> None:
    item = topic(article, "unit_identification:north-korean-forces")
    assert not item["contested"]
    words = {word["report"]: word for answer in item["standing"] for word in answer["words"]}
    assert bearing(words["SC12"], "against") == {("in_tension_with", "SC38")}
    assert ("corroborates", "SC08") in bearing(words["SC38"], "for")


def test_a_better_reading_of_a_misprint_keeps_the_words_of_the_text(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-ukraine-article")
    (before,) = ask.items("/developments", report="SC32")
    head = ask.get("/situation")["as_of"]["position"]
    kept = ("report", "kind", "stance", "summary", "provenance", "actors")
    replacement = {name: before[name] for name in kept}
    replacement["provenance"] = {**before["provenance"], "reading": "their training"}
    ask.tell("report_corrected", report="SC32", replacement=replacement, reason="the article was corrected")

    def said(**times: str) -> dict[str, Any]:
        item = topic(ask, "training:north-korean-forces", **times)
        return next(word for answer in item["standing"] for word in answer["words"] if word["report"] == "SC32")

    assert (said()["reading"], said()["status"]) == ("their training", "corrected")
    assert said()["wording"] == before["provenance"]["wording"]
    assert said(known_at=f"position:{head}")["reading"] == before["provenance"].get("reading")


def test_moscow_and_kyiv_each_claim_kursk_and_neither_stands(russia: Asking) -> None:
    item = topic(russia, "territorial_control@ru-kursk")
    assert (item["contested"], item["standing"]) == (True, [])
    assert sorted(reports(item["rivals"])) == [["A111"], ["A112"]]
    earlier = topic(russia, "territorial_control@ru-kursk", reported_by="2025-04-26")
    assert (earlier["contested"], reports(earlier["standing"])) == (False, [["A111"]])


def test_a_forecast_is_open_until_the_day_of_the_fact(russia: Asking) -> None:
    name = "force_movement:kp-forces@ru-kursk"
    (past,) = topic(russia, name)["history"]
    assert (past["report"], past["why"], past["by"]) == ("A023", "fulfilled", "A029")
    for times in ({"reported_by": "2024-10-22"}, {"valid_at": "2024-10-22"}):
        assert [word["report"] for word in topic(russia, name, **times)["expected"]] == ["A023"]


def test_they_left_the_front_and_came_back(russia: Asking) -> None:
    name = "force_movement:kp-forces@ru-kursk-front"
    then = topic(russia, name, reported_by="2025-02-04")
    assert "A097" in {report for answer in reports(then["standing"] + then["rivals"]) for report in answer}
    now = topic(russia, name)
    assert reports(now["standing"]) == [["A103", "A101"]]
    assert {(word["report"], word["why"], word["by"]) for word in now["history"]} == {
        ("A097", "superseded", "A103"),
        ("A098", "misquoted", "A097"),
    }
