"""All that was said of one subject while events are applied: read once, changed in memory.

Of the reports that speak of the subject, and of those that a link ties to them, it is what the database will say as of
the last event that it took, as long as nobody else writes.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace
from sqlalchemy import Connection

from app.domain.echoes import Link
from app.domain.family import Family
from app.domain.flows import Flow, flows_in
from app.domain.independence import CONFIRMED
from app.domain.nesting import Nesting
from app.domain.selection import Case
from app.domain.statements import AMBIGUOUS, Key, Statement, Subject
from app.domain.streams import Traffic
from app.projections.estimates.cases import Naming, build_case, build_family, by_report, ends, read_said, traffic_of
from app.projections.estimates.surroundings import Surroundings
from app.projections.estimates.telling import Change
from app.projections.generations import Generations

WHOLE = ""
"""In the place of a root: all trees of the subject."""


class Book:
    """Of reports that a link names it has what they say of other subjects too; of the others it need not."""

    def __init__(
        self,
        subject: Subject,
        known: Surroundings,
        own: Iterable[Statement],
        naming: Naming,
        linked: Mapping[str, tuple[Statement, ...]],
    ) -> None:
        self.subject = subject
        self._known = known
        self._links_by_id: dict[str, Link] = {}
        self._links: dict[str, tuple[Link, ...]] = {}  # of those reports alone that any names
        self._by_report: dict[str, tuple[Statement, ...]] = {}
        self._on_place: dict[str, dict[str, list[Statement]]] = {}
        self._moving: dict[str, None] = {}  # every report that speaks of a movement
        self._flows: dict[str, tuple[Flow, ...]] = {}
        self._cases: dict[str, Case] = {}
        self._traffic: Traffic | None = None
        self._trees: dict[str, Family] = {}
        for report, said in by_report(own).items():
            links = naming.of([report])
            self._tie(report, links)
            for end in ends(links):
                self._put(end, linked.get(end, ()))
            if report not in self._by_report:
                self._put(report, said)

    @property
    def size(self) -> int:
        """How many reports are in memory."""
        return len(self._by_report)

    def see(self, known: Surroundings) -> None:
        """Forget what rests on measures, on who is related to whom, or on where places lie, where that has changed."""
        was, self._known = self._known, known
        measure = self.subject.measure
        if known.kin is not was.kin or known.measures.get(measure) != was.measures.get(measure):
            self._cases, self._traffic, self._trees = {}, None, {}
        elif known.places is not was.places:
            self._trees = {}

    def tree(self, root: str) -> Family:
        """What stands in one tree, or in all of them. What nothing has changed is the same object as before: tree,
        cases, and movements.
        """
        if root == WHOLE:
            return self._family(lambda _: True)
        if root not in self._trees:
            self._trees[root] = self._family(lambda place: self.root_of(place) == root)
        return self._trees[root]

    def stirs(self, change: Change) -> bool:
        """Whether any report that the event touches speaks of a movement of the subject, before or from then on, or is
        linked to one that does; or a movement was confirmed, and the event changes which sources can confirm anything.
        """
        touched = change.links.keys()
        if not (touched.isdisjoint(self._moving) and touched.isdisjoint(self.traffic.linked)):
            return True
        if change.after.kin is not change.before.kin and any(flow.digit == CONFIRMED for flow in self.traffic.flows):
            return True
        return any(one.way is not None and one.key.subject == self.subject for one in change.new)

    def root_of(self, place: str) -> str:
        """The tree in which a place lies."""
        return self._known.places.root_of(place)

    @property
    def traffic(self) -> Traffic:
        """What was said of movements, the same object as long as nothing stirs it."""
        if self._traffic is None:
            moving = sorted(self._moving)
            links = self._links_among(self._moving)
            self._traffic = traffic_of(
                tuple(flow for report in moving for flow in self._flows_of(report) if flow.key.subject == self.subject),
                links,
                {report: self._by_report.get(report, ()) for report in ends(links)},
                self._known.measures.get(self.subject.measure),
                self._known.kin,
            )
        return self._traffic

    @property
    def places(self) -> Nesting:
        """Where places lie."""
        return self._known.places

    @property
    def spoken_of(self) -> list[str]:
        """The places of which anything was said."""
        return [place for place, said in self._on_place.items() if said]

    def regraded(self, change: Change) -> dict[str, tuple[Statement, ...]]:
        """What reports say from an event on that gives them other letters and nothing else."""
        return {
            report: tuple([replace(one, letter=change.regraded[report]) for one in self._by_report[report]])
            for report in change.reports.get(self.subject, ())
            if report in change.regraded and report in self._by_report
        }

    def take(self, change: Change, places: Iterable[str], *, stirred: bool) -> None:
        """Take in what an event changed; at these places something else is said than before, `stirred`: of movements.

        Elsewhere what was put together stays as it is, with the letters that it had.
        """
        for place in places:
            self._cases.pop(place, None)
            self._trees.pop(self.root_of(place), None)
        if stirred:
            self._traffic, self._trees = None, {}
        for report in change.reports.get(self.subject, ()):
            if report in change.links:
                self._tie(report, change.links[report])
            if report in change.said and self._by_report.get(report) != change.said[report]:
                self._put(report, change.said[report])
        for report, said in self.regraded(change).items():
            self._put(report, said)
        self.see(change.after)

    def _family(self, holds: Callable[[str], bool]) -> Family:
        return build_family(
            self.subject,
            cases={
                place: self._case(place, said)
                for place, said in self._on_place.items()
                if said and place != AMBIGUOUS and holds(place)
            },
            traffic=self.traffic,
            measure=self._known.measures.get(self.subject.measure),
            places=self._known.places,
        )

    def _key(self, place: str) -> Key:
        return Key(measure=self.subject.measure, actor=self.subject.actor, place=place)

    def _flows_of(self, report: str) -> tuple[Flow, ...]:
        """The same objects as long as the report says the same: by them it is seen that nothing changed."""
        if report not in self._flows:
            self._flows[report] = flows_in(self._by_report[report])
        return self._flows[report]

    def _case(self, place: str, said: Mapping[str, list[Statement]]) -> Case:
        """`said` has what the reports say of the place."""
        if place not in self._cases:
            key, links = self._key(place), self._links_among(said)
            own = [one for report in sorted(said) for one in said[report]]
            linked = {report: self._by_report.get(report, ()) for report in ends(links)}
            measure = self._known.measures.get(key.measure)
            self._cases[place] = build_case(key, own, links, linked, measure, self._known.kin)
        return self._cases[place]

    def _links_among(self, reports: Mapping[str, object]) -> list[Link]:
        """Every link that names any of these, once."""
        tied = sorted(reports.keys() & self._links.keys())
        return list({link.link: link for report in tied for link in self._links[report]}.values())

    def _tie(self, report: str, links: Iterable[Link]) -> None:
        """These links, and no others, name the report. A link known before stays the same object."""
        self._links[report] = tuple(self._links_by_id.setdefault(link.link, link) for link in links)
        if not self._links[report]:
            del self._links[report]

    def _put(self, report: str, said: tuple[Statement, ...]) -> None:
        for one in self._by_report.get(report, ()):
            if one.key.subject == self.subject:
                self._on_place[one.key.place].pop(report, None)
        self._by_report[report] = said
        self._flows.pop(report, None)
        self._moving.pop(report, None)
        for one in said:
            if one.key.subject == self.subject:
                self._on_place.setdefault(one.key.place, {}).setdefault(report, []).append(one)
                if one.way is not None:
                    self._moving[report] = None


def read_books(
    connection: Connection, generations: Generations, subjects: Iterable[Subject], known: Surroundings, position: int
) -> list[Book]:
    """Those of some subjects, as they stood at a position; `known` is as of there."""
    wanted = list(subjects)
    said = read_said(connection, generations, wanted, at=position)
    on_subject: dict[Subject, list[Statement]] = {subject: [] for subject in wanted}
    for one in said.statements:
        on_subject[one.key.subject].append(one)
    naming = Naming(said.links)
    return [Book(subject, known, own, naming, said.linked) for subject, own in on_subject.items()]
