"""What the ledger says of measures, sources and places while events are applied: read once, then kept up by the events.

As of the position up to which it has learned; what an event to come will do is asked before it is learned.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.domain import events as e
from app.domain.measures import Measure, measure_of
from app.domain.nesting import Nesting, nesting_of
from app.domain.sources import Merged, Sources
from app.projections.generations import Generations
from app.projections.registry import read_definitions, read_measures, read_source_links

Registered = Mapping[str, e.SourceRegistered]
Linked = Mapping[str, e.SourcesLinked]


class Surroundings:
    """First as of the position at which it is made."""

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self.measures: Mapping[str, Measure] = read_measures(connection, generations, at=position)
        self._defined = read_definitions(connection, generations, "place", e.PlaceDefined, at=position)
        self._registered: Registered = read_definitions(
            connection, generations, "source", e.SourceRegistered, at=position
        )
        self._linked: Linked = read_source_links(connection, generations, at=position)
        self._kin: Merged | None = None
        self._places: Nesting | None = None

    @property
    def places(self) -> Nesting:
        if self._places is None:
            self._places = nesting_of(self._defined)
        return self._places

    @property
    def kin(self) -> Merged:
        """Which sources cannot be shown to be independent."""
        if self._kin is None:
            self._kin = _kin(self._registered, self._linked)
        return self._kin

    def moves(self, place: e.PlaceDefined) -> bool:
        """Whether a definition to come puts a place that is there already elsewhere."""
        before = self._defined.get(place.place)
        return before is not None and (before.part_of, before.within) != (place.part_of, place.within)

    def regroups(self, body: e.Body, event_id: str) -> bool:
        """Whether an event to come changes which sources may be one."""
        registered, linked = self._after(body, event_id)
        if registered is self._registered and linked is self._linked:
            return False
        if not self._ties_anew(body):
            return False
        kin = _kin(registered, linked)
        return any(self.kin.name(source) != kin.name(source) for source in registered)

    def learn(self, body: e.Body, event_id: str) -> None:
        """Take an event in."""
        match body:
            case e.MeasureDefined():
                self.measures = {**self.measures, body.measure: measure_of(body)}
            case e.PlaceDefined():
                self._defined[body.place] = body
                self._places = None
            case e.SourceRegistered() | e.SourcesLinked() | e.LinkWithdrawn():
                tied = self._ties_anew(body)
                self._registered, self._linked = self._after(body, event_id)
                if tied:
                    self._kin = None
            case _:
                pass

    def _ties_anew(self, body: e.Body) -> bool:
        """Whether it says anything else of ties than was known; else all that rests on `kin` stays what it is."""
        return not isinstance(body, e.SourceRegistered) or _ties(self._registered.get(body.source)) != _ties(body)

    def _after(self, body: e.Body, event_id: str) -> tuple[Registered, Linked]:
        match body:
            case e.SourceRegistered():
                return {**self._registered, body.source: body}, self._linked
            case e.SourcesLinked():
                return self._registered, {**self._linked, event_id: body}
            case e.LinkWithdrawn() if body.link in self._linked:
                return self._registered, {link: one for link, one in self._linked.items() if link != body.link}
            case _:
                return self._registered, self._linked


def _ties(source: e.SourceRegistered | None) -> tuple[str | None, tuple[str, ...]]:
    return (source.part_of, tuple(source.may_overlap)) if source is not None else (None, ())


def _kin(registered: Registered, linked: Linked) -> Merged:
    return Sources(registered=registered, links=tuple(linked.values())).kin()
