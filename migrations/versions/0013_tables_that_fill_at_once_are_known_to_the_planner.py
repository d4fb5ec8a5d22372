"""Tables that fill at once are known to the planner before autovacuum has come to them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Of a table that was never analysed the planner takes it that a timeline is one in two hundred. Then any index that
# begins with the timeline looks as good as the one that has the whole key, and every row that is closed reads all rows
# of its timeline. Only a table's owner may have it analysed, hence the function. What was analysed once, autovacuum
# keeps up.
ANALYZE_NEW_TABLES = """
CREATE FUNCTION analyze_new_tables() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_table regclass;
    v_many  integer := 0;
BEGIN
    FOR v_table IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.reltuples < 0
          AND pg_relation_size(c.oid) > 0
        ORDER BY c.oid
    LOOP
        EXECUTE format('ANALYZE %s', v_table);
        v_many := v_many + 1;
    END LOOP;
    RETURN v_many;
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION analyze_new_tables FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT EXECUTE ON FUNCTION analyze_new_tables TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (ANALYZE_NEW_TABLES, GRANTS):
        op.execute(script)
