"""The standing estimates and the audit as rows: collected while events are applied, and written together."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.database.bulk import insert_rows, put_rows
from app.database.many import rows_among
from app.domain.assumptions import Assumptions
from app.domain.panel import Figures
from app.domain.revisions import Revision, cause_of, named_report, named_source
from app.domain.statements import Key, Subject
from app.projections.generations import Generations, rows_of, stamp
from app.projections.projection import Event
from app.projections.tables import estimates, revisions

_JSON = msgspec.json.Encoder()
_FIGURES = msgspec.json.Decoder(Figures | None)
_KEY = ("timeline_id", "generation", "measure", "actor", "place")

Standing = tuple[date, Figures | None]
"""The day on which an estimate was read last, and how it read."""


class Revised:
    """Of one generation; `flush` writes what was put since the last time."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._standing: dict[Key, dict[str, Any]] = {}
        self._revisions: list[dict[str, Any]] = []

    @property
    def assumptions(self) -> Assumptions:
        return self._generations.assumptions

    def __len__(self) -> int:
        """How many revisions wait to be written."""
        return len(self._revisions)

    def put(self, event: Event, key: Key, revision: Revision) -> None:
        names = {"measure": key.measure, "actor": key.actor, "place": key.place, "position": event.position}
        names |= stamp(estimates, self._generations)
        figures = _JSON.encode(revision.after).decode()
        self._standing[key] = names | {"day": revision.day_after, "votes": revision.votes, "figures": figures}
        self._revisions.append(
            names
            | {
                "event_id": event.recorded.event_id,
                "type": event.recorded.type,
                "cause": cause_of(event.body),
                "report": named_report(event.body),
                "source": named_source(event.body),
                "revision": _JSON.encode(revision).decode(),
            }
        )

    def flush(self, connection: Connection) -> None:
        put_rows(connection, estimates, key=_KEY, rows=list(self._standing.values()))
        insert_rows(connection, revisions, self._revisions)
        self._standing, self._revisions = {}, []


def read_standing(
    connection: Connection, generations: Generations, subjects: Iterable[Subject]
) -> dict[Subject, dict[str, Standing]]:
    """What the last revisions left of these subjects, by place; a key without votes has nothing."""
    found: dict[Subject, dict[str, Standing]] = {subject: {} for subject in subjects}
    columns = (estimates.c.measure, estimates.c.actor)
    query = select(*columns, estimates.c.place, estimates.c.day, estimates.c.figures).where(
        rows_of(estimates, generations),
        estimates.c.votes > 0,
        rows_among(columns, ((subject.measure, subject.actor) for subject in found)),
    )
    for measure, actor, place, day, figures in connection.execute(query):
        found[Subject(measure=measure, actor=actor)][place] = (day, _FIGURES.decode(figures))
    return found
