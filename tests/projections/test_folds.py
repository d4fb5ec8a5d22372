"""What projections keep in memory from batch to batch."""

from sqlalchemy import Engine

from app.projections import runner
from app.projections.catalogue import PROJECTIONS
from app.projections.folds import folds_of
from tests.projections.histories import Ledger, report


def test_what_is_forgotten_of_a_timeline_is_begun_anew_and_nothing_of_others(engine: Engine) -> None:
    one, other = Ledger(engine, [report("R1")]), Ledger(engine, [report("R1")])
    folds, estimates = folds_of(engine), PROJECTIONS[2]
    kept = [folds.take(ledger.generations, estimates, ledger.head) for ledger in (one, other)]
    for ledger, fold in zip((one, other), kept, strict=True):
        folds.keep(ledger.generations, estimates, ledger.head, fold)
    folds.forget(one.timeline)
    assert folds.take(one.generations, estimates, one.head) is not kept[0]
    assert folds.take(other.generations, estimates, other.head) is kept[1]
    one.tell(report("R2", source="dod"))
    assert runner.catch_up(engine, one.timeline) == one.head
