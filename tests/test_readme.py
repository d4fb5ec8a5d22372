"""What the README shows is what the program prints: its commands are run against the example timelines."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine

from app.database.engine import reading, writing
from app.ledger import log
from app.projections import runner
from app.projections.asof import Question, resolve
from app.projections.developments.contests import read_contests
from app.projections.estimates.reading import moved
from app.recording import Given, record
from tests.conftest import TODAY

ROOT = Path(__file__).resolve().parents[1]
NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-0000000000cc")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMPT = "    $ "
SHOWN = (
    "Ask now, ask as of, ask why",
    "The rest of the situation",
    "What changed between two days",
    "Sources",
    "Arrangements",
)
"""The sections whose commands are run."""


def examples() -> list[tuple[str, list[str]]]:
    """Each command of the examples' section with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for heading in SHOWN:
        printing = False
        for line in README.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines():
            if line.startswith(PROMPT):
                found.append((line.removeprefix(PROMPT), []))
                printing = True
            elif line.startswith("    ") and printing:
                found[-1][1].append(line.removeprefix("    ").rstrip())
            elif line:
                printing = False
    return found


@pytest.fixture(scope="module")
def environment(seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A `muster` on the path that asks a database with the example timelines."""
    programs = tmp_path_factory.mktemp("programs")
    wrapper = programs / "muster"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m app.cli.main "$@"\n')
    wrapper.chmod(0o755)
    return os.environ | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "DATABASE_URL": seeded_url,
        "MUSTER_DATA_DIR": str(programs),
        "MUSTER_TIMELINE": "kp-in-russia-2024-25",
        "COLUMNS": "80",
    }


@pytest.mark.parametrize(("command", "printed"), examples())
def test_the_readme_shows_what_is_printed(environment: dict[str, str], command: str, printed: list[str]) -> None:
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert [line.rstrip() for line in done.stdout.splitlines() if line.strip()] == printed


def handed_in(mark: str) -> list[Given]:
    """The events of the document between two marks."""
    lines = README.split(f"<<'{mark}'\n")[1].split(f"    {mark}\n")[0].splitlines()
    told = [(line, json.loads(line)) for line in lines]
    return [Given(type=one["type"], body=one["body"], event_id=uuid5(NAMESPACE, line)) for line, one in told]


def test_the_events_that_the_readme_records_are_taken_and_counted(engine: Engine) -> None:
    given, more = handed_in("EVENTS"), handed_in("MORE")
    with writing(engine) as connection:
        log.create_timeline(connection, "mine", title="Mine", description="")
    record(engine, "mine", given, recorded_by="cli", today=TODAY)
    runner.catch_up(engine, "mine")
    with reading(engine) as connection:
        [[one]] = moved(connection, "mine", [len(given)]).values()
    assert one["after"]["best"] == 13000
    assert {one.type for one in more} >= {"source_graded.v1", "report_corrected.v1", "reports_linked.v1"}
    record(engine, "mine", more, recorded_by="cli", today=TODAY)
    runner.catch_up(engine, "mine")
    with reading(engine) as connection:
        found = resolve(connection, "mine", Question(), projection="developments")
        [contest] = read_contests(connection, found)
    assert [word.report for word in contest.words] == ["R1", "R2"]
    assert [quantity.best for word in contest.words for quantity in word.development.body.quantities] == [13000, 10000]


def test_the_readme_shows_something() -> None:
    assert len(examples()) == 9


def test_the_readme_names_every_runtime_dependency() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"\ndependencies = \[(.*?)\n\]", project, re.DOTALL)
    assert listed is not None
    names = re.findall(r'"([a-z-]+)', listed[1])
    table = README.split("## Dependencies")[1].split("\n## ")[0]
    assert [name for name in names if name not in table] == []
