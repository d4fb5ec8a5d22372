"""Which statements on a key have a vote on a day, and why the others have none.

A pure function of the set of statements and links: nothing here depends on the order in which they arrived. A `View`
narrows what counts to what had been reported by a day; what the ledger held is narrowed before, by position. First each
voice is heard by itself, then equal figures of several are taken as one.
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import EVERYTHING, Case, View, stands, withdrawn
from app.domain.echoes import gap_days
from app.domain.hearing import Heard, LastWord, Left, hear
from app.domain.independence import apart_in, effective_digit, same_figure
from app.domain.sources import Merged
from app.domain.statements import Statement
from app.domain.strands import Memory, Naming, Strand, same_objects, tied_in, unshared, voices_of

T = TypeVar("T")

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


class Alike(msgspec.Struct, frozen=True, gc=False):
    """Last words that state one quantity: those that count, in order, and those that say it again too soon."""

    kept: tuple[LastWord, ...]
    again: tuple[Left, ...]


class Voices(msgspec.Struct, frozen=True):
    """What a selection was made of: every voice, as it was heard on a view, and the last words by what they state.

    `words` are all of them, `kept` those that count, `silent` what has no vote by its own voice; each in order.
    """

    case: Case
    tied: Merged
    strands: Mapping[str, Strand]
    heard: Mapping[str, Heard]
    words: Sequence[LastWord]
    silent: Sequence[Left]
    alike: Mapping[frozenset[int | str], Alike]
    kept: Sequence[LastWord]
    view: View
    retrospect: bool
    settled: date

    def hears_all_the_same(self, view: View, *, retrospect: bool) -> bool:
        """Whether every voice is heard the same on a view, as long as it says the same: on the same view, and in real
        time on one that cuts the same off, where all was said by then.
        """
        same_days = view.day == self.view.day or (not retrospect and min(view.day, self.view.day) >= self.settled)
        return same_days and (retrospect, view.reported) == (self.retrospect, self.view.reported)

    def known(self, view: View, *, retrospect: bool) -> Mapping[str, Heard]:
        """The voices that are heard the same on a view: all of them, or those of which nothing is said after either day
        and of which neither view cuts off what the other has.
        """
        if self.hears_all_the_same(view, retrospect=retrospect):
            return self.heard
        day, same_cut = min(view.day, self.view.day), view.reported == self.view.reported
        return {
            name: heard
            for name, heard in self.heard.items()
            if day >= heard.settled and (same_cut or all(heard.strand.is_within(seen) for seen in (view, self.view)))
        }

    def stirred(self, case: Case, view: View, *, retrospect: bool) -> set[str] | None:
        """The voices that say something else in another case on the key; None where all have to be looked at."""
        was = self.case
        links_are_the_same = (
            case.kin is was.kin
            and same_objects(case.links, was.links)
            and all(said is was.linked.get(report) for report, said in case.linked.items())
        )
        if not links_are_the_same or not self.hears_all_the_same(view, retrospect=retrospect):
            return None
        come, gone = unshared(case.statements, was.statements)
        named = {end for link in case.links for end in (link.from_, link.to)}
        if any(one.report in named for one in (*come, *gone)):
            return None
        return {self.tied.name(one.origin) for one in (*come, *gone)}


def select(
    case: Case, view: View, assumptions: Assumptions, *, retrospect: bool = False, like: Selection | None = None
) -> Selection:
    """Each origin's last word, and of equal figures the first.

    In retrospect the first words after the day are heard too, if they were reported in the view. `like` is a selection
    on the same key under the same assumptions: voices that say the same as there are not heard again.
    """
    before = like.memory.of if like is not None else None
    stirred = before.stirred(case, view, retrospect=retrospect) if before is not None else None
    if before is not None and stirred is not None:
        voices = _hear_again(before, stirred, case, view, assumptions)
    else:
        voices = _hear_all(case, view, assumptions, retrospect=retrospect, before=before)
    again = (left for alike in voices.alike.values() for left in alike.again)
    return Selection(
        votes=tuple([(word.statement, effective_digit(word.statement, case, view)) for word in voices.kept]),
        heard=tuple([word.statement for word in voices.words]),
        left_out=tuple(sorted((*voices.silent, *again), key=_order)),
        settled=voices.settled,
        memory=Memory(voices),
    )


def _hear_all(case: Case, view: View, assumptions: Assumptions, *, retrospect: bool, before: Voices | None) -> Voices:
    """Every voice, and the words of all set beside each other; of those known before only the words are taken."""
    known = before.known(view, retrospect=retrospect) if before is not None else {}
    tied = tied_in(case)
    strands = voices_of(case, tied, like=before.strands if before is not None else {})
    heard = {}
    for name, strand in strands.items():
        one = known.get(name)
        same = one is not None and (one.strand is strand or one.strand.is_made_as(strand))
        heard[name] = one if same and one is not None else hear(strand, view, assumptions, retrospect=retrospect)
    words = sorted(word for one in heard.values() for word in one.words)
    alike = _alike(words, case, view, assumptions)
    return Voices(
        case=case,
        tied=tied,
        strands=strands,
        heard=heard,
        words=words,
        silent=sorted((left for one in heard.values() for left in one.left), key=_order),
        alike=alike,
        kept=sorted(word for one in alike.values() for word in one.kept),
        view=view,
        retrospect=retrospect,
        settled=_settled(heard),
    )


def _hear_again(before: Voices, stirred: set[str], case: Case, view: View, assumptions: Assumptions) -> Voices:
    """These voices anew, and what they say put in the place of what they said; the others are as before."""
    own: dict[str, list[Statement]] = {name: [] for name in stirred}
    for one in case.statements if stirred else ():
        if (name := before.tied.name(one.origin)) in own:
            own[name].append(one)
    strands, heard = dict(before.strands), dict(before.heard)
    gone = [heard.pop(name) for name in own if name in heard]
    naming = Naming(case.links)
    for name, said in own.items():
        last = strands.pop(name, None)
        if said:
            strands[name] = naming.strand(said, case.linked, like=last)
            heard[name] = hear(strands[name], view, assumptions, retrospect=before.retrospect)
    come = [heard[name] for name in own if name in heard]
    ended, new = ([word for one in some for word in one.words] for some in (gone, come))
    unsaid, left = ([left for one in some for left in one.left] for some in (gone, come))
    words = _exchanged(before.words, ended, new)
    quantities = {word.quantity for word in (*ended, *new)}
    alike = _alike([word for word in words if word.quantity in quantities], case, view, assumptions)
    were = [word for quantity in quantities if quantity in before.alike for word in before.alike[quantity].kept]
    return Voices(
        case=case,
        tied=before.tied,
        strands=strands,
        heard=heard,
        words=words,
        silent=_exchanged(before.silent, unsaid, left, key=_order),
        alike={quantity: one for quantity, one in before.alike.items() if quantity not in quantities} | alike,
        kept=_exchanged(before.kept, were, [word for one in alike.values() for word in one.kept]),
        view=view,
        retrospect=before.retrospect,
        settled=_settled(heard),
    )


def _exchanged(among: Sequence[T], ended: Iterable[T], new: Iterable[T], key: Any = None) -> list[T]:
    """In order, without those that ended and with the new ones."""
    left = set(map(id, ended))
    kept = [one for one in among if id(one) not in left] if left else list(among)
    for one in new:
        insort(kept, one, key=key)
    return kept


def _settled(heard: Mapping[str, Heard]) -> date:
    return max([one.settled for one in heard.values()], default=date.min)


def _order(left: Left) -> tuple[date, date, str, int]:
    return left.statement.order


def _alike(
    words: Iterable[LastWord], case: Case, view: View, assumptions: Assumptions
) -> dict[frozenset[int | str], Alike]:
    """Of two origins that state the same quantity within a week the earlier counts, unless they are independent.

    What one origin says on either side of the day may well be the same.
    """
    by_quantity: dict[frozenset[int | str], list[LastWord]] = {}
    for word in words:
        by_quantity.setdefault(word.quantity, []).append(word)
    apart = apart_in(case)
    found = {}
    for quantity, alike in by_quantity.items():
        kept: list[LastWord] = []
        again: list[Left] = []
        for word in alike:
            one, earlier = word.statement, None
            if kept and gap_days(kept[-1].statement, one) <= assumptions.same_figure_days:
                others = (other.statement for other in kept if other.origin != word.origin)
                earlier = next((it for it in others if same_figure(it, one, apart, case, view, assumptions)), None)
            if earlier is None:
                kept.append(word)
            else:
                again.append(Left(statement=one, why="same_figure", by=earlier.report))
        found[quantity] = Alike(tuple(kept), tuple(again))
    return found
