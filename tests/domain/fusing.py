"""Votes made one estimate in one step, as the panel does it in two: weighed, then aged."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.domain.assumptions import Assumptions
from app.domain.carrying import Carry
from app.domain.fusion import Panel, Vote, aged, weigh


def fuse(
    votes: Sequence[Vote],
    *,
    day: date,
    measure_class: str,
    running_total: bool,
    assumptions: Assumptions,
    carried: Mapping[str, Carry] | None = None,
) -> Panel | None:
    """The estimate for `day`; None without votes. They all lie on one side of `day`, each by a report of its own."""
    if not votes:
        return None
    seen = assumptions.classes[measure_class]
    weighed = weigh(votes, later=votes[0].day > day, seen=seen, assumptions=assumptions, carried=carried or {})
    return aged(weighed, day, seen=seen, running_total=running_total, assumptions=assumptions)
