"""Which statements on a key have a vote on a day, and why the others have none.

A pure function of the set of statements and links: nothing here depends on the order in which they arrived. A `View`
narrows what counts to what had been reported by a day; what the ledger held is narrowed before, by position. First each
voice is heard by itself, then equal figures of several are taken as one.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import EVERYTHING, Case, View, stands, withdrawn
from app.domain.echoes import gap_days, quantity_of
from app.domain.hearing import Heard, Left, hear
from app.domain.independence import apart_in, effective_digit, same_figure
from app.domain.statements import Statement
from app.domain.strands import Memory, Strand, voices_of

__all__ = ["EVERYTHING", "Case", "Left", "Selection", "View", "select", "stands", "withdrawn"]


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """`votes` in their order, each with its effective digit; so are those `left_out`.

    `heard` are the origins' last words before equal figures were taken as one; in retrospect an origin has one on
    either side of the day. Read in real time, every day from `settled` on has the same selection.
    """

    votes: tuple[tuple[Statement, int], ...]
    heard: tuple[Statement, ...]
    left_out: tuple[Left, ...]
    settled: date
    memory: "Memory[Voices]"


class Voices(msgspec.Struct, frozen=True):
    """What a selection was made of: every voice, and as it was heard on a view."""

    strands: Mapping[str, Strand]
    heard: Mapping[str, Heard]
    view: View
    retrospect: bool

    def recall(self, name: str, strand: Strand, view: View, *, retrospect: bool) -> Heard | None:
        """A voice that says the same, if it is heard the same: on the same view, or in real time when all was said."""
        heard = self.heard.get(name)
        if heard is None or retrospect != self.retrospect or view.reported != self.view.reported:
            return None
        over = not retrospect and min(view.day, self.view.day) >= heard.settled
        return heard if (over or view.day == self.view.day) and heard.strand.is_made_as(strand) else None


def select(
    case: Case, view: View, assumptions: Assumptions, *, retrospect: bool = False, like: Selection | None = None
) -> Selection:
    """Each origin's last word, and of equal figures the first.

    In retrospect the first words after the day are heard too, if they were reported in the view. `like` is a selection
    on the same key under the same assumptions: voices that say the same as there are not heard again.
    """
    voices = {}
    strands = voices_of(case, like=like.memory.of.strands if like is not None else {})
    for name, strand in strands.items():
        known = like.memory.of.recall(name, strand, view, retrospect=retrospect) if like is not None else None
        voices[name] = known or hear(strand, view, assumptions, retrospect=retrospect)
    left = [one for heard in voices.values() for one in heard.left]
    words = sorted((word for heard in voices.values() for word in heard.words), key=lambda word: word[0].order)
    votes = _one_per_figure(words, case, view, assumptions, left)
    left.sort(key=lambda one: one.statement.order)
    return Selection(
        votes=tuple((one, effective_digit(one, case, view)) for one in votes),
        heard=tuple(one for one, _ in words),
        left_out=tuple(left),
        settled=max((heard.settled for heard in voices.values()), default=date.min),
        memory=Memory(Voices(strands, voices, view, retrospect)),
    )


def _one_per_figure(
    words: Iterable[tuple[Statement, str]], case: Case, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent.

    What one origin says on either side of the day may well be the same.
    """
    kept: list[Statement] = []
    apart = apart_in(case)
    like: dict[frozenset[int | str], list[tuple[Statement, str]]] = {}
    for one, origin in words:
        alike = like.setdefault(quantity_of(one), [])
        earlier = None
        if alike and gap_days(alike[-1][0], one) <= assumptions.same_figure_days:
            others = (other for other, name in alike if name != origin)
            earlier = next((other for other in others if same_figure(other, one, apart, case, view, assumptions)), None)
        if earlier is None:
            kept.append(one)
            alike.append((one, origin))
        else:
            left.append(Left(statement=one, why="same_figure", by=earlier.report))
    return kept
