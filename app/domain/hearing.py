"""What one voice has to say on a day: its last word, and why its other words are none.

A voice is an origin, or several that links tie to each other. A pure function of the set of statements and links:
nothing here depends on the order in which they arrived, nor on what others say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import View, stands, withdrawn
from app.domain.echoes import Link, chain, echoes, quantity_of, root
from app.domain.sources import Merged
from app.domain.statements import Statement
from app.domain.strands import Strand


class Left(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a statement has no vote; `by` is the report that stands in its way, where it is one."""

    statement: Statement
    why: str
    by: str | None = None


class LastWord(NamedTuple):
    """What an origin has to say; last words follow each other in the order of their statements.

    `origin` is its name, `quantity` what it states, as in `quantity_of`.
    """

    order: tuple[date, date, str, int]
    statement: Statement
    origin: str
    quantity: frozenset[int | str]


class Heard(msgspec.Struct, frozen=True):
    """`words` in their order; in retrospect an origin has one on either side of the day.

    Read in real time, every day from `settled` on hears the same.
    """

    strand: Strand
    words: tuple[LastWord, ...]
    left: tuple[Left, ...]
    settled: date


def hear(strand: Strand, view: View, assumptions: Assumptions, *, retrospect: bool = False) -> Heard:
    """Echoes go first, then what was taken back, then the older words of each origin.

    In retrospect the first words after the day are heard too, if they were reported in the view.
    """
    if not strand.links and len(strand.statements) == 1:
        return _hear_one(strand, view, retrospect=retrospect)
    left: list[Left] = []
    able, links = _able(strand, view, assumptions, left)
    if not retrospect and able and _day(able[-1]) > view.day:
        able = _drop(left, able, "later", lambda one: _day(one) > view.day)
    same = _one_origin(able, links)
    words = tuple(_last_word(one, same.name(one.origin)) for one in _words(able, links, same, strand, view, left))
    return Heard(strand, words, tuple(left), _settled(strand))


def _hear_one(strand: Strand, view: View, *, retrospect: bool) -> Heard:
    """The same for a word that stands alone, as most do."""
    [one] = strand.statements
    day = _day(one)
    if not view.has(one.reported_day, one.position):
        return Heard(strand, (), (), day)
    why = one.why
    if withdrawn(one, view, by_origin=False) or withdrawn(one, view, by_origin=True):
        why = "retracted"
    elif why is None and day > view.day and not retrospect:
        why = "later"
    if why is not None:
        return Heard(strand, (), (Left(statement=one, why=why),), day)
    return Heard(strand, (_last_word(one, one.origin),), (), day)


def _last_word(one: Statement, origin: str) -> LastWord:
    return LastWord(one.order, one, origin, quantity_of(one))


def _settled(strand: Strand) -> date:
    """The last day on which anything that was said begins to count, or a newer report to put an older one away."""
    said = (*strand.statements, *(one for found in strand.linked.values() for one in found))
    return max(map(_day, said), default=date.min)


def _able(strand: Strand, view: View, assumptions: Assumptions, left: list[Left]) -> tuple[list[Statement], list[Link]]:
    """What may vote on some day, in order, and the links that stand."""
    seen = sorted((one for one in strand.statements if view.has(one.reported_day, one.position)), key=_order)
    remaining = _drop(left, seen, "retracted", lambda one: withdrawn(one, view, by_origin=False))
    silent = [one for one in remaining if one.why is not None]
    left += [
        Left(statement=one, why="retracted" if withdrawn(one, view, by_origin=True) else one.why or "")
        for one in silent
    ]
    acting = _acting(strand, view)
    standing = _standing(acting, strand, view)
    misquoting = {link.from_ for link in standing if link.relation == "misquotes"}
    able = [one for one in remaining if one.why is None]
    if misquoting:
        able = _drop(left, able, "misquoted", lambda one: one.report in misquoting)
    return _without_echoes(able, acting, view, assumptions, left), standing


def _order(statement: Statement) -> tuple[date, date, str, int]:
    return statement.order


def _day(statement: Statement) -> date:
    """The vote day, which all that may vote have."""
    return statement.vote_day or date.min


def _drop(
    left: list[Left], among: Sequence[Statement], why: str, drops: Callable[[Statement], bool]
) -> list[Statement]:
    kept = []
    for one in among:
        if drops(one):
            left.append(Left(statement=one, why=why))
        else:
            kept.append(one)
    return kept


