"""Questions that are no numbers have a table: which report speaks to which topic, over which positions."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TOPICS = """
CREATE TABLE topics (
    timeline_id   text COLLATE "C" NOT NULL,
    generation    integer NOT NULL,
    topic         text COLLATE "C" NOT NULL,
    report        text COLLATE "C" NOT NULL,
    position_from bigint NOT NULL,
    position_to   bigint,
    kind          text COLLATE "C" NOT NULL,
    actors        text[] COLLATE "C" NOT NULL,
    towards       text[] COLLATE "C" NOT NULL,
    places        text[] COLLATE "C" NOT NULL,
    PRIMARY KEY (timeline_id, generation, topic, report, position_from)
);
CREATE INDEX topics_by_report ON topics (timeline_id, generation, report);
"""

GRANT = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON topics TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (TOPICS, GRANT):
        op.execute(script)
