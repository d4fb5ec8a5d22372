"""Which reports speak of one movement, and how large they make it.

Reports of one movement are pooled, never added up. A pure function of the set of flows and links: nothing here depends
on the order in which they arrived. What counts for a view, echoes, misquotes and withdrawals are those of votes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.case import Case, View
from app.domain.echoes import Link, same_quantity
from app.domain.flows import Ends, Flow, Place
from app.domain.hearing import Left, hear
from app.domain.independence import effective_digit
from app.domain.sources import Merged
from app.domain.strands import Memory, tied_in, voices_of
from app.domain.streams import Stream, Streams, Traffic, case_of, streams_of
from app.domain.wording import read_figure, variances


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One movement: `best` in units of the measure; days and ends are those of the first report of it.

    An end of which the first says nothing is the first that another gives. `members` has one flow for each origin,
    in order. `movement` is the smallest id that a report of it bears, `order` the first report's.
    """

    movement: str | None
    from_: Place
    to: Place
    first_day: date
    last_day: date
    best: float
    members: tuple[Flow, ...]
    order: tuple[date, date, str, int]


class Movements(msgspec.Struct, frozen=True, kw_only=True):
    """`found` in the order of their first reports; `left_out` are the flows in the view that are in none."""

    found: tuple[Movement, ...]
    left_out: tuple[Left, ...]
    memory: "Memory[Sieve]"


class Sieve(msgspec.Struct, frozen=True):
    """The streams that movements were made of, each as it was sifted, and what had been reported."""

    streams: Streams
    sifted: Mapping[Ends, "Sifted"]
    reported: tuple[date, int] | None

    def fits(self, traffic: Traffic, view: View) -> bool:
        """Whether streams were sifted under the same as they would be now."""
        before = self.streams.traffic
        return (view.reported, traffic.measure_class) == (self.reported, before.measure_class) and (
            traffic.kin is before.kin
        )

    def recall(self, ends: Ends, stream: Stream) -> "Sifted | None":
        """A stream that is made of the same things."""
        found = self.sifted.get(ends)
        return found if found is not None and (found.stream is stream or found.stream.is_made_as(stream)) else None


class Sifted(msgspec.Struct, frozen=True):
    """What of a stream counts, and of each echo which report it repeats; and its movements, where no tie leads beyond
    it.
    """

    stream: Stream
    told: tuple[Flow, ...]
    repeats: tuple[tuple[Flow, str], ...]
    left: tuple[Left, ...]
    movements: tuple[Movement, ...] | None


def movements_of(traffic: Traffic, view: View, assumptions: Assumptions, *, like: Movements | None = None) -> Movements:
    """The movements that count for the view. Its day cuts none of them: what is later is on the way back to it.

    `like` are those of the same subject under the same assumptions: streams that did not change are taken from there.
    """
    before = like.memory.of if like is not None else None
    streams = streams_of(traffic, like=before.streams if before is not None else None)
    recalled = before is not None and before.fits(traffic, view)
    sifted = {}
    for ends, stream in streams.by_ends.items():
        known = before.recall(ends, stream) if before is not None and recalled else None
        sifted[ends] = known or _sifted(stream, traffic, view, assumptions)
    left = [one for each in sifted.values() for one in each.left]
    found = [one for each in sifted.values() for one in each.movements or ()]
    found += _together([one for one in sifted.values() if one.movements is None], traffic, view, assumptions, left)
    found.sort(key=lambda movement: movement.order)
    return Movements(found=tuple(found), left_out=tuple(left), memory=Memory(Sieve(streams, sifted, view.reported)))


def _sifted(stream: Stream, traffic: Traffic, view: View, assumptions: Assumptions) -> Sifted:
    """Leave out what could not vote either: taken back, misquoted, repeated. What is merely older was no less so."""
    own = {(flow.report, flow.ordinal): flow for flow in stream.statements}
    case = case_of(stream, traffic)
    # on the last of all days nothing is yet to come; the view's own day does not cut movements
    always = View(day=date.max, reported=view.reported)
    heard = [hear(voice, always, assumptions) for voice in voices_of(case, tied_in(case)).values()]
    told = [own[word.statement.report, word.statement.ordinal] for one in heard for word in one.words]
    repeats: list[tuple[Flow, str]] = []
    left: list[Left] = []
    for one in sorted((one for each in heard for one in each.left), key=lambda one: one.statement.order):
        flow = own[one.statement.report, one.statement.ordinal]
        if one.why == "superseded":
            told.append(flow)
        else:
            left.append(one)
            if one.why == "echo_of" and one.by is not None:
                repeats.append((flow, one.by))
    told.sort(key=_order)
    movements = None
    if not stream.tied:
        groups = _grouped(told, {}, assumptions)
        movements = tuple(_movement(group, case, view, assumptions, left) for group in groups)
    return Sifted(stream, tuple(told), tuple(repeats), tuple(left), movements)


def _together(
    several: Sequence[Sifted], traffic: Traffic, view: View, assumptions: Assumptions, left: list[Left]
) -> list[Movement]:
    """The movements of streams that may be tied to each other."""
    if not several:
        return []
    told = sorted((flow for one in several for flow in one.told), key=_order)
    repeats = [repeat for one in several for repeat in one.repeats]
    groups = _grouped(told, _ties(told, repeats, traffic.links), assumptions)
    case = case_of(Stream(tuple(told), traffic.links, traffic.linked), traffic) if told else None
    return [_movement(group, case, view, assumptions, left) for group in groups if case is not None]


