"""Plans, forecasts and conditions: which are open, due or resolved on a day, and how many of an origin's came true.

A forecast is due from the day after the last on which it could come true, as long as nobody has said how it ended.
One that its origin or publisher took back is neither: it is counted as withdrawn. One that only repeats another, or
that its origin gives again with the same figures for the same days, is the same forecast: it ends with it, and counts
once.
"""

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Literal

import msgspec

from app.domain.developments import Development
from app.domain.events.report import Stance
from app.domain.events.treatment import Outcome

State = Literal["open", "due", "resolved"]
STANCES: tuple[Stance, ...] = ("forecast", "planned", "conditional")

JUDGED_MIN = 5
"""With fewer outcomes a share would say more of chance than of the source."""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How one forecast stands; `state` is None for one that was taken back."""

    origin: str
    state: State | None
    outcome: Outcome | None
    echo: bool


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """An origin's forecasts by how they stand. `resolved` is the sum of the four that follow it.

    `share` is that of the fulfilled among those that met a fact (all resolved but the lapsed), from 0 to 1; None, with
    `why`, for fewer than `JUDGED_MIN` of these.
    """

    origin: str
    open: int
    due: int
    resolved: int
    fulfilled: int
    partly: int
    not_fulfilled: int
    lapsed: int
    withdrawn: int
    share: float | None
    why: str | None


def due_by(development: Development) -> date | None:
    """The last day on which it could come true; None where no day was given, or one that had passed when it was said.

    Such a day is when something was planned, or overheard.
    """
    last, said = development.occurred_last, development.reported_first
    return None if last is not None and said is not None and last < said else last


def what_of(development: Development) -> Hashable:
    """What is the same wherever an origin foretells the same again; its own name where no figure or no day is given."""
    body = development.body
    figures = frozenset((one.measure, one.low, one.best, one.high) for one in body.quantities)
    if not figures or body.occurred is None:
        return body.report
    return development.origin, body.occurred, figures, frozenset(body.places), frozenset(body.actors)


def state_of(due: date | None, outcome: Outcome | None, day: date) -> State:
    """Without a day by which it is due it stays open until somebody says how it ended."""
    if outcome is not None:
        return "resolved"
    return "due" if due is not None and due < day else "open"


def tallies(endings: Iterable[Ending]) -> list[Tally]:
    """One for each origin, by name."""
    found: dict[str, list[Ending]] = {}
    for one in endings:
        if not one.echo:
            found.setdefault(one.origin, []).append(one)
    return [_tally(origin, own) for origin, own in sorted(found.items())]


def _tally(origin: str, own: list[Ending]) -> Tally:
    states = [one.state for one in own]
    outcomes = [one.outcome for one in own if one.state == "resolved"]
    judged = len(outcomes) - outcomes.count("lapsed")
    enough = judged >= JUDGED_MIN
    return Tally(
        origin=origin,
        open=states.count("open"),
        due=states.count("due"),
        resolved=len(outcomes),
        fulfilled=outcomes.count("fulfilled"),
        partly=outcomes.count("partly"),
        not_fulfilled=outcomes.count("not_fulfilled"),
        lapsed=outcomes.count("lapsed"),
        withdrawn=states.count(None),
        share=round(outcomes.count("fulfilled") / judged, 3) if enough else None,
        why=None if enough else f"fewer than {JUDGED_MIN} of them have met a fact ({judged})",
    )
