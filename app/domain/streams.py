"""What was said of movements between the same two ends, with the links that bear on it: the unit that is sifted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from app.domain.case import Case
from app.domain.echoes import Link
from app.domain.flows import Ends, Flow
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from app.domain.strands import Naming, Strand

T = TypeVar("T")


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """All that was said of the movements of one measure and one actor, as the ledger held it at one position.

    `linked` has the statements of every report that a link names, as in a `Case`.
    """

    flows: tuple[Flow, ...]
    linked: Mapping[str, tuple[Statement, ...]]
    links: tuple[Link, ...]
    kin: Merged
    measure_class: str


class Stream(Strand, frozen=True):
    """What was said of movements between the same two ends: flows, in order."""

    statements: tuple[Flow, ...]

    @property
    def tied(self) -> bool:
        """Whether an id or a link may tie any of its flows to flows with other ends."""
        own = {flow.report for flow in self.statements}
        return any(flow.movement is not None for flow in self.statements) or any(
            link.relation == "same_movement" and not own.isdisjoint((link.from_, link.to)) for link in self.links
        )


class Streams(msgspec.Struct, frozen=True):
    """A traffic stream by stream: by the ends that were stated, in the order of what was said first of each."""

    traffic: Traffic
    by_ends: Mapping[Ends, Stream]


def streams_of(traffic: Traffic, *, like: Streams | None = None) -> Streams:
    """`like` are those of an earlier traffic: a stream on which nothing bears that came or went since is the very same
    one. Whether others are equal is not looked into.
    """
    known: dict[Ends, Stream] = {}
    if like is not None:
        changed = _changed(traffic, like.traffic)
        known = {ends: stream for ends, stream in like.by_ends.items() if not changed.stirs(ends, stream)}
    naming = Naming(traffic.links)
    found = {}
    for ends, flows in _by_ends(flow for flow in traffic.flows if flow.ends not in known).items():
        strand = naming.strand(flows, traffic.linked)
        found[ends] = Stream(tuple(flows), strand.links, strand.linked)
    both = sorted((known | found).items(), key=lambda pair: pair[1].statements[0].order)
    return Streams(traffic, dict(both))


class _Changed(msgspec.Struct, frozen=True):
    """What came or went: between which ends something was said, and on which reports something bears."""

    ends: set[Ends]
    reports: set[str]

    def stirs(self, ends: Ends, stream: Stream) -> bool:
        """A link that comes near the stream names a report that the stream has, or that its links lead to."""
        return (
            ends in self.ends
            or not self.reports.isdisjoint(stream.linked)
            or any(flow.report in self.reports for flow in stream.statements)
        )


def _changed(now: Traffic, before: Traffic) -> _Changed:
    flows, links = _unshared(now.flows, before.flows), _unshared(now.links, before.links)
    reports = {flow.report for flow in flows} | {end for link in links for end in (link.from_, link.to)}
    reports |= {
        report
        for report in now.linked.keys() | before.linked.keys()
        if now.linked.get(report) is not before.linked.get(report)
    }
    return _Changed({flow.ends for flow in flows}, reports)


def _unshared(ones: Sequence[T], others: Sequence[T]) -> list[T]:
    """What only one of the two has; equal is not the same here."""
    left, right = set(map(id, ones)), set(map(id, others))
    return [*(one for one in ones if id(one) not in right), *(other for other in others if id(other) not in left)]


def case_of(stream: Stream, traffic: Traffic) -> Case:
    """The stream as something to select from; no place is meant."""
    key = stream.statements[0].key
    return Case(
        key=Key(measure=key.measure, actor=key.actor, place=""),
        statements=stream.statements,
        linked=stream.linked,
        links=stream.links,
        kin=traffic.kin,
        measure_class=traffic.measure_class,
        running_total=False,
    )


def _by_ends(flows: Iterable[Flow]) -> dict[Ends, list[Flow]]:
    found: dict[Ends, list[Flow]] = {}
    for flow in sorted(flows, key=lambda flow: flow.order):
        found.setdefault(flow.ends, []).append(flow)
    return found