def _order(flow: Flow) -> tuple[date, date, str, int]:
    return flow.order


def _node(flow: Flow) -> str:
    return f"{flow.report} {flow.ordinal}"


def _ties(told: Sequence[Flow], repeats: Sequence[tuple[Flow, str]], links: Iterable[Link]) -> dict[Flow, str]:
    """The flows that an id or a link ties to a movement, with a name for it; an echo ties what it repeats."""
    same, tied = Merged(), set[str]()
    by_report: dict[str, list[Flow]] = {}
    for flow in (*told, *(echo for echo, _ in repeats)):
        by_report.setdefault(flow.report, []).append(flow)
        if flow.movement is not None:
            same.join(_node(flow), f" {flow.movement}")  # no report's name begins with a space
            tied.add(_node(flow))
    for echo, report in repeats:
        original = next((flow for flow in by_report.get(report, ()) if flow.ends == echo.ends), echo)
        same.join(_node(echo), _node(original))
    for link in links:
        if link.relation == "same_movement":
            for one, other in _pairs(by_report.get(link.from_, ()), by_report.get(link.to, ())):
                same.join(_node(one), _node(other))
                tied.add(_node(one))
    names = {same.name(node) for node in tied}
    return {flow: name for flow in told if (name := same.name(_node(flow))) in names}


def _pairs(ones: Sequence[Flow], others: Sequence[Flow]) -> list[tuple[Flow, Flow]]:
    """Which flows of two linked reports are one movement: those with the same ends, else the only ones of each."""
    alike = [(one, other) for one in ones for other in others if one.ends == other.ends]
    if not alike and len(ones) == len(others) == 1:
        return [(ones[0], others[0])]
    return alike


class _Group:
    """Reports of one movement in their order; `tie` is the name of the movement that an id or a link gave it."""

    def __init__(self) -> None:
        self.members: list[Flow] = []
        self.tie: str | None = None

    def admits(self, flow: Flow, tie: str | None) -> bool:
        """Whether nothing keeps the flow apart: another name, or the same origin with another day or period."""
        if tie is not None and self.tie is not None:
            return False
        own = [member for member in self.members if member.origin == flow.origin]
        return not own or any(member.days == flow.days for member in own)


def _grouped(flows: Sequence[Flow], ties: Mapping[Flow, str], assumptions: Assumptions) -> list[_Group]:
    groups: list[_Group] = []
    near: dict[Ends, list[_Group]] = {}  # by the ends of their first member
    tied: dict[str, _Group] = {}
    for flow in flows:
        tie = ties.get(flow)
        group = tied.get(tie) if tie is not None else None
        if group is None:
            group = _fitting(near.setdefault(flow.ends, []), flow, tie, assumptions)
        if group is None:
            group = _Group()
            groups.append(group)
            near[flow.ends].append(group)
        group.members.append(flow)
        if tie is not None:
            group.tie = tie
            tied[tie] = group
    return groups


def _fitting(groups: Sequence[_Group], flow: Flow, tie: str | None, assumptions: Assumptions) -> _Group | None:
    """The earliest group near enough in time that admits the flow; `groups` by their first members' order."""
    found = None
    for group in reversed(groups):
        if (flow.days[1] - group.members[0].days[1]).days > assumptions.movement_days:
            break
        if group.admits(flow, tie):
            found = group
    return found


def _movement(group: _Group, case: Case, view: View, assumptions: Assumptions, left: list[Left]) -> Movement:
    first, flows = group.members[0], group.members
    members = sorted(_one_per_origin(flows, left), key=_order)
    return Movement(
        movement=min((flow.movement for flow in flows if flow.movement is not None), default=None),
        from_=next((flow.way.from_ for flow in flows if flow.way.from_ is not None), None),
        to=next((flow.way.to for flow in flows if flow.way.to is not None), None),
        first_day=first.days[0],
        last_day=first.days[1],
        best=_pooled(members, case, view, assumptions),
        members=tuple(members),
        order=first.order,
    )


def _one_per_origin(flows: Iterable[Flow], left: list[Left]) -> Iterable[Flow]:
    """The last figure that each origin gave for the movement; the same figure again is an echo of the first."""
    kept: dict[str, Flow] = {}
    for flow in flows:
        before = kept.setdefault(flow.origin, flow)
        if before is flow:
            continue
        if same_quantity(before, flow):
            left.append(Left(statement=flow, why="echo_of", by=before.report))
        else:
            left.append(Left(statement=before, why="superseded", by=flow.report))
            kept[flow.origin] = flow
    return kept.values()


def _pooled(flows: Sequence[Flow], case: Case, view: View, assumptions: Assumptions) -> float:
    """The mean of the figures, each weighted by the inverse of its variance on the scale, the mean of its two sides.

    One alone is taken as it is, to the last bit and whatever its grade.
    """
    seen = assumptions.classes[case.measure_class]
    if len(flows) == 1:
        return read_figure(flows[0].figure, seen.error, assumptions).centre
    weighted = weights = 0.0
    for flow in flows:
        reading = read_figure(flow.figure, seen.error, assumptions)
        digit = effective_digit(flow, case, view)
        grade = assumptions.letters[flow.letter] * assumptions.digits[str(digit)]
        below, above = variances(reading, seen.error * grade * flow.likelihood, seen.kappa)
        weight = 2 / (below + above)
        weighted += weight * reading.centre
        weights += weight
    return weighted / weights
