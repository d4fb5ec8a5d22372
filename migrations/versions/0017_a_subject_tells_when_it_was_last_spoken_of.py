"""A subject tells when anything that is said of it changed last: what was read of it before may be answered from."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Of generations that were built before there are no rows until something is said again: then nothing is taken over.
SUBJECTS = """
CREATE TABLE subjects (
    timeline_id text COLLATE "C" NOT NULL,
    generation  integer NOT NULL,
    measure     text COLLATE "C" NOT NULL,
    actor       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (timeline_id, generation, measure, actor)
);
"""

GRANT = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON subjects TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (SUBJECTS, GRANT):
        op.execute(script)
