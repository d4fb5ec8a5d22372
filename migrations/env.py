"""How a migration runs: in one transaction, as the owner role where there is one, never waiting long for a lock.

`app.database.migrations.migrate` opens the connection and hands it in; there is no other way to run these.
"""

from alembic import context
from sqlalchemy import Connection, text

from app.database.roles import OWNER, role_exists


def run(connection: Connection) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    connection.execute(text("SET LOCAL statement_timeout = '10min'"))
    if role_exists(connection, OWNER):
        connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    context.configure(connection=connection, transactional_ddl=True)
    context.run_migrations()


run(context.config.attributes["connection"])
