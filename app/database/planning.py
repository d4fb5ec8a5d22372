"""What the planner is told of tables that have just been filled."""

from sqlalchemy import Engine

from app.database.engine import writing


def analyze_new_tables(engine: Engine) -> int:
    """Have the tables analysed that have rows and never were, and say how many; autovacuum comes after a minute.

    Until then the planner may take one timeline for a small part of a table, and read all of it for each row.
    """
    with writing(engine) as connection:
        many: int = connection.exec_driver_sql("SELECT analyze_new_tables()").scalar_one()
    return many
