"""Topics: which report speaks to which question, version by version.

What a report says stands among the developments; here is only what it is asked for, which its correction alone can
change. So nothing is read but rows of the projection's own.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.database.many import among
from app.domain import events as e
from app.domain.topics import Topic, topics_of
from app.projections.generations import Generations
from app.projections.projection import Event, Fold, Projection
from app.projections.tables import topics
from app.projections.versions import Versions


class Topics(Fold):
    """One generation while events are applied: nothing is kept in memory."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    @property
    def size(self) -> int:
        return 0

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        rows = Versions(topics, self._generations, ("topic", "report"))
        corrected = {event.body.report for event in events if isinstance(event.body, e.ReportCorrected)}
        spoken: dict[str, set[str]] = {}
        if corrected:
            for row in rows.load(connection, among(topics.c.report, corrected)):
                spoken.setdefault(row.report, set()).add(row.topic)
        for event in events:
            match event.body:
                case e.DevelopmentReported() as body:
                    _speak(body, event.position, rows, spoken)
                case e.ReportCorrected(replacement=body):
                    _speak(body, event.position, rows, spoken)
                case _:
                    pass
        rows.flush(connection)


def _speak(body: e.DevelopmentReported, position: int, rows: Versions, spoken: dict[str, set[str]]) -> None:
    """From the position on the report speaks to its own topics and to no others."""
    before = spoken.get(body.report, set())
    now = {topic.name: topic for topic in topics_of(body)}
    for gone in sorted(before - now.keys()):
        rows.close((gone, body.report), position)
    for name, topic in now.items():
        if name not in before:
            rows.put((name, body.report), position, _columns(topic))
    spoken[body.report] = {*now}


def _columns(topic: Topic) -> dict[str, Any]:
    return {"kind": topic.kind, "actors": topic.actors, "towards": topic.towards, "places": topic.places}


PROJECTION = Projection(
    name="topics",
    handles=frozenset({"development_reported.v1", "report_corrected.v1"}),
    rests_on=(),
    tables=(topics,),
    begin=Topics,
)
