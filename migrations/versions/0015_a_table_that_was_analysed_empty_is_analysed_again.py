"""A table that was analysed while it was empty is as unknown to the planner as one that never was."""

from importlib import import_module

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What was analysed with rows in it, autovacuum keeps up. With none the number of rows is 0, also where somebody has put
# rows in and not yet committed them.
ANALYZE_NEW_TABLES = (
    import_module("migrations.versions.0013_tables_that_fill_at_once_are_known_to_the_planner")
    .ANALYZE_NEW_TABLES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("c.reltuples < 0", "c.reltuples <= 0")
)


def upgrade() -> None:
    op.execute(ANALYZE_NEW_TABLES)
