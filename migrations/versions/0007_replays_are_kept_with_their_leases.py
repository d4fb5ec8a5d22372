"""Replays are kept with what they were asked, how far they have come, what they found, and who is at work on them.

A worker holds a lease and its epoch: one that comes back after its lease was given to another can commit nothing.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REPLAYS = """
CREATE TABLE replays (
    timeline_id       text COLLATE "C" NOT NULL REFERENCES timelines,
    replay            uuid NOT NULL,
    projections       text[] COLLATE "C" NOT NULL,
    generations       text NOT NULL,
    before            text,
    assumptions       text COLLATE "C" NOT NULL,
    upto              bigint,
    switch            text NOT NULL CHECK (switch IN ('when-equal', 'always', 'never')),
    state             text NOT NULL
        CHECK (state IN ('waiting', 'running', 'switched', 'kept', 'failed', 'cancelled', 'dropped')),
    reason            text,
    position          bigint NOT NULL,
    head              bigint NOT NULL,
    events_per_second double precision,
    difference        text,
    served            boolean NOT NULL,
    started_at        timestamptz NOT NULL,
    ended_at          timestamptz,
    worker            text,
    lease_until       timestamptz,
    epoch             integer NOT NULL,
    PRIMARY KEY (timeline_id, replay)
);

DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON replays TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    op.execute(REPLAYS)
