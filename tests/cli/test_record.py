"""A few events by hand, all or none."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.cli.record import read_events
from app.database.engine import reading
from app.domain.errors import Refused
from app.ledger import log
from tests.cli.conftest import Cli


def source(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "source_registered.v1", "body": {"source": name, "name": name, "kind": "outlet"}, **more}


def lines(*events: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in events)


def head(engine: Engine, timeline: str) -> int:
    with reading(engine) as connection:
        return log.head(connection, timeline).position


def test_one_event_over_several_lines_is_recorded(cli: Cli, timeline: str) -> None:
    answer = cli.json("record", "-", stdin=json.dumps(source("ann"), indent=2))
    assert [one["position"] for one in answer["receipts"]] == [1]
    assert (answer["timeline"], answer["projected"], answer["moved"]) == (timeline, True, [])


def test_events_of_a_file_are_recorded_in_their_order(cli: Cli, timeline: str, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text(lines(source("ann"), source("bob")) + "\n")
    answer = cli.json("record", str(file), "--timeline", timeline)
    assert [one["position"] for one in answer["receipts"]] == [1, 2]


def test_one_bad_event_keeps_out_the_others_and_is_named(cli: Cli, engine: Engine, timeline: str) -> None:
    result = cli("record", "-", stdin=lines(source("ann"), source("Bob")), code=1)
    assert result.stderr.startswith("Error: event 2 of 2: ")
    assert "/body/source" in result.stderr
    assert head(engine, timeline) == 0


def test_an_event_id_of_another_event_is_named_too(cli: Cli, engine: Engine, timeline: str) -> None:
    same = {"event_id": "01a205fc-7adc-735f-9ce5-d703c8d2ad95"}
    cli("record", "-", stdin=json.dumps(source("ann", **same)))
    result = cli("record", "-", stdin=lines(source("cid"), source("bob", **same)), code=1)
    assert result.stderr.startswith("Error: event 2 of 2: ")
    assert head(engine, timeline) == 1


def test_the_same_event_again_is_the_same_event(cli: Cli, engine: Engine, timeline: str) -> None:
    event = json.dumps(source("ann", event_id="01a205fc-7adc-735f-9ce5-d703c8d2ad95"))
    first, second = (cli.json("record", "-", stdin=event)["receipts"][0] for _ in range(2))
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert second["leaf"] == first["leaf"]
    assert head(engine, timeline) == 1


def test_a_person_sees_where_the_events_stand(cli: Cli, timeline: str) -> None:
    said = cli("record", "-", stdin=json.dumps(source("ann", event_id="01a205fc-7adc-735f-9ce5-d703c8d2ad95"))).stdout
    assert "01a205fc-7adc-735f-9ce5-d703c8d2ad95" in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_file_that_cannot_be_read_is_wrong_usage(cli: Cli, timeline: str) -> None:
    assert "cannot be read" in cli.error("record", "/nonexistent", code=2)[0]


def test_without_a_timeline_there_is_nowhere_to_record(cli: Cli) -> None:
    assert cli("record", "-", stdin=json.dumps(source("ann")), code=1).stderr.startswith("Error: there is no timeline")


def test_nothing_is_no_event() -> None:
    with pytest.raises(Refused):
        read_events(b"")


@given(st.lists(st.text(), min_size=1, max_size=5), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_one_object_on_each_line_is_as_many_events(names: list[str], between: str) -> None:
    text = between.join(json.dumps({"type": "t", "body": {"name": name}}) for name in names)
    assert [one.body["name"] for one in read_events(text.encode())] == names


def report(name: str, best: int) -> dict[str, Any]:
    body = {
        "report": name,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "They are there.",
        "provenance": {"chain": [{"role": "publisher", "source": name.lower()}]},
        "quantities": [{"measure": "personnel", "best": best}],
        "actors": [{"actor": "force", "role": "subject"}],
        "reported": "2024-10-28",
    }
    return {"type": "development_reported.v1", "body": body}


FORCE = {"type": "actor_defined.v1", "body": {"actor": "force", "name": "Force", "kind": "force"}}
EVENTS = lines(source("r1"), source("r2"), FORCE, report("R1", 10_000), report("R2", 12_000))


def test_a_dry_run_tells_what_each_event_would_move(cli: Cli, engine: Engine, timeline: str) -> None:
    foretold = cli.json("record", "-", "--dry-run", stdin=EVENTS)
    assert head(engine, timeline) == 0
    assert [one["position"] for one in foretold["events"]] == [1, 2, 3, 4, 5]
    assert [(one["position"], one["after"]["best"]) for one in foretold["moved"]] == [(4, 10_000), (5, 10_954)]
    recorded = cli.json("record", "-", stdin=EVENTS)
    assert [one["after"]["best"] for one in recorded["moved"]] == [10_000, 10_954]


def test_a_person_sees_what_would_move_and_that_nothing_was_recorded(cli: Cli, timeline: str) -> None:
    said = cli("record", "-", "--dry-run", stdin=EVENTS).stdout
    assert "What this would move" in said
    assert said.endswith("Nothing was recorded.\n")
    assert max(map(len, said.splitlines())) <= 80
    assert "would move nothing" in cli("record", "-", "--dry-run", stdin=lines(FORCE)).stdout


def test_a_dry_run_names_the_event_that_is_refused(cli: Cli, timeline: str) -> None:
    result = cli("record", "-", "--dry-run", stdin=lines(source("r1"), report("R2", 5)), code=1)
    assert result.stderr.startswith("Error: event 2 of 2: ")
