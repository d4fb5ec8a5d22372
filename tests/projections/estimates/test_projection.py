"""What is kept in memory while events are applied."""

import pytest
from sqlalchemy import Engine

from app.projections import holding
from app.projections.estimates import projection
from app.projections.folds import folds_of
from tests.projections.histories import Ledger, report

TOLD = [report("R1"), report("R2", source="dod"), report("R3", measure="killed", place="kursk")]


@pytest.mark.parametrize(("most", "kept"), [(3, 3), (2, 1), (1, 1), (0, 0)])
def test_no_more_reports_are_kept_than_are_wanted_and_none_of_a_subject_by_halves(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch, most: int, kept: int
) -> None:
    monkeypatch.setattr(holding, "REPORTS_HELD", most)
    monkeypatch.setattr(projection, "SUBJECTS_READ", 1)
    ledger = Ledger(shared_engine, TOLD)
    assert folds_of(shared_engine).take(ledger.generations, projection.PROJECTION, ledger.head).size == kept
