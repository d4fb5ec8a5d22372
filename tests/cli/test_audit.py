"""Why an estimate moved, at the terminal: the sum has to come out."""

import msgspec
import pytest

from app.cli.steps import adds_up
from app.domain.attribution import Line
from app.domain.panel import Figures
from app.projections.estimates.audit import Change, Step
from tests.asking import RUSSIA
from tests.cli.conftest import Cli

HERE = ("personnel", "kp-forces", "ru", "--timeline", RUSSIA)
REPORTED = ("--from", "2024-10-20", "--to", "2024-11-10")
VALID = ("--axis", "valid", "--from", "2024-10-20", "--to", "2024-12-01")
KNOWN = ("--axis", "known", "--from", "position:100", "--to", "position:400")


@pytest.mark.parametrize(
    "ends", [REPORTED, KNOWN, VALID, (*REPORTED, "--valid-at", "2024-11-01"), ("--from", "2024-10-25")]
)
def test_the_steps_lead_from_before_to_after(ask: Cli, ends: tuple[str, ...]) -> None:
    answer = ask.json("audit", *HERE, *ends)
    assert answer["adds_up"]
    assert answer["steps"]
    ends_of_steps = [answer["steps"][0]["before"], answer["steps"][-1]["after"]]
    assert ends_of_steps == [answer["before"], answer["after"]]


@pytest.mark.parametrize("ends", [REPORTED, KNOWN])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, ends: tuple[str, ...]) -> None:
    said = ask("audit", *HERE, *ends, "--lines").stdout
    assert "new report A044" in said
    assert "Adds up: " in said
    assert max(map(len, said.splitlines())) <= 80


def test_the_days_are_those_of_the_reports(ask: Cli) -> None:
    said = ask("audit", *HERE, *REPORTED).stdout
    [line] = [line for line in said.splitlines() if "new report A044" in line]
    assert line.startswith("2024-10-29")
    assert "kr-nis" in line


def test_nothing_moved_between_a_day_and_itself(ask: Cli) -> None:
    answer = ask.json("audit", *HERE, "--from", "2024-11-01", "--to", "2024-11-01")
    assert (answer["steps"], answer["before"]) == ([], answer["after"])
    assert "Adds up: " in ask("audit", *HERE, "--from", "2024-11-01", "--to", "2024-11-01").stdout


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("--from", "2024"), "--from"),
        (("--from", "2024-10-20", "--to", "soon"), "--to"),
        (("--from", "2024-10-20", "--to", "2024-10-10"), "after"),
        (("--axis", "known", "--from", "2024-10-20"), "known_at"),
        (("--from", "2024-10-20", "--reported-by", "2024-10-20"), "reported_by"),
        (("--axis", "valid", "--from", "2024-10-20", "--valid-at", "2024-10-20"), "valid_at"),
        (("--axis", "valid", "--from", "2024-10-20", "--to", "2024-10-10"), "after"),
        (("--to", "2024-10-20"), "--from"),
    ],
)
def test_ends_that_cannot_be_are_wrong_usage(ask: Cli, wrong: tuple[str, ...], named: str) -> None:
    assert named in "\n".join(ask.error("audit", *HERE, *wrong, code=2))


def figures(best: int) -> Figures:
    return Figures(low=best, best=best, high=best, low_u=best, best_u=best, high_u=best)


def step(before: Figures | None, after: Figures | None, moves: int) -> Step:
    line = Line(kind="claim", report="R", low=moves, best=moves, high=moves)
    return Step(
        position=None,
        event_id=None,
        type=None,
        cause="new_report",
        report=None,
        source=None,
        valid_at=None,
        before=before,
        due=before,
        moved=after,
        after=after,
        lines=(line,),
    )


def test_a_change_adds_up_only_without_a_gap() -> None:
    whole = Change(before=None, after=figures(5), steps=(step(None, figures(3), 3), step(figures(3), figures(5), 2)))
    assert adds_up(whole)
    assert not adds_up(msgspec.structs.replace(whole, steps=whole.steps[:1]))
    assert not adds_up(msgspec.structs.replace(whole, steps=whole.steps[1:]))
    assert not adds_up(msgspec.structs.replace(whole, steps=(step(None, figures(5), 4),)))
