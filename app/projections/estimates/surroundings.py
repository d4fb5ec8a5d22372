"""What the ledger says of measures, sources and places at one position: read once, then carried on event by event."""

from collections.abc import Mapping
from copy import copy
from typing import Any, Self

from sqlalchemy import Connection

from app.domain import events as e
from app.domain.measures import Measure, measure_of
from app.domain.nesting import nesting_of
from app.domain.sources import Merged, Sources
from app.projections.generations import Generations
from app.projections.registry import read_definitions, read_measures, read_source_links

Registered = Mapping[str, e.SourceRegistered]
Linked = Mapping[str, e.SourcesLinked]
Defined = Mapping[str, e.PlaceDefined]


class Surroundings:
    """Never changes: an event gives another one, or the same where it changes nothing here.

    `kin` is which sources cannot be shown to be independent, `places` where places lie. Each is the same object as long
    as it is the same, and so is `defined`.
    """

    def __init__(
        self, *, measures: Mapping[str, Measure], defined: Defined, registered: Registered, linked: Linked
    ) -> None:
        self.measures = measures
        self.defined = defined
        self._registered = registered
        self._linked = linked
        self.kin = _kin(registered, linked)
        self.places = nesting_of(defined)

    @classmethod
    def read(cls, connection: Connection, generations: Generations, position: int) -> Self:
        return cls(
            measures=read_measures(connection, generations, at=position),
            defined=read_definitions(connection, generations, "place", e.PlaceDefined, at=position),
            registered=read_definitions(connection, generations, "source", e.SourceRegistered, at=position),
            linked=read_source_links(connection, generations, at=position),
        )

    def after(self, body: e.Body, event_id: str) -> "Surroundings":
        """As of the next event."""
        match body:
            case e.MeasureDefined():
                return self._with(measures={**self.measures, body.measure: measure_of(body)})
            case e.PlaceDefined():
                return self._placed(body)
            case e.SourceRegistered():
                before = self._registered.get(body.source)
                registered = {**self._registered, body.source: body}
                ties_anew = _ties(before) != _ties(body)
                return self._tied(registered, self._linked) if ties_anew else self._with(_registered=registered)
            case e.SourcesLinked():
                return self._tied(self._registered, {**self._linked, event_id: body})
            case e.LinkWithdrawn() if body.link in self._linked:
                linked = {link: one for link, one in self._linked.items() if link != body.link}
                return self._tied(self._registered, linked)
            case _:
                return self

    def moves(self, place: e.PlaceDefined) -> bool:
        """Whether a definition to come puts a place that is there already elsewhere."""
        before = self.defined.get(place.place)
        return before is not None and (before.part_of, before.within) != (place.part_of, place.within)

    def _placed(self, body: e.PlaceDefined) -> "Surroundings":
        defined = {**self.defined, body.place: body}
        places = nesting_of(defined)
        return self._with(defined=defined, places=self.places if places == self.places else places)

    def _tied(self, registered: Registered, linked: Linked) -> "Surroundings":
        """With other ties among sources: nothing rests on those but which sources may be one."""
        kin = _kin(registered, linked)
        same = all(self.kin.name(source) == kin.name(source) for source in registered)
        return self._with(_registered=registered, _linked=linked, kin=self.kin if same else kin)

    def _with(self, **values: Any) -> "Surroundings":
        other = copy(self)
        other.__dict__.update(values)
        return other


def _ties(source: e.SourceRegistered | None) -> tuple[str | None, tuple[str, ...]]:
    return (source.part_of, tuple(source.may_overlap)) if source is not None else (None, ())


def _kin(registered: Registered, linked: Linked) -> Merged:
    return Sources(registered=registered, links=tuple(linked.values())).kin()
