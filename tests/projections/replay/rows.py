"""Everything that a timeline's generations hold, row by row, whatever their numbers."""

from sqlalchemy import Engine, select

from app.database.engine import reading
from app.projections.catalogue import PROJECTIONS
from app.projections.generations import Generations, rows_of


def rows_in(engine: Engine, meant: Generations) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(
                str(row)
                for row in connection.execute(
                    select(*(column for column in table.c if column.name != "generation")).where(rows_of(table, meant))
                )
            )
            for projection in PROJECTIONS
            for table in projection.tables
        }
