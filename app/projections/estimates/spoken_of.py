"""When anything that is said of a subject changed last: of its own reports, or of those that links tie to them.

What was read of the subject at that position, or later, is what is said of it still. What is known of names is apart:
it is the same for every subject, and changes seldom.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from app.database.bulk import put_rows
from app.database.many import rows_among
from app.domain.statements import Subject
from app.projections.generations import Generations, rows_of, stamp
from app.projections.tables import subjects

_KEY = ("timeline_id", "generation", "measure", "actor")


def write_last_changes(connection: Connection, generations: Generations, last: Mapping[Subject, int]) -> None:
    """By subject the position of the last event that changed anything."""
    rows = [
        stamp(subjects, generations) | {"measure": subject.measure, "actor": subject.actor, "position": position}
        for subject, position in sorted(last.items())
    ]
    put_rows(connection, subjects, key=_KEY, rows=rows)


def read_last_changes(
    connection: Connection, generations: Generations, wanted: Iterable[Subject]
) -> dict[Subject, int]:
    """By subject, as of now. One of which nothing is known is left out."""
    columns = (subjects.c.measure, subjects.c.actor)
    query = select(*columns, subjects.c.position).where(
        rows_of(subjects, generations), rows_among(columns, ((one.measure, one.actor) for one in wanted))
    )
    return {Subject(measure=row.measure, actor=row.actor): row.position for row in connection.execute(query)}
