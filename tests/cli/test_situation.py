"""What no number answers, at the terminal: the same answers as over HTTP, in tables that people can read."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.asking import ARTICLE, RUSSIA, Asking
from tests.cli.conftest import Cli
from tests.projections.histories import Ledger

ON_ARTICLE, ON_RUSSIA = ("--timeline", ARTICLE), ("--timeline", RUSSIA)
ALL = {"limit": "1000"}


def marks(said: str) -> dict[str, str]:
    """What the first column says of each report."""
    return {report: mark for mark, report in re.findall(r"^(\w+) +((?:A|SC)\d+) ", said, re.MULTILINE)}


@pytest.mark.parametrize(
    ("command", "path"),
    [("situation", "/situation"), ("contacts", "/contacts"), ("forces", "/forces"), ("contested", "/contested")],
)
@pytest.mark.parametrize("times", [{}, {"reported_by": "2024-11-20"}, {"valid_at": "2024-12-01"}])
def test_the_answer_is_that_of_the_interface(
    ask: Cli, russia: Asking, command: str, path: str, times: dict[str, str]
) -> None:
    options = [part for name, day in times.items() for part in (f"--{name.replace('_', '-')}", day)]
    told: dict[str, Any] = ask.json(command, *ON_RUSSIA, *options)
    over_http = russia.get(path, **ALL, **times)
    assert told["items"]
    assert told == {name: over_http[name] for name in told}


@pytest.mark.parametrize("command", ["situation", "contacts", "forces", "contested"])
@pytest.mark.parametrize("timeline", [ON_ARTICLE, ON_RUSSIA])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, command: str, timeline: tuple[str, str]) -> None:
    said = ask(command, *timeline).stdout
    assert len(said.splitlines()) > 10
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("command", ["situation", "contacts", "forces", "contested"])
def test_where_nothing_was_said_that_is_said(engine: Engine, command: str) -> None:
    url = engine.url.render_as_string(hide_password=False)
    timeline = Ledger(engine).timeline
    said = Cli(DATABASE_URL=url, MUSTER_TIMELINE=timeline, MUSTER_DATA_DIR="/nonexistent")(command).stdout
    assert "othing was said" in said or "No such set" in said


def test_what_stands_is_told_from_rivals_conditions_and_the_past(ask: Cli) -> None:
    policy = ask("situation", *ON_ARTICLE, "--topic", "policy_signal:rok-gov").stdout
    assert marks(policy) == {"SC23": "stands", "SC24": "if", "SC22": "foreseen"}
    assert "if: North Korea takes a larger part in the war" in " ".join(policy.split())
    able = ask("situation", *ON_ARTICLE, "--kind", "capability").stdout
    assert "capability:north-korean-forces: contested" in able
    assert "independent origins 1 to 2" in " ".join(able.split())
    front = ask("situation", *ON_RUSSIA, "--topic", "force_movement:kp-forces@ru-kursk-front").stdout
    assert marks(front)["A097"] == "past"
    assert "misquotes its source (A097)" in " ".join(front.split())


def test_what_was_only_judged_is_no_plain_word(ask: Cli) -> None:
    said = ask("situation", *ON_RUSSIA, "--topic", "assessment:kp-forces").stdout
    assert said.count("judged") == len(marks(said))


def test_a_briefing_says_that_it_confirms_nothing(ask: Cli) -> None:
    said = ask("contacts", *ON_ARTICLE, "--actor", "nato").stdout
    assert "south-korea briefed nato: once, by 2024-11-03" in said
    assert "account of SC35 again, and confirms nothing" in " ".join(said.split())
    announced = ask("contacts", *ON_RUSSIA, "--actor", "choe-son-hui", "--reported-by", "2024-10-29").stdout
    assert "nothing that has been so" in announced


def test_units_stand_below_their_force(ask: Cli) -> None:
    said = ask("forces", *ON_ARTICLE).stdout
    assert "north-korean-forces > xi-army-corps: XI Army Corps" in said
    assert "Nothing was said of it but numbers" not in said.split("xi-army-corps")[0]


def test_who_settled_a_dispute_and_why_is_told(ask: Cli) -> None:
    said = " ".join(ask("contested", *ON_RUSSIA, "--state", "settled").stdout.split())
    assert "A003 superseded by A109 Moscow gives up its denial. (seed-curator" in said
    assert "link withdrawn It rested on a figure that was a slip. (seed" in said
    assert "open since" not in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("situation", "--kind", "trainin"), 2, "training"),
        (("situation", "--topic", "training:xi-army-corp"), 1, "training:xi-army-corps"),
        (("contacts", "--actor", "south-corea"), 1, "south-korea"),
        (("contested", "--state", "shut"), 2, "settled"),
    ],
)
def test_what_is_none_brings_the_nearest(ask: Cli, arguments: tuple[str, ...], code: int, words: str) -> None:
    assert words in " ".join(ask.error(*arguments, *ON_ARTICLE, code=code))