def _acting(strand: Strand, view: View) -> list[Link]:
    """Links both of whose reports are in the view and were not removed one by one: they tell echoes. What an origin
    took back is among them, because it has to take its echoes along.
    """

    def present(report: str) -> bool:
        return any(
            view.has(one.reported_day, one.position) and not withdrawn(one, view, by_origin=False)
            for one in strand.linked.get(report, ())
        )

    return [link for link in strand.links if present(link.from_) and present(link.to)]


def _standing(links: Iterable[Link], strand: Strand, view: View) -> list[Link]:
    """Links both of whose reports stand."""

    def standing(report: str) -> bool:
        return any(stands(one, view) for one in strand.linked.get(report, ()))

    return [link for link in links if standing(link.from_) and standing(link.to)]


def _without_echoes(
    able: list[Statement], links: list[Link], view: View, assumptions: Assumptions, left: list[Left]
) -> list[Statement]:
    """Drop repeats, and with a statement that its origin took back all repeats of it."""
    repeated = echoes(able, links, assumptions)
    gone = {_first_said(one, repeated).report for one in able if withdrawn(one, view, by_origin=True)}
    if not repeated and not gone:
        return able
    kept = []
    for one in able:
        fallen = next((step.report for step in chain(one, repeated) if step.report in gone), None)
        if fallen is not None:
            left.append(Left(statement=one, why="retracted", by=None if fallen == one.report else fallen))
        elif one in repeated:
            left.append(Left(statement=one, why="echo_of", by=root(one, repeated).report))
        else:
            kept.append(one)
    return kept


def _first_said(statement: Statement, repeated: Mapping[Statement, Statement]) -> Statement:
    """What the origin repeats as far as it is its own word: another origin's it cannot take back."""
    return [step for step in chain(statement, repeated) if step.origin == statement.origin][-1]


def _words(
    able: list[Statement], links: list[Link], same: Merged, strand: Strand, view: View, left: list[Left]
) -> list[Statement]:
    """Per origin its last word up to the day, and the first one after it, as far as those are among the able.

    The first word after the day is the origin's vote on the first day on which it has one: of several words of that
    day the last in order, just as when that day itself is read.
    """
    newer = _superseded(able, links, strand, view)
    left += [Left(statement=one, why="superseded", by=newer[one.report]) for one in able if one.report in newer]
    speaking = [one for one in able if one.report not in newer]
    words: dict[tuple[bool, str], Statement] = {}
    for one in speaking:
        place = (_day(one) > view.day, same.name(one.origin))
        if place not in words or _day(one) <= max(view.day, _day(words[place])):
            words[place] = one
    heard = []
    for one in speaking:
        word = words[_day(one) > view.day, same.name(one.origin)]
        if word is one:
            heard.append(one)
        else:
            left.append(Left(statement=one, why="superseded" if one.order < word.order else "later", by=word.report))
    return heard


def _one_origin(among: Iterable[Statement], links: Iterable[Link]) -> Merged:
    """Origins of which two reports, both among these, were linked as being of one origin: they have one word."""
    origin = {one.report: one.origin for one in among}
    return Merged(
        (origin[link.from_], origin[link.to])
        for link in links
        if link.relation == "same_origin" and link.from_ in origin and link.to in origin
    )


def _superseded(able: list[Statement], links: list[Link], strand: Strand, view: View) -> dict[str, str]:
    """The reports that a newer one puts away on the day read, with the newer; words after it, on their own day."""
    older = {link.to for link in links if link.relation == "supersedes"}
    days = {one.report: max(view.day, _day(one)) for one in able if one.report in older}
    put_away = {on: _put_away(able, links, strand, on) for on in sorted(set(days.values()))}
    return {report: put_away[on][report] for report, on in days.items() if report in put_away[on]}


def _put_away(able: list[Statement], links: list[Link], strand: Strand, on: date) -> dict[str, str]:
    """A newer report puts an older one away from its own vote day on; in a circle the latest stays."""
    newer: dict[str, list[Statement]] = {}
    for link in links:
        if link.relation == "supersedes":
            said = (one for one in strand.linked.get(link.from_, ()) if one.vote_day is not None and one.vote_day <= on)
            newer.setdefault(link.to, []).extend(said)
    found: dict[str, str] = {}
    for report in dict.fromkeys(one.report for one in able if _day(one) <= on):
        for other in sorted(newer.get(report, ()), key=_order, reverse=True):
            if report not in _followed(found, other.report):
                found[report] = other.report
                break
    return found


def _followed(found: Mapping[str, str], report: str) -> set[str]:
    """The report, what puts it away, what puts that away, and so on."""
    steps = {report}
    while (report := found.get(report, "")) and report not in steps:
        steps.add(report)
    return steps
