"""What changed between two days, as far as it can be told apart from how it is read: topics, repeats, causes.

A brief is about reported time: what had been said by the end of the last day, and not by that of the first. Nothing
here reads or writes; `pages` puts it into words.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.events.report import ReportKind, Stance
from app.domain.panel import Figures
from app.domain.statements import Key

TOPICS: dict[str, tuple[ReportKind, ...]] = {
    "forces": ("force_presence", "force_movement", "unit_identification"),
    "fighting": ("military_operation", "territorial_control", "casualties", "capture"),
    "readiness": ("training", "capability", "command_and_control"),
    "materiel": ("materiel_transfer",),
    "politics": ("diplomatic_contact", "policy_signal"),
    "judgement": ("assessment", "population", "background_fact"),
}
"""In the order in which they are told. Every kind is in one of them."""

_TOPIC_OF = {kind: topic for topic, kinds in TOPICS.items() for kind in kinds}

CAUSES_MAX = 3
"""So many causes of one move are told by name; the others are told as one."""


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """Another report that a line names, and whose word it is."""

    report: str
    origin: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A development that is new, with the reports that only repeat it and those that dispute it.

    `place` is the first one that it speaks of. `correction` is why our record of it was mended.
    """

    report: str
    kind: ReportKind
    stance: Stance
    day: date
    origin: str
    grade: str
    place: str | None
    summary: str
    echo_of: str | None
    superseded_by: Other | None
    disputed_by: tuple[Other, ...]
    correction: str | None
    repeats: tuple[str, ...] = ()


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    told: tuple[Told, ...]


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A report that its origin or its publisher withdrew on a day, and why."""

    report: str
    day: date
    by: str
    origin: str
    summary: str
    reason: str | None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of two reports that are set against each other."""

    report: str
    origin: str
    summary: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute that opened on a day, when the second of the two was said, or closed on one.

    Then `how`: `ended` was taken back, overtaken by a report, or misquotes one.
    """

    relation: str
    day: date
    one: Side
    other: Side
    how: str | None = None
    ended: str | None = None
    by_report: str | None = None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What one report did to the best figure, in whole units. `origin` and `day` are the report's."""

    cause: str
    report: str | None
    origin: str | None
    day: date | None
    best: int


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate before and after; None: there was none. `causes`, `others` and `time_passed` sum to the change of
    its best, an estimate that there was not counting as nothing.
    """

    key: Key
    unit: str
    before: Figures | None
    after: Figures | None
    votes: int
    flags: tuple[str, ...]
    causes: tuple[Cause, ...]
    others: int
    others_count: int
    time_passed: int

    @property
    def change(self) -> int:
        return best_of(self.after) - best_of(self.before)


def best_of(figures: Figures | None) -> int:
    """An estimate that there is not counts as nothing."""
    return figures.best or 0 if figures is not None else 0


def by_topic(told: Iterable[Told]) -> tuple[list[Topic], list[Told]]:
    """New developments by topic, each with its repeats; and beside them what only repeats something older.

    Within a topic what speaks of one place stands together, places in the order in which they are first spoken of.
    """
    every = {one.report: one for one in sorted(told, key=lambda one: (one.day, one.report))}
    first = {report: _first(report, every) for report in every}
    repeats: dict[str, list[str]] = {}
    for report, above in first.items():
        if above != report:
            repeats.setdefault(above, []).append(report)
    kept = [
        msgspec.structs.replace(one, repeats=tuple(repeats.get(report, ())))
        for report, one in every.items()
        if first[report] == report
    ]
    older = [one for report, one in every.items() if first[report] not in every]
    topics = [
        Topic(topic=topic, told=tuple(_place_by_place([one for one in kept if _TOPIC_OF[one.kind] == topic])))
        for topic in TOPICS
    ]
    return [topic for topic in topics if topic.told], older


def _first(report: str, every: Mapping[str, Told]) -> str:
    """The report at the beginning of its repeats, which may be older than all of these; in a circle the earliest."""
    way: list[str] = []
    while report in every and report not in way and (above := every[report].echo_of) is not None:
        way.append(report)
        report = above
    circle = way[way.index(report) :] if report in way else [report]
    return min(circle, key=list(every).index) if len(circle) > 1 else report


def _place_by_place(told: Sequence[Told]) -> list[Told]:
    order = {place: at for at, place in enumerate(dict.fromkeys(one.place for one in told))}
    return sorted(told, key=lambda one: (one.place is None, order[one.place], one.day, one.report))


def main_causes(causes: Iterable[Cause], *, appeared: bool = False) -> tuple[tuple[Cause, ...], int, int]:
    """The largest, then what the others come to, and how many they are.

    What did nothing to the best is left out, but where nothing did anything to it and the estimate `appeared` or went
    all the same: it came as nought, or as bounds alone.
    """
    every = list(causes)
    moving = [one for one in every if one.best] or (every if appeared else [])
    moving.sort(key=lambda one: (-abs(one.best), one.report or ""))
    # one that would stand alone among the others takes no more room than they
    named = len(moving) if len(moving) == CAUSES_MAX + 1 else CAUSES_MAX
    return tuple(moving[:named]), sum(one.best for one in moving[named:]), len(moving[named:])


def distance(before: Figures | None, after: Figures | None) -> int:
    """How far an estimate moved, in micro-units of its scale; one that appeared or went counts as its whole height."""
    was, now = (figures.best_u or 0 if figures is not None else 0 for figures in (before, after))
    return abs(now - was)
