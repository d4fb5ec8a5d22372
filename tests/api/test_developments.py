"""The list of developments and its filters, and one of them whole, over the two seeds."""

from typing import Any

import pytest

from tests.asking import ARTICLE, Asking


def reports(timeline: Asking, **filters: Any) -> list[str]:
    return [item["report"] for item in timeline.items("/developments", **{"limit": 1000, **filters})]


def whole(timeline: Asking, report: str, **times: str) -> Any:
    return timeline.get(f"/developments/{report}", **times)


def test_every_report_is_listed_whatever_became_of_it(article: Asking, russia: Asking) -> None:
    assert len(reports(article)) == 50
    assert len(reports(russia)) == 134


def test_they_come_by_the_day_then_by_report(russia: Asking) -> None:
    listed = reports(russia)
    assert listed.index("A001") < listed.index("A013") < listed.index("A016") < listed.index("A070")
    assert listed != sorted(listed)


def test_pages_hold_together_and_repeat_nothing(russia: Asking) -> None:
    for filters in ({}, {"echo": "true"}, {"echo": "false"}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = russia.get("/developments", limit=3, **filters, **cursor)
            seen += [item["report"] for item in answer["items"]]
            if not answer["has_more"]:
                break
            cursor = {"cursor": answer["next_cursor"]}
        assert seen == reports(russia, **filters)


def test_a_cursor_is_for_one_list(russia: Asking) -> None:
    cursor = russia.get("/developments", limit=1)["next_cursor"]
    problem = russia.get("/developments", 400, limit=1, kind="capture", cursor=cursor)
    assert problem["code"] == "cursor-mismatch"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"report": "A070"}, {"A070"}),
        ({"report": ["A070", "A041"]}, {"A070", "A041"}),
        ({"report": ["A070", "A041"], "status": "corrected"}, {"A041"}),
        ({"status": "retracted"}, {"A070"}),
        ({"status": ["corrected", "retracted"]}, {"A070", "A041"}),
        ({"stance": "denied"}, {"A003", "A021"}),
        ({"echo": "true"}, {"A007", "A016", "A017", "A018", "A081", "A082", "A117"}),
        ({"origin": "ua-otg-kharkiv"}, {"A070", "A072"}),
        ({"source": ["urdupoint", "devdiscourse"], "echo": "true"}, {"A017", "A018"}),
        ({"reported_from": "2024-11-22", "reported_to": "2024-11-23"}, {"A070", "A071", "A072"}),
        ({"text": "KHARKIV spokesman air"}, {"A070"}),
        ({"text": "kharkiv spokesman nowhere"}, set()),
        ({"text": ["kharkiv spokesman", "nowhere"], "kind": "force_presence"}, {"A070"}),
        ({"measure": "wounded"}, set()),
    ],
)
def test_a_filter_keeps_what_it_names(russia: Asking, filters: dict[str, Any], expected: set[str]) -> None:
    assert set(reports(russia, **filters)) == expected


@pytest.mark.parametrize(
    ("name", "value", "field", "key"),
    [
        ("measure", "killed", "quantities", "measure"),
        ("actor", "kp-special-forces", "actors", "actor"),
        ("place", "ru", "places", "place"),
    ],
)
def test_a_filter_by_name_finds_all_that_name_it(russia: Asking, name: str, value: str, field: str, key: str) -> None:
    everything = russia.items("/developments", limit=1000)
    naming = [item["report"] for item in everything if value in [one.get(key) for one in item.get(field, [])]]
    assert reports(russia, **{name: value}) == naming != []


def test_a_source_is_found_anywhere_in_a_chain(russia: Asking) -> None:
    everything = russia.items("/developments", limit=1000)
    chains = {item["report"]: [hop.get("source") for hop in item["provenance"]["chain"]] for item in everything}
    assert {"A016", "A017"} <= set(reports(russia, source="afp"))
    assert reports(russia, source="afp") == [report for report, chain in chains.items() if "afp" in chain]


def test_what_is_and_what_is_not_are_everything(russia: Asking) -> None:
    for name in ("echo", "contested"):
        yes, no = reports(russia, **{name: "true"}), reports(russia, **{name: "false"})
        assert yes
        assert sorted(yes + no) == sorted(reports(russia))


def test_within_takes_along_what_lies_in_a_place(russia: Asking) -> None:
    strictly, widely = set(reports(russia, place="ru")), set(reports(russia, place="ru", within="true"))
    assert strictly < widely
    assert set(reports(russia, place="vladivostok")) <= widely
    assert reports(russia, place="ru", within="false") == reports(russia, place="ru")


