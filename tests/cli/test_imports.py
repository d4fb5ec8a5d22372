"""Many events from a file, and what is said of the lines that were rejected."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.conftest import Cli
from tests.cli.test_record import head, lines, source

GOOD = lines(source("ann"), source("bob"))
MIXED = lines(source("ann"), source("Bob")) + "nonsense\n" + lines(source("cid"))


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    file = tmp_path / "mixed.ndjson"
    file.write_text(MIXED)
    return str(file)


def test_good_lines_are_all_kept(cli: Cli, engine: Engine, timeline: str) -> None:
    answer = cli.json("import", "-", stdin=GOOD)
    assert (answer["appended"], answer["rejected"], answer["last_position"]) == (2, 0, 2)
    assert head(engine, timeline) == 2


def test_bad_lines_are_left_out_and_told(cli: Cli, engine: Engine, timeline: str, mixed: str) -> None:
    answer = cli.json("import", mixed, code=1)
    assert (answer["appended"], [one["line"] for one in answer["errors"]]) == (2, [2, 3])
    assert head(engine, timeline) == 2


@pytest.mark.parametrize("how", [("--mode", "atomic"), ("--dry-run",), ("--mode", "atomic", "--dry-run")])
def test_where_nothing_is_to_stay_nothing_does(
    cli: Cli, engine: Engine, timeline: str, mixed: str, how: tuple[str, ...]
) -> None:
    assert cli.json("import", mixed, *how, code=1)["rejected"] == 2
    assert head(engine, timeline) == 0


def test_a_dry_run_without_faults_ends_well(cli: Cli, engine: Engine, timeline: str) -> None:
    assert "2 would be appended" in cli("import", "-", "--dry-run", stdin=GOOD).stdout
    assert head(engine, timeline) == 0


def test_a_person_sees_line_field_and_reason(cli: Cli, timeline: str, mixed: str) -> None:
    said = cli("import", mixed, code=1).stdout
    assert "/body/source" in said
    assert "This is not JSON" in said
    assert max(map(len, said.splitlines())) <= 80


def test_every_fault_of_a_line_is_told(cli: Cli, timeline: str) -> None:
    wrong = lines({"type": "source_registered.v1", "body": {"source": "Bob", "name": "", "kind": "paper"}})
    [error] = cli.json("import", "-", stdin=wrong, code=1)["errors"]
    assert [one["pointer"] for one in error["faults"]] == ["/body/source", "/body/name", "/body/kind"]
    said = cli("import", "-", stdin=wrong, code=1).stdout
    assert all(pointer in said for pointer in ("/body/source", "/body/name", "/body/kind"))


def test_what_was_imported_is_projected(cli: Cli, timeline: str) -> None:
    cli("import", "-", stdin=GOOD)
    [found] = cli.json("status")["timelines"]
    assert {one["lag_events"] for one in found["projections"]} == {0}


@pytest.mark.parametrize("file", ["/nonexistent", "/"])
def test_a_file_that_cannot_be_read_is_wrong_usage(cli: Cli, file: str) -> None:
    assert "cannot be read" in cli.error("import", file, code=2)[0]


def test_an_event_may_be_large(cli: Cli, timeline: str) -> None:
    big = source("ann") | {"body": source("ann")["body"] | {"descriptor": "x" * 300}}
    assert cli.json("import", "-", stdin=json.dumps(big))["appended"] == 1
