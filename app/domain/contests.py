"""Which reports are set against each other, and whether they still are: open, or settled by what, and when.

A dispute is one link that says that two reports cannot both be right, or are rivals. It is open while the link and
both reports stand, no newer report has put either away, and neither is known to misquote its source. A correction alone
settles nothing: it may have mended something else, and who finds that it did end it withdraws the link. Disputes that
share a report are one set.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from app.domain.echoes import Link
from app.domain.situation import CONTESTING
from app.domain.sources import Merged
from app.domain.words import Scene, Word, set_scene

How = Literal["retracted", "superseded", "misquoted", "withdrawn"]


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A link with the position that made it, and the one that withdrew it."""

    link: Link
    made: int
    withdrawn: int | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What ended a dispute: the event at a position, about a report or the link itself.

    `report` was taken back, put away by `by_report`, or misquotes it. `day` is when others than we said so.
    """

    how: How
    position: int
    report: str | None = None
    by_report: str | None = None
    day: date | None = None


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """`opened` is the day on which the second of the two was said; None where neither has a day."""

    tie: Tie
    opened: date | None
    settled: Settlement | None


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """A set: its reports by their days, and its disputes in ledger order."""

    words: tuple[Word, ...]
    disputes: tuple[Dispute, ...]

    @property
    def open(self) -> tuple[Dispute, ...]:
        return tuple(dispute for dispute in self.disputes if dispute.settled is None)

    @property
    def state(self) -> Literal["open", "settled"]:
        return "open" if self.open else "settled"

    @property
    def opened(self) -> date | None:
        """The day from which it is open, or was."""
        days = [dispute.opened for dispute in self.open or self.disputes if dispute.opened is not None]
        return min(days, default=None)

    @property
    def settled(self) -> Settlement | None:
        """What settled the last of its disputes; None while one is open."""
        ends = [dispute.settled for dispute in self.disputes if dispute.settled is not None]
        return None if self.open else max(ends, key=lambda end: end.position)

    @property
    def order(self) -> tuple[str, str]:
        """By the day of the first report, then by its name."""
        return self.words[0].day.isoformat(), self.words[0].report


def contests_of(words: Iterable[Word], ties: Sequence[Tie], day: date) -> list[Contest]:
    """All sets among these words on a day, in order. `ties` are the links of `TELLING` relations."""
    scene = set_scene(words, [tie.link for tie in ties if tie.withdrawn is None], day)
    ends = _endings(scene, ties)
    disputes = [
        Dispute(tie=tie, opened=_opened(tie.link, scene), settled=_settled(tie, ends))
        for tie in ties
        if tie.link.relation in CONTESTING and tie.link.from_ in scene.words and tie.link.to in scene.words
    ]
    return sorted(_sets(disputes, scene), key=lambda contest: contest.order)


TELLING = (*CONTESTING, "supersedes", "misquotes")
"""Relations that open disputes, or end them."""


def _opened(link: Link, scene: Scene) -> date | None:
    days = [scene.words[end].development.reported_day for end in (link.from_, link.to)]
    return max((day for day in days if day is not None), default=None)


def _settled(tie: Tie, ends: Mapping[str, Sequence[Settlement]]) -> Settlement | None:
    """The first of what ends it, in ledger order."""
    found = [*ends.get(tie.link.from_, ()), *ends.get(tie.link.to, ())]
    if tie.withdrawn is not None:
        found.append(Settlement(how="withdrawn", position=tie.withdrawn))
    return min(found, key=lambda end: end.position, default=None)


def _endings(scene: Scene, ties: Iterable[Tie]) -> dict[str, list[Settlement]]:
    """What ends every dispute about a report, by report."""
    ends: dict[str, list[Settlement]] = {}
    for report, word in scene.words.items():
        gone = word.development.retraction
        if word.taken_back and gone is not None:
            ends[report] = [Settlement(how="retracted", position=gone.position, report=report, day=gone.day)]
    for tie in ties:
        link, position = tie.link, tie.made
        if link.relation == "supersedes" and scene.newer.get(link.to) == link.from_:
            day = scene.words[link.from_].development.reported_day
            end = Settlement(how="superseded", position=position, report=link.to, by_report=link.from_, day=day)
            ends.setdefault(link.to, []).append(end)
        elif link.relation == "misquotes" and scene.quoted.get(link.from_) == link.to:
            end = Settlement(how="misquoted", position=position, report=link.from_, by_report=link.to)
            ends.setdefault(link.from_, []).append(end)
    return ends


def _sets(disputes: Sequence[Dispute], scene: Scene) -> Iterator[Contest]:
    joined = Merged((dispute.tie.link.from_, dispute.tie.link.to) for dispute in disputes)
    groups: dict[str, list[Dispute]] = {}
    for dispute in disputes:
        groups.setdefault(joined.name(dispute.tie.link.from_), []).append(dispute)
    for group in groups.values():
        reports = {end for dispute in group for end in (dispute.tie.link.from_, dispute.tie.link.to)}
        words = sorted((scene.words[report] for report in reports), key=lambda word: word.order)
        yield Contest(words=tuple(words), disputes=tuple(group))