def test_the_day_after_the_last_is_no_part_of_a_range(russia: Asking) -> None:
    assert "A070" in reports(russia, occurred_from="2024-11-22", occurred_to="2024-11-23")
    assert "A070" not in reports(russia, occurred_to="2024-11-22")
    assert "A070" not in reports(russia, occurred_from="2024-11-23")


def test_an_open_start_lies_before_every_day(russia: Asking) -> None:
    assert "A041" in reports(russia, occurred_to="2000-01-01")


@pytest.mark.parametrize(
    ("filters", "parameter", "hint"),
    [
        ({"kind": "casualtie"}, "kind", "casualties"),
        ({"status": "gone"}, "status", "standing"),
        ({"echo": "null"}, "echo", None),
        ({"text": "  "}, "text", None),
        ({"within": "true"}, "within", None),
        ({"occurred_from": "2024-11"}, "occurred_from", None),
        ({"occurred_from": "9999-12-31", "occurred_to": "9999-12-31"}, "occurred_to", None),
        ({"actro": "kp-forces"}, "actro", "actor"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    russia: Asking, filters: dict[str, str], parameter: str, hint: str | None
) -> None:
    problem = russia.get("/developments", 400, **filters)
    assert problem["errors"][0]["parameter"] == parameter
    assert hint is None or hint in problem["hint"]


def test_a_day_in_the_world_keeps_what_was_possible_by_then(russia: Asking) -> None:
    by_then = reports(russia, valid_at="2024-10-10")
    assert {"A001", "A013"} <= set(by_then)  # A013 was said later, of days that begin before
    assert "A070" not in by_then


def test_what_was_said_later_is_not_there(russia: Asking) -> None:
    by_then = set(reports(russia, reported_by="2024-10-10"))
    assert "A001" in by_then
    assert "A013" not in by_then


def test_a_retraction_by_the_origin_counts_from_its_own_day(russia: Asking) -> None:
    assert reports(russia, reported_by="2024-11-22", status="retracted") == ["A070"]
    assert reports(russia, reported_by="2024-11-21", status="retracted") == []
    assert russia.get("/developments", 404, reported_by="2024-11-21", report="A070")["code"] == "unknown-report"


def test_a_retraction_counts_from_the_position_where_it_was_recorded(russia: Asking) -> None:
    before, after = whole(russia, "A070", known_at="position:395"), whole(russia, "A070", known_at="position:396")
    assert (before["status"], before["history"]) == ("standing", [])
    assert (after["status"], after["history"][0]["by"], after["counts"][0]["why"]) == (
        "retracted",
        "origin",
        "retracted",
    )


def test_a_correction_replaces_what_was_said_and_leaves_its_trace(russia: Asking) -> None:
    before, after = whole(russia, "A041", known_at="position:332"), whole(russia, "A041")
    assert (before["status"], before["corrected_by"]) == ("standing", None)
    assert before["quantities"][0]["best"] == 19000
    assert (after["status"], after["corrected_by"]) == ("corrected", 333)
    assert after["quantities"][0]["best"] == 10900
    assert [done["type"] for done in after["history"]] == ["report_corrected.v1"]
    assert after["position"] == before["position"] < 333


def test_a_withdrawn_link_is_gone_with_what_rested_on_it(russia: Asking) -> None:
    before, after = whole(russia, "A041", known_at="position:332"), whole(russia, "A041")
    assert "contradicts" in [link["relation"] for link in before["links"]]
    assert before["disputed"]
    assert after["links"] == []
    assert not after["disputed"]


@pytest.mark.parametrize("report", ["A016", "A017", "A018"])
def test_a_repeat_names_what_it_repeats_and_counts_nothing(russia: Asking, report: str) -> None:
    item = whole(russia, report)
    assert item["echo_of"] == "A013"
    assert [(one["counts"], one["why"], one["by"]) for one in item["counts"]] == [(False, "echo_of", "A013")]
    assert whole(russia, "A013")["echo_of"] is None


def test_an_older_word_names_the_newer_one_only_once_it_was_said(russia: Asking) -> None:
    assert whole(russia, "A035")["superseded_by"] is not None
    assert whole(russia, "A035", reported_by="2024-10-28")["superseded_by"] is None


def test_links_to_what_was_not_said_yet_are_not_shown(russia: Asking) -> None:
    now = whole(russia, "A035")
    then = whole(russia, "A035", reported_by="2024-10-28")
    named = {end for link in then["links"] for end in (link["from"], link["to"])}
    assert "A057" in {end for link in now["links"] for end in (link["from"], link["to"])}
    assert named <= set(reports(russia, reported_by="2024-10-28"))


def test_no_answer_names_a_report_outside_its_view(russia: Asking) -> None:
    for times in ({"reported_by": "2024-10-25"}, {"known_at": "position:300"}):
        answer = russia.get("/developments", limit=1000, **times)
        seen = {item["report"] for item in answer["items"]}
        named = {
            report
            for item in answer["items"]
            for report in [item["echo_of"], item["superseded_by"], *item.get("about", [])]
            + [end for link in item["links"] for end in (link["from"], link["to"])]
            if report is not None
        }
        assert named
        assert named <= seen


def test_an_unknown_report_is_not_found_and_the_nearest_are_named(russia: Asking) -> None:
    assert "A070" in russia.get("/developments/A0700", 404)["hint"]
    later = russia.get("/developments/A070", 404, known_at="position:391")
    assert "A070" not in (later["hint"] or "")
    assert russia.get("/developments/A070", 404, reported_by="2024-11-21")["code"] == "unknown-report"


@pytest.mark.parametrize(
    ("path", "narrowed", "code", "near"),
    [
        ("/developments", {"place": "ru-krusk"}, "unknown-place", "ru-kursk"),
        ("/developments", {"place": "ru-krusk", "within": "true"}, "unknown-place", "ru-kursk"),
        ("/developments", {"actor": "kp-force"}, "unknown-actor", "kp-forces"),
        ("/developments", {"measure": ["personnel", "personel"]}, "unknown-measure", "personnel"),
        ("/developments", {"source": "us-dodd"}, "unknown-source", "us-dod"),
        ("/developments", {"origin": "us-dodd"}, "unknown-source", "us-dod"),
        ("/developments", {"report": "A0577"}, "unknown-report", "A057"),
        ("/developments", {"report": "A070", "reported_by": "2024-11-21"}, "unknown-report", "A0"),
        ("/contested", {"report": "A0577"}, "unknown-report", "A057"),
        ("/revisions", {"place": "ru-krusk"}, "unknown-place", "ru-kursk"),
        ("/revisions", {"report": "A0577"}, "unknown-report", "A057"),
    ],
)
def test_a_name_that_is_none_is_not_found_and_the_nearest_are_named(
    russia: Asking, path: str, narrowed: dict[str, Any], code: str, near: str
) -> None:
    problem = russia.get(path, 404, **narrowed)
    assert problem["code"] == code
    assert near in problem["hint"]
    assert [one["parameter"] for one in problem["errors"]] == [next(iter(narrowed))]


def test_a_name_of_which_nothing_was_said_is_no_mistake(russia: Asking) -> None:
    assert russia.items("/developments", measure="wounded", place="unplaced") == []
    assert russia.items("/developments", origin="unstated@nobody:at all") == []
    assert russia.items("/revisions", place="us") == []


def test_an_unknown_timeline_is_not_found_and_the_nearest_are_named(seeded: Asking) -> None:
    assert ARTICLE in seeded.get("/timelines/kp-in-ukraine-articel/developments", 404)["hint"]


def test_a_number_or_a_word_counts_and_a_bare_presence_does_not(article: Asking) -> None:
    [word] = whole(article, "SC04")["counts"]
    [bare] = whole(article, "SC02")["counts"]
    assert (word["counts"], word["why"]) == (True, None)
    assert (bare["counts"], bare["share"], bare["why"]) == (False, None, "existence")


def test_the_shares_of_a_panel_are_the_whole(russia: Asking) -> None:
    times = {"valid_at": "2024-11-03", "reported_by": "2024-11-03"}
    listed = reports(russia, place="ru", actor="kp-forces", measure="personnel", **times)
    counts = [one for report in listed for one in whole(russia, report, **times)["counts"]]
    shares = [one["share"] for one in counts if one["counts"] and one["place"] == "ru"]
    assert len(shares) > 1
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))


def test_what_a_report_is_graded_follows_its_source_and_its_assessor(russia: Asking) -> None:
    item = whole(russia, "A013")
    assert item["effective_grade"] == "B2"
    assert item["confidence"]["given"] is None
    assert [one["by"] for one in item["confidence"]["assessments"]] == ["seed-curator"]
    assert item["confidence"]["effective"]["credibility"] == 2
    assert whole(russia, "A013", known_at="position:244")["effective_grade"] == "B6"


def test_how_a_forecast_ended_is_told_with_its_evidence(russia: Asking) -> None:
    outcome = {"outcome": "fulfilled", "by": "seed-curator", "evidence": ["A029"]}
    assert whole(russia, "A023")["outcome"] == outcome
    assert whole(russia, "A023", known_at="position:283")["outcome"] is None


def test_an_answer_says_as_of_when_it_is(russia: Asking) -> None:
    answer = russia.get("/developments", valid_at="2024-11-10", known_at="position:400", limit=1)
    assert (answer["as_of"]["valid_at"], answer["as_of"]["position"]) == ("2024-11-10", 400)
    assert answer["items"][0]["recorded_at"].endswith("Z")
