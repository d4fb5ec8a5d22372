"""What is called how: the registries of a timeline, for pages that show names and link by them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request

from app.charts.marks import chain_text, speaker
from app.room.asking import ask, of_timeline

NAMES_MAX = "1000"
"""Of one kind; a name beyond it is shown as it is in addresses."""
_KINDS = ("measures", "actors", "places", "sources")


class Names(msgspec.Struct, frozen=True):
    """By kind, what each name in addresses stands for."""

    measures: dict[str, dict[str, Any]]
    actors: dict[str, dict[str, Any]]
    places: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]]

    def measure(self, name: str) -> str:
        return _name(self.measures, name)

    def actor(self, name: str) -> str:
        return _name(self.actors, name)

    def place(self, name: str) -> str:
        return _name(self.places, name)

    def source(self, name: str) -> str:
        return _name(self.sources, name)

    def actors_text(self, actors: Sequence[str]) -> str:
        return ", ".join(map(self.actor, actors))

    def places_text(self, places: Sequence[str]) -> str:
        return ", ".join(map(self.place, places))

    def unit(self, measure: str) -> str:
        return str(self.measures[measure]["unit"]) if measure in self.measures else ""

    def called(self, kind: str) -> dict[str, str]:
        """What each name of a kind stands for."""
        return {name: one["name"] for name, one in getattr(self, kind).items()}

    def chain(self, development: dict[str, Any]) -> str:
        """From the publisher to whose word it is."""
        return chain_text(development, self.called("sources"))

    def speaker(self, origin: str) -> str:
        """A source, or who is not named."""
        return speaker(origin, self.called("sources"))


async def read_names(request: Request[Any, Any, Any], timeline: str) -> Names:
    answers = await ask(request, *(of_timeline(timeline, f"/{kind}", limit=NAMES_MAX) for kind in _KINDS))
    tables = [
        {item[kind.removesuffix("s")]: item for item in answer["items"]}
        for kind, answer in zip(_KINDS, answers, strict=True)
    ]
    return Names(*tables)


def _name(table: dict[str, dict[str, Any]], name: str) -> str:
    return str(table[name]["name"]) if name in table else name
