"""What was said of movements between the same two ends, with the links that bear on it: the unit that is sifted.

A stream that is made of the very same things as an earlier one has been sifted already: a timeline with thousands of
movements changes one or two of its streams with an event.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import is_

import msgspec

from app.domain.case import Case
from app.domain.echoes import Link
from app.domain.flows import Ends, Flow
from app.domain.sources import Merged
from app.domain.statements import Key, Statement


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """All that was said of the movements of one measure and one actor, as the ledger held it at one position.

    `linked` has the statements of every report that a link names, as in a `Case`.
    """

    flows: tuple[Flow, ...]
    linked: Mapping[str, tuple[Statement, ...]]
    links: tuple[Link, ...]
    kin: Merged
    measure_class: str


class Stream(msgspec.Struct, frozen=True):
    """`flows` in order; of `links` and `linked` what can tell on them: links that name their reports, or reports that
    those links name.
    """

    flows: tuple[Flow, ...]
    links: tuple[Link, ...] = ()
    linked: Mapping[str, tuple[Statement, ...]] = {}

    def is_made_as(self, other: "Stream") -> bool:
        """Whether both are made of the very same things; equal ones are not looked into."""
        return (
            _same(self.flows, other.flows)
            and _same(self.links, other.links)
            and all(said is other.linked.get(report) for report, said in self.linked.items())
        )

    @property
    def tied(self) -> bool:
        """Whether an id or a link may tie any of its flows to flows with other ends."""
        own = {flow.report for flow in self.flows}
        return any(flow.movement is not None for flow in self.flows) or any(
            link.relation == "same_movement" and not own.isdisjoint((link.from_, link.to)) for link in self.links
        )


def streams_of(traffic: Traffic) -> dict[Ends, Stream]:
    """By the ends that were stated, in the order of what was said first of each."""
    naming = _naming(traffic.links)
    return {ends: _stream(flows, traffic, naming) for ends, flows in _by_ends(traffic.flows).items()}


def case_of(stream: Stream, traffic: Traffic) -> Case:
    """The stream as something to select from; no place is meant."""
    key = stream.flows[0].key
    return Case(
        key=Key(measure=key.measure, actor=key.actor, place=""),
        statements=tuple(stream.flows),
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


def _naming(links: Iterable[Link]) -> dict[str, dict[int, Link]]:
    """By report the links that name it, each by its place among all."""
    found: dict[str, dict[int, Link]] = {}
    for at, link in enumerate(links):
        for report in (link.from_, link.to):
            found.setdefault(report, {})[at] = link
    return found


def _stream(flows: Sequence[Flow], traffic: Traffic, naming: Mapping[str, Mapping[int, Link]]) -> Stream:
    own = [naming[flow.report] for flow in flows if flow.report in naming]
    if not own:
        return Stream(tuple(flows))
    near = {end for links in own for link in links.values() for end in (link.from_, link.to)}
    found = {at: link for report in near for at, link in naming[report].items()}
    links = tuple(found[at] for at in sorted(found))
    ends = {end for link in links for end in (link.from_, link.to)}
    return Stream(tuple(flows), links, {end: traffic.linked.get(end, ()) for end in sorted(ends)})


def _same(one: Sequence[object], other: Sequence[object]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
