"""What was said of movements between the same two ends, with the links that bear on it: the unit that is sifted."""

from collections.abc import Iterable, Mapping

import msgspec

from app.domain.case import Case
from app.domain.echoes import Link
from app.domain.flows import Ends, Flow
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from app.domain.strands import Naming, Strand


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


def streams_of(traffic: Traffic) -> dict[Ends, Stream]:
    """By the ends that were stated, in the order of what was said first of each."""
    naming = Naming(traffic.links)
    found = {}
    for ends, flows in _by_ends(traffic.flows).items():
        strand = naming.strand(flows, traffic.linked)
        found[ends] = Stream(tuple(flows), strand.links, strand.linked)
    return found


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
