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
from app.domain.echoes import gap_days
from app.domain.hearing import Heard, LastWord, Left, hear
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
    settled: date

    def known(self, view: View, *, retrospect: bool) -> Mapping[str, Heard]:
        """The voices that are heard the same on a view, as long as they say the same: all of them on the same view, and
        in real time those of which all was said by then.
        """
        if (retrospect, view.reported) != (self.retrospect, self.view.reported):
            return {}
        day = min(view.day, self.view.day)
        if view.day == self.view.day or (not retrospect and day >= self.settled):
            return self.heard
        return {name: heard for name, heard in self.heard.items() if day >= heard.settled and not retrospect}


def select(
    case: Case, view: View, assumptions: Assumptions, *, retrospect: bool = False, like: Selection | None = None
) -> Selection:
    """Each origin's last word, and of equal figures the first.

    In retrospect the first words after the day are heard too, if they were reported in the view. `like` is a selection
    on the same key under the same assumptions: voices that say the same as there are not heard again.
    """
    before = like.memory.of if like is not None else None
    known = before.known(view, retrospect=retrospect) if before is not None else {}
    strands = voices_of(case, like=before.strands if before is not None else {})
    voices = {}
    for name, strand in strands.items():
        one = known.get(name)
        same = one is not None and (one.strand is strand or one.strand.is_made_as(strand))
        voices[name] = one if same and one is not None else hear(strand, view, assumptions, retrospect=retrospect)
    left = [one for heard in voices.values() for one in heard.left]
    words = sorted(word for heard in voices.values() for word in heard.words)
    votes = _one_per_figure(words, case, view, assumptions, left)
    left.sort(key=_order)
    settled = max((heard.settled for heard in voices.values()), default=date.min)
    return Selection(
        votes=tuple((one, effective_digit(one, case, view)) for one in votes),
        heard=tuple(word.statement for word in words),
        left_out=tuple(left),
        settled=settled,
        memory=Memory(Voices(strands, voices, view, retrospect, settled)),
    )


def _order(left: Left) -> tuple[date, date, str, int]:
    return left.statement.order


def _one_per_figure(
    words: Iterable[LastWord], case: Case, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent.

    What one origin says on either side of the day may well be the same.
    """
    kept: list[Statement] = []
    apart = apart_in(case)
    like: dict[frozenset[int | str], list[LastWord]] = {}
    for word in words:
        one, earlier = word.statement, None
        alike = like.setdefault(word.quantity, [])
        if alike and gap_days(alike[-1].statement, one) <= assumptions.same_figure_days:
            others = (other.statement for other in alike if other.origin != word.origin)
            earlier = next((other for other in others if same_figure(other, one, apart, case, view, assumptions)), None)
        if earlier is None:
            kept.append(one)
            alike.append(word)
        else:
            left.append(Left(statement=one, why="same_figure", by=earlier.report))
    return kept
