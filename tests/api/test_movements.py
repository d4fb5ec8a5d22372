"""Movements over HTTP: what moved, what that does to a place, and which reports are in none."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.conftest import Client
from tests.asking import RUSSIA, Asking
from tests.projections.histories import Event, Ledger, movement, report

PATH = "/movements"
BASE = f"/v1/timelines/{RUSSIA}"
KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}
FORCE = {"measure": "personnel", "actor": "force"}
INTO, OUT, UNSAID = ("outside", "ru"), ("ru", "outside"), ("", "kursk")


class Told:
    """A ledger with these events, and what is answered of its movements."""

    def __init__(self, engine: Engine, client: Client, *events: Event) -> None:
        self.ledger = Ledger(engine, events)
        self._client = client

    def get(self, **asked: Any) -> dict[str, Any]:
        answer = self._client.get(f"/v1/timelines/{self.ledger.timeline}{PATH}", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def items(self, **asked: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(**asked)["items"]
        return found

    def effects(self, place: str) -> dict[str, int]:
        return {item["reports"][0]: item["effect"] for item in self.items(place=place)}


def days(first: int, last: int) -> str:
    return f"{date(2024, 10, first)}/{date(2024, 10, last)}"


def test_reports_of_one_movement_are_one_item_with_one_report_for_each_origin(russia: Asking) -> None:
    wave = next(item for item in russia.items(PATH, **KEY) if item["movement"] == "second-wave-2025")
    assert wave["reports"] == ["A104", "A105", "A106"]
    assert len(wave["origins"]) == 3
    assert (wave["from"], wave["to"]) == ("kp", "ru-kursk")
    assert (wave["first_day"], wave["last_day"]) == ("2025-01-01", "2025-02-27")
    assert 0 < wave["low"] < wave["best"] < wave["high"]
    assert wave["unit"] == "persons"


def test_an_echo_is_in_no_movement_and_says_what_it_repeats(russia: Asking) -> None:
    found = russia.get(PATH, actor="kp-special-forces")
    (first,) = found["items"]
    assert first["reports"] == ["A013"]
    assert found["left_out"] == [{"report": name, "why": "echo_of", "by": "A013"} for name in ("A016", "A017", "A018")]
    assert not found["left_out_truncated"]


def test_what_comes_leaves_and_stays_inside_is_told_apart(russia: Asking) -> None:
    effects = {item["movement"]: item["effect"] for item in russia.items(PATH, **KEY)}
    assert effects == {
        "second-shipment-2024": 1,
        "airlift-2024": 0,
        "second-wave-2025": 1,
        "wounded-home-2025": -1,
    }
    (airlift,) = russia.items(PATH, **(KEY | {"place": "ru-far-east"}))
    assert airlift["effect"] == -1


def test_the_net_of_a_place_is_what_came_less_what_left(russia: Asking) -> None:
    found = russia.get(PATH, **KEY)
    signed = sum(item["effect"] * item["best"] for item in found["items"])
    assert abs(found["net"]["best"] - signed) <= len(found["items"]) / 2
    assert found["net"]["low"] < found["net"]["best"] < found["net"]["high"]
    assert found["unit"] == "persons"


@pytest.mark.parametrize("without", ["measure", "actor", "place"])
def test_a_net_is_of_one_measure_one_actor_and_one_place(russia: Asking, without: str) -> None:
    found = russia.get(PATH, **{name: value for name, value in KEY.items() if name != without})
    assert found["net"] is None
    assert found["items"]
    assert (found["items"][0]["effect"] is None) == (without == "place")


def test_one_name_given_twice_is_one_name(russia: Asking) -> None:
    twice = {name: [value, value] for name, value in KEY.items()}
    assert russia.get(PATH, **twice)["net"] == russia.get(PATH, **KEY)["net"]


def test_nothing_that_begins_after_the_day_asked_for_is_among_them(russia: Asking) -> None:
    assert [item["movement"] for item in russia.items(PATH, **KEY, valid_at="2024-10-24")] == ["second-shipment-2024"]
    assert russia.items(PATH, **KEY, valid_at="2024-10-24", to="2025-03-01")[-1]["movement"] == "second-shipment-2024"


def test_nothing_said_later_than_the_view_is_named(russia: Asking) -> None:
    found = russia.get(PATH, reported_by="2025-02-28")
    wave = next(item for item in found["items"] if item["movement"] == "second-wave-2025")
    assert wave["reports"] == ["A104", "A105"]
    assert "A115" not in str(found)
    assert russia.get(PATH, known_at="position:1")["items"] == []


def test_pages_hold_every_movement_once_and_each_the_whole_net(russia: Asking) -> None:
    whole, paged, cursor = russia.get(PATH, **KEY), [], None
    while True:
        page = russia.get(PATH, **KEY, limit=3, **({"cursor": cursor} if cursor else {}))
        assert page["net"] == whole["net"]
        paged += page["items"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert paged == whole["items"]
    days = [item["first_day"] for item in paged]
    assert days == sorted(days)


def test_lines_of_json_hold_the_same(russia: Asking) -> None:
    lines = russia.text(PATH, **KEY, format="ndjson").splitlines()
    assert len(lines) == len(russia.items(PATH, **KEY))


@pytest.mark.parametrize(
    ("asked", "code", "nearest"),
    [
        ({"measure": "personel"}, "unknown-measure", "personnel"),
        ({"actor": "kp-force"}, "unknown-actor", "kp-forces"),
        ({"place": "ru-kurks"}, "unknown-place", "ru-kursk"),
    ],
)
def test_an_unknown_name_brings_the_nearest(russia: Asking, asked: dict[str, str], code: str, nearest: str) -> None:
    answer = russia.client.get(BASE + PATH, params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert nearest in answer.json()["hint"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"from": "2025-01-02", "to": "2025-01-01"}, "from"),
        ({"to": "2025-01-32"}, "to"),
        ({"until": "2025-01-01"}, "until"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_named(russia: Asking, asked: dict[str, str], named: str) -> None:
    answer = russia.client.get(BASE + PATH, params=asked)
    assert answer.status_code == 400
    assert named in {fault.get("parameter") for fault in answer.json()["errors"]}


def test_the_document_lists_it(russia: Asking) -> None:
    operation = russia.client.get("/openapi.json").json()["paths"]["/v1/timelines/{timeline}/movements"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    assert {"measure", "actor", "place", "from", "to", "valid_at", "reported_by", "known_at", "cursor"} <= names


def test_a_movement_over_a_period_counts_for_its_days_at_both_ends(engine: Engine, client: Client) -> None:
    told = Told(engine, client, movement("M1", INTO, occurred=days(1, 10), day=date(2024, 10, 20)))
    asked = {**FORCE, "place": "ru"}
    assert told.get(**asked)["net"]["best"] == 2000
    assert told.get(**asked, valid_at="2024-10-05")["net"]["best"] == 1000
    middle = told.get(**asked, **{"from": "2024-10-03", "to": "2024-10-04"})
    assert middle["net"]["best"] == 400
    assert middle["items"][0]["best"] == 2000
    assert told.get(**asked, **{"from": "2024-10-11"})["items"] == []


def test_an_end_that_nobody_named_tells_of_the_named_place_alone(engine: Engine, client: Client) -> None:
    told = Told(engine, client, movement("M1", UNSAID))
    assert told.effects("kursk") == {"M1": 1}
    assert told.effects("ru") == {"M1": 0}
    assert told.effects("east") == {}
    assert told.get(**FORCE, place="kursk")["net"]["best"] == 2000
    assert told.items()[0]["from"] is None


def test_a_net_of_which_nobody_told_is_unknown_and_of_what_moved_inside_is_nothing(
    engine: Engine, client: Client
) -> None:
    told = Told(engine, client, movement("M1", UNSAID), movement("M2", ("border", "east"), source="dod"))
    assert told.get(**FORCE, place="ru")["net"] == {"low": 0, "best": 0, "high": 0}
    assert told.get(**FORCE, place="ru", known_at=f"position:{told.ledger.head - 1}")["net"] is None
    assert told.get(**FORCE, place="outside")["net"] is None


def test_what_was_taken_back_or_only_planned_is_left_out_with_its_reason(engine: Engine, client: Client) -> None:
    back = ("report_retracted.v1", {"report": "M1", "by": "origin", "reported": "2024-10-09", "reason": "wrong"})
    kind, body = movement("M2", OUT)
    plan = (kind, {**body, "stance": "planned"})
    told = Told(engine, client, movement("M1", INTO), back, plan, report("R1"))
    found = told.get(place="ru")
    assert found["items"] == []
    assert found["left_out"] == [
        {"report": "M1", "why": "retracted", "by": None},
        {"report": "M2", "why": "planned", "by": None},
    ]
    assert told.get(place="kursk")["left_out"] == []


def test_a_newer_figure_of_the_same_origin_takes_the_place_of_the_older(engine: Engine, client: Client) -> None:
    told = Told(
        engine, client, movement("M1", INTO, occurred="2024-10-01"), movement("M2", INTO, occurred="2024-10-01", best=5)
    )
    assert [item["reports"] for item in told.items()] == [["M2"]]
    assert told.get()["left_out"] == [{"report": "M1", "why": "superseded", "by": "M2"}]


def test_a_report_of_several_ends_is_left_out_where_it_names_the_place(engine: Engine, client: Client) -> None:
    kind, body = movement("M1", INTO)
    both = {**body, "places": [*body["places"], {"place": "kursk", "role": "from"}, {"place": "east", "role": "from"}]}
    told = Told(engine, client, (kind, both))
    ambiguous = [{"report": "M1", "why": "ambiguous_key", "by": None}]
    assert told.get(place="kursk")["left_out"] == ambiguous
    assert told.get(**FORCE)["left_out"] == ambiguous
    assert told.get(place="border")["left_out"] == []


def test_a_ledger_without_reports_has_no_movements(engine: Engine, client: Client) -> None:
    found = Told(engine, client).get(**FORCE, place="ru")
    assert (found["items"], found["net"], found["left_out"]) == ([], None, [])


@pytest.mark.parametrize(
    ("way", "best", "stated", "carried"), [(INTO, 2000, 10000, 2000), (OUT, 2000, 10000, -2000), (OUT, 9000, 50, -50)]
)
def test_a_vote_says_how_far_it_was_carried(
    engine: Engine, client: Client, way: tuple[str, str], best: int, stated: int, carried: int
) -> None:
    said, later = date(2024, 10, 1), date(2024, 10, 5)
    told = Told(
        engine,
        client,
        report("R1", day=said, figure={"best": stated}),
        movement("M1", way, day=later, best=best, source="dod"),
    )
    path = f"/v1/timelines/{told.ledger.timeline}/estimates/explain"
    for day, expected in ((said, 0), (later, carried)):
        asked = {**FORCE, "place": "ru", "valid_at": str(day)}
        (vote,) = client.get(path, params=asked).json()["contributions"]
        assert vote["carried"] == expected
