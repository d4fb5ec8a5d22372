"""Sets of assumptions as a timeline registered them."""

import pytest
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.assumptions import DEFAULT, Assumptions, overridden, to_parameters
from app.domain.errors import Unknown
from app.projections.assumptions import name_sets, read_assumptions
from tests.projections.histories import Event, Ledger
from tests.replaying import replayed

SLOW = {"half_life_days": "9.25"}


def defined(name: str, **changed: str) -> Event:
    body = {"name": name, "parameters": to_parameters(DEFAULT) | changed, "reason": "tried out", "by": "ann"}
    return "assumptions_defined.v1", body


def read(ledger: Ledger, name: str, at: int) -> Assumptions:
    with reading(ledger.engine) as connection:
        return read_assumptions(connection, ledger.generations, name, at=at)


def names(ledger: Ledger, at: int, *, after: str = "", limit: int | None = None) -> list[tuple[str, int | None]]:
    with reading(ledger.engine) as connection:
        found = name_sets(connection, ledger.generations, at, after=after, limit=limit)
    return [(one.name, one.position) for one in found]


def test_the_shipped_set_is_there_before_anything_was_recorded(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    assert read(ledger, DEFAULT.name, 0) is DEFAULT
    assert names(ledger, 0) == [(DEFAULT.name, None)]


def test_a_registered_set_is_there_from_its_position_on(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("slow.v1", **SLOW))
    at = ledger.head
    assert read(ledger, "slow.v1", at).half_life_days == 9.25
    assert names(ledger, at) == [(DEFAULT.name, None), ("slow.v1", at)]
    assert names(ledger, at - 1) == [(DEFAULT.name, None)]
    with pytest.raises(Unknown):
        read(ledger, "slow.v1", at - 1)


def test_it_is_the_set_that_was_written_out(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("slow.v1", **SLOW))
    found = read(ledger, "slow.v1", ledger.head)
    assert to_parameters(found) == to_parameters(overridden(DEFAULT, SLOW))


def test_an_unknown_set_is_refused_with_the_nearest_of_those_known_then(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("slower.v1"))
    for name, at, near in (
        ("slowr.v1", ledger.head, "slower.v1"),
        ("slowr.v1", 0, None),
        ("origin-panel.v2", 0, DEFAULT.name),
    ):
        with pytest.raises(Unknown) as refused:
            read(ledger, name, at)
        assert refused.value.code == "unknown-assumptions"
        assert refused.value.hint == (f"did you mean {near}?" if near else None)


def test_a_page_begins_behind_a_name_and_has_its_length(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("z.v1"), defined("a.v1"), defined("p.v1"))
    every = names(ledger, ledger.head)
    assert [name for name, _ in every] == ["a.v1", DEFAULT.name, "p.v1", "z.v1"]
    for start in range(4):
        after = every[start - 1][0] if start else ""
        assert names(ledger, ledger.head, after=after, limit=2) == every[start : start + 2]


def test_a_rebuild_finds_the_same_sets(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("slow.v1", **SLOW))
    before = names(ledger, ledger.head)
    replayed(ledger.engine, ledger.timeline)
    assert names(ledger, ledger.head) == before


def test_a_name_that_is_taken_stays_what_it_was(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    ledger.tell(defined("slow.v1", **SLOW))
    head = ledger.head
    ledger.tell(defined("slow.v1"), defined(DEFAULT.name, **SLOW))
    assert ledger.head == head
    assert read(ledger, "slow.v1", head).half_life_days == 9.25
