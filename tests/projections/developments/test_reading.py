"""What a question sees of reports: a few small timelines, each with one thing in it that the seeds have not."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.database.engine import reading, writing
from app.domain.errors import Unknown
from app.ledger import log
from app.projections import runner
from app.projections.asof import Question, resolve
from app.projections.developments.filters import Filters
from app.projections.developments.reading import Item, read_one, read_page
from app.projections.developments.verdicts import Count
from app.recording import Given, record

TODAY = date(2024, 12, 31)
WORLD: list[tuple[str, dict[str, Any]]] = [
    ("source_registered", {"source": "paper", "name": "Paper", "kind": "outlet"}),
    ("source_registered", {"source": "army", "name": "Army", "kind": "official"}),
    ("source_registered", {"source": "spies", "name": "Spies", "kind": "service"}),
    ("place_defined", {"place": "valley", "name": "Valley", "kind": "adm1"}),
    ("actor_defined", {"actor": "guard", "name": "Guard", "kind": "force"}),
]


def report(name: str, by: str = "army", best: int = 100, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {
        "report": name,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "They are there.",
        "provenance": {"chain": [{"role": "publisher", "source": by}]},
        "quantities": [{"measure": "personnel", "best": best}],
        "places": [{"place": "valley", "role": "at"}],
        "actors": [{"actor": "guard", "role": "subject"}],
        "reported": "2024-10-01",
        **more,
    }
    return "development_reported", {name: value for name, value in body.items() if value is not None}


def link(relation: str, from_: str, to: str) -> tuple[str, dict[str, Any]]:
    return "reports_linked", {"from": from_, "to": to, "relation": relation, "by": "desk", "reason": "read"}


def assessment(name: str, by: str, credibility: int) -> tuple[str, dict[str, Any]]:
    return "report_assessed", {"report": name, "by": by, "credibility": credibility, "reason": "read"}


def retraction(name: str, by: str, day: str | None = None) -> tuple[str, dict[str, Any]]:
    body = {"report": name, "by": by, "reason": "wrong", "reported": day}
    return "report_retracted", {name: value for name, value in body.items() if value is not None}


def tell(engine: Engine, *events: tuple[str, dict[str, Any]]) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="t", description="")
    given = [
        Given(type=f"{name}.v1", body=body, event_id=UUID(int=number))
        for number, (name, body) in enumerate([*WORLD, *events], start=1)
    ]
    record(engine, "t", given, recorded_by="key:test", today=TODAY)
    runner.catch_up(engine, "t")


def listed(engine: Engine, by: str | None = None, filters: Filters | None = None) -> list[Item]:
    with reading(engine) as connection:
        asked = Question(reported_by=date.fromisoformat(by) if by else None)
        asof = resolve(connection, "t", asked, projection="developments")
        return read_page(connection, asof, filters or Filters(), limit=100)


def names(items: list[Item]) -> list[str]:
    return [item.body.report for item in items]


def one(engine: Engine, name: str, by: str | None = None) -> tuple[Item, list[Count]]:
    with reading(engine) as connection:
        asked = Question(reported_by=date.fromisoformat(by) if by else None)
        return read_one(connection, resolve(connection, "t", asked, projection="developments"), name)


def test_an_undated_report_comes_last_and_is_in_no_view_of_a_day(engine: Engine) -> None:
    tell(engine, report("a", reported=None), report("b"))
    assert names(listed(engine)) == ["b", "a"]
    assert names(listed(engine, "2024-12-01")) == ["b"]
    assert names(listed(engine, filters=Filters(possible=date(2024, 12, 1)))) == ["b"]
    with pytest.raises(Unknown):
        one(engine, "a", "2024-12-01")


def test_a_page_begins_behind_an_undated_report_too(engine: Engine) -> None:
    tell(engine, report("a", reported=None), report("b"), report("c", reported=None))
    with reading(engine) as connection:
        asof = resolve(connection, "t", Question(), projection="developments")
        for item, rest in zip(listed(engine), (["a", "c"], ["c"], []), strict=True):
            assert names(read_page(connection, asof, Filters(), after=item.place, limit=9)) == rest


def test_a_timeline_without_any_day_can_be_read(engine: Engine) -> None:
    tell(engine, report("a", reported=None))
    item, counts = one(engine, "a")
    assert (item.status, item.verdict.disputed) == ("standing", False)
    assert [count.why for count in counts] == ["undated"]


def test_a_body_names_no_report_that_was_not_said_yet(engine: Engine) -> None:
    tell(engine, report("late", reported="2024-11-01"), report("early", about=["late"]))
    assert one(engine, "early")[0].body.about == ("late",)
    assert one(engine, "early", "2024-10-31")[0].body.about == ()


def test_a_withdrawal_by_others_counts_from_its_day_and_ours_at_once(engine: Engine) -> None:
    tell(
        engine,
        report("a"),
        report("b"),
        retraction("a", "publisher", "2024-11-01"),
        retraction("b", "recorder"),
    )
    assert [item.status for item in listed(engine, "2024-10-31")] == ["standing", "retracted"]
    assert [item.status for item in listed(engine, "2024-11-01")] == ["retracted", "retracted"]
    assert [len(item.history) for item in listed(engine, "2024-10-31")] == [0, 1]
    for day, expected in (("2024-10-31", ["b"]), ("2024-11-01", ["a", "b"])):
        assert names(listed(engine, day, Filters(status=("retracted",)))) == expected


def test_a_second_withdrawal_does_nothing(engine: Engine) -> None:
    tell(engine, report("a"), retraction("a", "origin", "2024-11-01"), retraction("a", "recorder"))
    assert [item.status for item in listed(engine, "2024-10-31")] == ["standing"]
    assert names(listed(engine, "2024-10-31", Filters(status=("standing",)))) == ["a"]


def test_only_dissent_between_assessors_is_a_dispute(engine: Engine) -> None:
    tell(
        engine,
        report("a"),
        report("b"),
        assessment("a", "x", 2),
        assessment("a", "x", 4),
        assessment("b", "x", 2),
        assessment("b", "y", 4),
    )
    assert [(item.digit, item.verdict.disputed) for item in listed(engine)] == [(4, False), (4, True)]


def test_a_denied_rival_is_a_dispute_and_another_rival_is_none(engine: Engine) -> None:
    tell(
        engine,
        report("a"),
        report("b"),
        report("no", "spies", stance="denied"),
        report("other", "spies"),
        link("rival_of", "no", "a"),
        link("rival_of", "b", "other"),
    )
    found = {item.body.report: item.verdict.disputed for item in listed(engine)}
    assert found == {"a": True, "b": False, "no": False, "other": False}


def test_a_dispute_ends_when_the_other_side_is_taken_back(engine: Engine) -> None:
    tell(
        engine,
        report("a"),
        report("b", "spies"),
        link("contradicts", "b", "a"),
        retraction("b", "publisher", "2024-11-01"),
    )
    contested = Filters(contested=True)
    assert names(listed(engine, "2024-10-31", contested)) == ["a", "b"]
    assert one(engine, "a", "2024-10-31")[0].verdict.disputed
    assert names(listed(engine, filters=contested)) == []
    assert not one(engine, "a")[0].verdict.disputed


def test_a_confirmation_counts_only_once_somebody_else_confirms(engine: Engine) -> None:
    sure: dict[str, Any] = {"confidence": {"credibility": 1}}
    tell(
        engine,
        report("alone", **sure),
        report("backed", best=300, reported="2024-10-02", **sure),
        report("backer", "spies", best=310),
        report("bare", quantities=None, **sure),
        link("corroborates", "backer", "backed"),
    )
    digits = {item.body.report: item.digit for item in listed(engine)}
    assert digits == {"alone": 2, "backed": 1, "backer": 6, "bare": 2}


def test_a_movement_that_is_passed_on_is_a_repeat(engine: Engine) -> None:
    moved: dict[str, Any] = {
        "quantities": [{"measure": "personnel", "best": 100, "nature": "flow"}],
        "places": [{"role": "from"}, {"place": "valley", "role": "to"}],
    }
    chain = [{"role": "publisher", "source": "paper"}, {"role": "speaker", "source": "army"}]
    tell(engine, report("own", **moved), report("relay", **moved, provenance={"chain": chain}))
    assert names(listed(engine, filters=Filters(echo=True))) == ["relay"]
    item, [count] = one(engine, "relay")
    assert (item.verdict.echo_of, count.why, count.by) == ("own", "echo_of", "own")


def test_the_last_word_of_an_origin_overtakes_the_one_before(engine: Engine) -> None:
    tell(engine, report("old"), report("new", best=200, reported="2024-10-05"))
    item, [count] = one(engine, "old")
    assert (item.verdict.superseded_by, count.why, count.by) == ("new", "superseded", "new")
    item, [count] = one(engine, "new")
    assert (item.verdict.superseded_by, count.share, count.why) == (None, 1.0, None)


def test_a_report_with_one_figure_that_still_counts_is_not_overtaken(engine: Engine) -> None:
    both = [{"measure": "personnel", "best": 100}, {"measure": "killed", "best": 5}]
    tell(engine, report("old", quantities=both), report("new", best=200, reported="2024-10-05"))
    item, counts = one(engine, "old")
    assert item.verdict.superseded_by is None
    assert [(count.why, count.share) for count in counts] == [("superseded", None), (None, 1.0)]
