"""Movements at the terminal: the same answer as over HTTP, and one that people can read."""

import pytest
from sqlalchemy import Engine

from tests.asking import RUSSIA, Asking
from tests.cli.conftest import Cli
from tests.projections.histories import Event, Ledger, movement

KEY = ("personnel", "kp-forces", "ru")
HERE = ("--timeline", RUSSIA)


class Told:
    """A ledger with these events, asked for what moved to or from a place."""

    def __init__(self, engine: Engine, *events: Event) -> None:
        self._ledger = Ledger(engine, events)
        url = engine.url.render_as_string(hide_password=False)
        self._cli = Cli(DATABASE_URL=url, MUSTER_TIMELINE=self._ledger.timeline, MUSTER_DATA_DIR="/nonexistent")

    def say(self, place: str, *more: str) -> str:
        return str(self._cli("movements", "personnel", "force", place, *more).stdout)


def test_the_answer_is_that_of_the_interface(ask: Cli, russia: Asking) -> None:
    told = ask.json("movements", *KEY, *HERE, "--valid-at", "2025-03-01")
    measure, actor, place = KEY
    over_http = russia.get("/movements", measure=measure, actor=actor, place=place, valid_at="2025-03-01")
    assert told["items"]
    assert told == {name: over_http[name] for name in told}


@pytest.mark.parametrize("more", [(), ("--from", "2025-02-01", "--to", "2025-03-01"), ("--reported-by", "2024-10-18")])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, more: tuple[str, ...]) -> None:
    said = ask("movements", *KEY, *HERE, *more).stdout
    assert "what moved to, from and in ru" in said
    assert max(map(len, said.splitlines())) <= 80


def test_each_movement_says_what_it_does_to_the_place(ask: Cli) -> None:
    said = ask("movements", *KEY, *HERE).stdout
    rows = {line.split()[-1]: line for line in said.splitlines() if line.startswith("20") and " to " in line}
    assert "gains" in rows["A024"]
    assert "inside" in rows["A055"]
    assert "loses" in rows["A115"]


def test_what_lies_partly_in_the_days_asked_for_is_said_to(ask: Cli) -> None:
    assert "counts that part" not in ask("movements", *KEY, *HERE).stdout
    assert "counts that part" in ask("movements", *KEY, *HERE, "--valid-at", "2025-02-01").stdout


def test_reports_in_no_movement_are_told_with_their_reason(ask: Cli) -> None:
    said = ask("movements", "personnel", "kp-special-forces", "ru", *HERE).stdout
    assert "repeats another report  A016 (A013), A017 (A013), A018 (A013)" in said


def test_a_net_of_which_nobody_tells_is_unknown_and_not_zero(engine: Engine) -> None:
    told = Told(engine, movement("M1", ("", "kursk")))
    for place in ("ru", "east"):
        assert "not zero" in " ".join(told.say(place).split())
        assert "+0" not in told.say(place)
    assert "+2,000" in told.say("kursk")


def test_days_that_cannot_be_are_wrong_usage(ask: Cli) -> None:
    assert "--from" in ask.error("movements", *KEY, *HERE, "--from", "yesterday", code=2)[0]
    ends = ("--from", "2025-01-02", "--to", "2025-01-01")
    assert "from lies after to" in ask.error("movements", *KEY, *HERE, *ends, code=2)[0]


def test_a_name_that_is_not_there_brings_the_nearest(ask: Cli) -> None:
    assert "ru-kursk" in ask.error("movements", "personnel", "kp-forces", "ru-kurks", *HERE, code=1)[1]
