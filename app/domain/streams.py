"""What was said of movements between the same two ends, with the links that bear on it: the unit that is sifted."""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.case import Case
from app.domain.echoes import Link
from app.domain.flows import Ends, Flow
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from app.domain.strands import Naming, Strand, unshared


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
    """A traffic stream by stream: by the ends that were stated, in the order of what was said first of each.

    `naming` has by report the streams on which it bears: those that have it, or that a link ties to it.
    """

    traffic: Traffic
    by_ends: Mapping[Ends, Stream]
    naming: Mapping[str, tuple[Ends, ...]]


def streams_of(traffic: Traffic, *, like: Streams | None = None) -> Streams:
    """`like` are those of an earlier traffic: a stream on which nothing bears that came or went since is the very same
    one. Whether others are equal is not looked into.
    """
    if like is None:
        return _arranged(traffic, {}, {}, _by_ends(traffic.flows))
    come, gone = unshared(traffic.flows, like.traffic.flows)
    stirred = {flow.ends for flow in (*come, *gone)}
    reports = _stirring(traffic, like.traffic) | {flow.report for flow in (*come, *gone)}
    stirred |= {ends for report in reports for ends in like.naming.get(report, ())}
    left = set(map(id, gone))
    known = [flow for ends in stirred & like.by_ends.keys() for flow in like.by_ends[ends].statements]
    again = _by_ends([*(flow for flow in known if id(flow) not in left), *come])
    kept = {ends: stream for ends, stream in like.by_ends.items() if ends not in stirred}
    return _arranged(traffic, kept, like.naming, again)


def _arranged(
    traffic: Traffic,
    kept: Mapping[Ends, Stream],
    naming: Mapping[str, tuple[Ends, ...]],
    again: Mapping[Ends, Sequence[Flow]],
) -> Streams:
    """The streams kept, in their order, and those made again, each in its place. `naming` may tell of more than there
    is.
    """
    links = Naming(traffic.links)
    both, named = list(kept.items()), dict(naming)
    for ends, flows in again.items():
        strand = links.strand(flows, traffic.linked)
        stream = Stream(tuple(flows), strand.links, strand.linked)
        insort(both, (ends, stream), key=_order_of_first)
        for report in {flow.report for flow in flows} | strand.linked.keys():
            named[report] = tuple({*named.get(report, ()), ends})
    return Streams(traffic, dict(both), named)


def _order_of_first(pair: tuple[Ends, Stream]) -> tuple[date, date, str, int]:
    return pair[1].statements[0].order


def _stirring(now: Traffic, before: Traffic) -> set[str]:
    """The reports of which something else is said, or that a link names which came or went.

    A link that comes near a stream names a report that the stream has, or that its links lead to.
    """
    come, gone = unshared(now.links, before.links)
    named = {end for link in (*come, *gone) for end in (link.from_, link.to)}
    said = now.linked.keys() | before.linked.keys()
    return named | {report for report in said if now.linked.get(report) is not before.linked.get(report)}


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
