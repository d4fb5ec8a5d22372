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
    assert ask.get(PATH, report="A048", reported_by="2024-10-30")["min"] == 1


def test_a_report_has_to_be_named(seeded: Asking) -> None:
    answer = seeded.client.get("/v1/timelines/kp-in-russia-2024-25/independence")
    assert (answer.status_code, answer.json()["detail"]) == (400, "report is missing")
