"""What the simulated worlds are like, and that plain readers see of them what the panel sees."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import msgspec
import pytest

from app.domain.assumptions import DEFAULT
from app.domain.panel import evaluate
from app.domain.selection import EVERYTHING, View
from tests.simulation.baselines import PLAIN, Graded, Said, heard
from tests.simulation.histories import History, day_of, history_of, real_time
from tests.simulation.regimes import REGIMES, Regime

COPIED = next(regime for regime in REGIMES if regime.name == "copied")

each_regime = pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.name)


@each_regime
def test_a_seed_gives_one_history_and_another_seed_another(regime: Regime) -> None:
    assert history_of(regime, 1) == history_of(regime, 1)
    assert history_of(regime, 1) != history_of(regime, 2)


@each_regime
def test_the_truth_is_never_negative_and_a_toll_never_falls(regime: Regime) -> None:
    for seed in range(3):
        truth = history_of(regime, seed).truth
        assert (len(truth), min(truth) >= 0) == (regime.days, True)
        if regime.running_total:
            assert all(before <= after for before, after in pairwise(truth))


def test_a_history_has_all_that_reporting_has() -> None:
    said = [one for regime in REGIMES for seed in range(3) for one in history_of(regime, seed).events]
    kinds = {
        "at least": any(one.figure.low and not one.figure.high for one in said),
        "up to": any(one.figure.high and not one.figure.low for one in said),
        "range": any(one.figure.low and one.figure.high for one in said),
        "word": any(one.figure.word for one in said),
        "none": any(one.figure.best == 0 for one in said),
        "relay": any(one.relays for one in said),
        "unstated": any(one.origin.startswith("unstated@") for one in said),
        "wild": any(one.origin == "wild" for one in said),
        "taken back": any(one.retraction for one in said),
        "undated": any(one.occurred is None for one in said),
        "late": any(one.vote_day != one.reported_day for one in said),
    }
    assert [kind for kind, found in kinds.items() if not found] == []
    assert {one.letter for one in said} == set("ABCDEF")
    assert {one.digit for one in said} == {2, 3, 4, 5, 6}
    assert max(one.reported_day for one in said if one.reported_day) <= day_of(119)


def test_nearly_all_that_is_known_is_known_through_an_outlet() -> None:
    said = [one for regime in REGIMES for one in history_of(regime, 0).events]
    assert 0.95 < sum(one.publisher.startswith("outlet-") for one in said) / len(said) < 1


def test_most_is_printed_once_and_a_few_things_by_everybody() -> None:
    prints = Counter(
        (seed, *one.report.split(".")[:2])
        for seed in range(20)
        for one in {one.report: one for one in history_of(REGIMES[0], seed).events}.values()
    )
    reprints = sorted((number - 1 for number in prints.values()), reverse=True)
    assert 0.7 < fmean(reprints) < 1.3
    assert sum(number == 0 for number in reprints) > len(reprints) / 2
    assert sum(reprints[: len(reprints) // 10]) > sum(reprints) / 2


def test_most_outlets_are_judged_by_nobody() -> None:
    letters = Counter(
        letter
        for regime in REGIMES
        for name, letter in history_of(regime, 0).letters.items()
        if name.startswith("outlet-")
    )
    assert letters.keys() == set("FBD")
    assert 0.88 < letters["F"] / letters.total() < 0.96


def test_a_misquote_has_no_vote_from_the_day_on_which_a_right_print_is_held_too() -> None:
    noticed = 0
    for seed in range(3):
        history = history_of(COPIED, seed)
        printed = {one.report: one.reported_day or date.max for one in history.events}
        spared = {one.report for one in history.events if one.retraction is None}
        for wrong, rights in _linked(history).items():
            if not {wrong, *rights} <= spared:
                continue
            held = max(printed[wrong], min(printed[right] for right in rights))
            assert ("misquoted" in _why(history, wrong, held), _misquotes_heard(history, wrong, held)) == (True, 0)
            if printed[wrong] < held:
                before = held - timedelta(days=1)
                assert "misquoted" not in _why(history, wrong, before)
                assert _misquotes_heard(history, wrong, before) == 1
                noticed += 1
    assert noticed > 0


def _linked(history: History) -> dict[str, set[str]]:
    """Misquotes with their right prints, as far as both came to be known."""
    reports = {one.report for one in history.events}
    found: dict[str, set[str]] = {}
    for link in history.links:
        if {link.from_, link.to} <= reports:
            found.setdefault(link.from_, set()).add(link.to)
    return found


def _why(history: History, report: str, day: date) -> set[str]:
    """Why the report has no vote on that day."""
    left = evaluate(history.case(), _on(day), DEFAULT).selection.left_out
    return {one.why for one in left if one.statement.report == report}


def _misquotes_heard(history: History, report: str, day: date) -> int:
    """How often the plain ways read the report."""
    case = history.case()
    others = tuple(one for one in case.statements if one.report != report)
    without = msgspec.structs.replace(case, statements=others)
    return len(heard(case, history.letters, _on(day), 50)) - len(heard(without, history.letters, _on(day), 50))


def _on(day: date) -> View:
    return View(day=day, reported=(day, EVERYTHING))


def test_a_late_reprint_does_not_displace_a_newer_word() -> None:
    def said(y: float, age: int, printed: int) -> Said:
        return Said(origin="one", y=y, report=Graded(age=age, error=1), print=Graded(age=printed, error=1))

    old, new, reprint = said(1, age=20, printed=20), said(2, age=5, printed=5), said(1, age=20, printed=0)
    assert PLAIN["median of each origin's latest"]([old, new, reprint]).best == 2
    assert PLAIN["latest"]([old, new, reprint]).best == 1


def test_baselines_see_every_repeat_by_its_print_and_only_the_ledger_knows_whose_word_it_is() -> None:
    history = history_of(COPIED, 0)
    said = heard(history.case(), history.letters, real_time(119), 50)
    standing = {one.report: one for one in history.events if one.retraction is None}
    gone = {one.report for one in history.events if one.retraction is not None}
    misquotes = {link.from_ for link in history.links if link.to in standing.keys() - gone}
    assert len(said) == len(standing.keys() - gone - misquotes)
    assert len({one.origin for one in said}) < len(said) / 5
    assert sum(one.report.age > one.print.age for one in said) > len(said) / 10
    assert sum(one.report.error != one.print.error for one in said) > len(said) / 10
    assert all(one.report.age >= one.print.age >= 0 for one in said)
