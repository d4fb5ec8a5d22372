"""The one way in: what the door asks of the ledger, and what stands after a crash between event and projection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine

from app.database.engine import reading, writing
from app.domain.errors import Conflict, Moved, NotAllowed
from app.ledger import log
from app.ledger.log import Receipt
from app.ledger.refusals import NameTaken
from app.projections import runner
from app.recording import Given, project, record

NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-0000000000bb")
TODAY = date(2024, 12, 31)


def given(number: int | str, name: str, /, **body: Any) -> Given:
    return Given(type=f"{name}.v1", body=body, event_id=uuid5(NAMESPACE, str(number)))


def tell(engine: Engine, *events: Given, expected: int | None = None) -> list[Receipt]:
    return record(engine, "t", events, recorded_by="key:test", today=TODAY, expected=expected)


def place(name: str, part_of: str | None = None, **more: Any) -> Given:
    body = {"place": name, "name": name, "kind": "adm1", **more} | ({"part_of": part_of} if part_of else {})
    return given(f"{name} in {part_of} {more}", "place_defined", **body)


def said(report: str, **more: Any) -> Given:
    body: dict[str, Any] = {
        "report": report,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "They are there.",
        "provenance": {"chain": [{"role": "publisher", "source": "herald"}]},
        "reported": "2024-10-28",
    }
    return given(f"said {report} {more}", "development_reported", **(body | more))


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
    tell(engine, given(0, "source_registered", source="herald", name="Herald", kind="outlet"))
    return engine


def head(engine: Engine) -> int:
    with reading(engine) as connection:
        return log.head(connection, "t").position


def test_a_name_has_to_be_defined_before_it_is_used(ledger: Engine) -> None:
    with pytest.raises(NotAllowed, match="place ru is not defined") as refused:
        tell(ledger, said("R1", places=[{"place": "ru", "role": "at"}]))
    assert refused.value.code == "undefined-name"
    assert [fault.pointer for fault in refused.value.faults] == ["/body/places/0/place"]
    assert head(ledger) == 1


def test_the_nearest_names_are_offered(ledger: Engine) -> None:
    tell(ledger, place("ru-kursk"))
    with pytest.raises(NotAllowed) as refused:
        tell(ledger, said("R1", places=[{"place": "ru-kusrk", "role": "at"}]))
    assert refused.value.hint == "did you mean ru-kursk?"


def test_an_event_may_rest_on_one_before_it_in_the_same_batch(ledger: Engine) -> None:
    receipts = tell(ledger, place("ru"), said("R1", places=[{"place": "ru", "role": "at"}]))
    assert [receipt.position for receipt in receipts] == [2, 3]


def test_an_event_that_stands_is_known_again_whatever_was_redefined_since(ledger: Engine) -> None:
    def shells(nature: str) -> Given:
        return given(nature, "measure_defined", measure="shells", name="Shells", unit="pieces", nature=nature)

    before = [
        shells("stock"),
        place("ru"),
        place("kursk", "ru"),
        said("R1", quantities=[{"measure": "shells", "best": 5}]),
    ]
    tell(ledger, *before)
    tell(ledger, shells("ratio"), place("kursk"), place("ru", "kursk"))
    for position, event in enumerate(before, start=2):
        [receipt] = tell(ledger, event)
        assert (receipt.replayed, receipt.position) == (True, position)
    with pytest.raises(NotAllowed, match="`per` is missing"):
        tell(ledger, said("R2", quantities=[{"measure": "shells", "best": 5}]))


def test_a_cycle_within_a_batch_is_seen_from_all_that_stands_before_in_it(ledger: Engine) -> None:
    tell(ledger, place("ru"))
    with pytest.raises(Conflict, match="place ru would lie in itself: ru in kursk in ru"):
        tell(ledger, place("kursk", "ru"), place("ru", "kursk"))
    tell(ledger, place("kursk", "ru"))
    assert len(tell(ledger, place("kursk"), place("ru", "kursk"))) == 2


def test_a_batch_is_kept_whole_or_not_at_all(ledger: Engine) -> None:
    with pytest.raises(NotAllowed):
        tell(ledger, place("ru"), said("R1", places=[{"place": "ua", "role": "at"}]))
    assert head(ledger) == 1


def test_a_cycle_of_places_is_refused_and_named(ledger: Engine) -> None:
    tell(ledger, place("a"), place("b", "a"), place("c", "b"))
    with pytest.raises(Conflict, match="a in c in b in a") as refused:
        tell(ledger, place("a", "c"))
    assert refused.value.code == "cycle"


def test_a_cycle_through_a_vague_region_is_refused_too(ledger: Engine) -> None:
    tell(ledger, place("a"), place("b", "a"))
    with pytest.raises(Conflict, match="a in b in a"):
        tell(ledger, place("a", within=["b"]))


def test_a_redefinition_that_leaves_its_container_closes_no_cycle(ledger: Engine) -> None:
    tell(ledger, place("a"), place("b", "a"), place("b"), place("a", "b"))
    assert head(ledger) == 5


def test_two_writers_cannot_close_a_cycle_together(ledger: Engine) -> None:
    tell(ledger, place("a"), place("b"))

    def nest(pair: tuple[str, str]) -> bool:
        try:
            tell(ledger, place(*pair))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(nest, [("a", "b"), ("b", "a")])) == [False, True]


def test_a_running_total_is_refused_for_a_measure_of_presence(ledger: Engine) -> None:
    with pytest.raises(NotAllowed):
        tell(ledger, said("R1", quantities=[{"measure": "personnel", "best": 5, "nature": "cumulative"}]))


def test_a_report_id_is_taken_once(ledger: Engine) -> None:
    tell(ledger, said("R1"))
    with pytest.raises(NameTaken, match="report R1"):
        tell(ledger, said("R1", summary="Something else."))


def test_a_retracted_report_cannot_be_corrected(ledger: Engine) -> None:
    first = said("R1")
    tell(ledger, first, given("take back", "report_retracted", report="R1", by="recorder", reason="a slip"))
    with pytest.raises(NameTaken, match="retracted"):
        tell(ledger, given("mend", "report_corrected", report="R1", replacement=first.body, reason="misread"))


def test_retracting_twice_is_recorded(ledger: Engine) -> None:
    tell(ledger, said("R1"))
    for number in (1, 2):
        tell(ledger, given(f"back {number}", "report_retracted", report="R1", by="recorder", reason="a slip"))
    assert head(ledger) == 4


def test_the_position_that_a_client_expects_is_held(ledger: Engine) -> None:
    with pytest.raises(Moved):
        tell(ledger, said("R1"), expected=0)
    assert tell(ledger, said("R1"), expected=1)[0].position == 2


def test_what_was_appended_and_not_projected_is_projected_at_the_next_start(ledger: Engine) -> None:
    """As after a crash between the two transactions: the event stands, the projections lag."""
    (receipt,) = tell(ledger, said("R1", quantities=[{"measure": "personnel", "best": 5}]))
    assert lag(ledger) > 0
    runner.catch_up_all(ledger, retry_stuck=True)
    assert lag(ledger) == 0
    assert project(ledger, "t", receipt.position)


def test_a_projection_that_cannot_take_an_event_stops_before_it_and_recording_goes_on(
    ledger: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(ledger, said("R1"), said("R2"))

    def fail(*_: object) -> None:
        raise RuntimeError("poison")

    with monkeypatch.context() as poisoned:
        poisoned.setattr("app.projections.developments.projection.domain.report", fail)
        runner.catch_up(ledger, "t")
    found = {state.projection: state for state in states(ledger)}
    assert (found["developments"].position, found["developments"].stuck_position) == (1, 2)
    assert "poison" in (found["developments"].stuck_reason or "")
    assert found["estimates"].position == 1
    assert tell(ledger, said("R3"))[0].position == 4
    runner.catch_up(ledger, "t", retry_stuck=True)
    assert lag(ledger) == 0


def states(engine: Engine) -> list[runner.State]:
    with reading(engine) as connection:
        return runner.states(connection, "t")


def lag(engine: Engine) -> int:
    return max(state.lag_events for state in states(engine))
