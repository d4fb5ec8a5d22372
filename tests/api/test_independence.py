"""How many independent origins stand behind some reports."""

from tests.asking import Asking

PATH = "/independence"


def test_ten_prints_of_one_word_are_one_origin(seeded: Asking) -> None:
    ask = seeded.of("kp-in-russia-2024-25")
    found = ask.get(PATH, report=["A013", "A016", "A017", "A018"])
    assert (found["min"], found["max"], found["groups"]) == (1, 1, [["kr-nis"]])


def test_origins_that_may_overlap_are_fewer_at_least_than_at_most(seeded: Asking) -> None:
    ask = seeded.of("kp-in-ukraine-article")
    found = ask.get(PATH, report=["SC35", "SC36", "SC37"])
    assert (found["min"], found["max"]) == (2, 3)
    assert ["rok-intel"] in found["groups"]
    assert ["uk-off", "us-off"] in found["groups"]


def test_a_report_outside_the_view_is_not_known(seeded: Asking) -> None:
    ask = seeded.of("kp-in-russia-2024-25")
    answer = ask.client.get(
        "/v1/timelines/kp-in-russia-2024-25/independence", params={"report": "A048", "reported_by": "2024-10-29"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-report")
    assert "A047" in answer.json()["hint"]
    assert ask.get(PATH, report="A048", reported_by="2024-10-30")["min"] == 1


def test_a_report_has_to_be_named(seeded: Asking) -> None:
    answer = seeded.client.get("/v1/timelines/kp-in-russia-2024-25/independence")
    assert (answer.status_code, answer.json()["detail"]) == (400, "neither a report nor a source is given")


def test_sources_are_told_apart_like_the_origins_of_reports(seeded: Asking) -> None:
    ask = seeded.of("kp-in-ukraine-article")
    found = ask.get(PATH, source=["rok-intel", "us-off", "uk-off"])
    assert (found["min"], found["max"]) == (2, 3)
    assert found["groups"] == [["rok-intel"], ["uk-off", "us-off"]]
    assert ask.get(PATH, source=["rok-intel", "rok-intel"])["max"] == 1
    assert ask.get(PATH, source=["rok-intel", "w-off"], known_at="position:20")["min"] >= 1


def test_a_source_that_is_not_there_brings_the_nearest(seeded: Asking) -> None:
    problem = seeded.of("kp-in-ukraine-article").get(PATH, 404, source=["rok-intl"])
    assert (problem["code"], problem["errors"][0]["parameter"]) == ("unknown-source", "source")
    assert "rok-intel" in problem["hint"]


def test_reports_and_sources_are_two_questions(seeded: Asking) -> None:
    ask = seeded.of("kp-in-ukraine-article")
    both = ask.get(PATH, 400, report="SC35", source="rok-intel")
    assert both["errors"][0]["parameter"] == "source"
    dated = ask.get(PATH, 400, source="rok-intel", reported_by="2024-11-03")
    assert dated["errors"][0]["parameter"] == "reported_by"
