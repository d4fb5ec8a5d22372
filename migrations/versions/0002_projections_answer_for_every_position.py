"""Projections answer for every position: each row says over which half-open range of positions it held."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REGISTRY = """
CREATE TABLE definitions (
    timeline_id   text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    name          text COLLATE "C" NOT NULL,
    position_from bigint NOT NULL,
    position_to   bigint,
    body          text NOT NULL,
    PRIMARY KEY (timeline_id, kind, name, position_from)
);

CREATE TABLE links (
    timeline_id   text COLLATE "C" NOT NULL,
    link          uuid NOT NULL,
    position_from bigint NOT NULL,
    position_to   bigint,
    between       text NOT NULL CHECK (between IN ('reports', 'sources')),
    "from"        text COLLATE "C" NOT NULL,
    "to"          text COLLATE "C" NOT NULL,
    relation      text COLLATE "C" NOT NULL,
    by            text NOT NULL,
    reason        text NOT NULL,
    PRIMARY KEY (timeline_id, link, position_from)
);
CREATE INDEX links_from ON links (timeline_id, "from");
CREATE INDEX links_to ON links (timeline_id, "to");
CREATE INDEX links_made ON links (timeline_id, position_from);
"""

DEVELOPMENTS = """
CREATE TABLE developments (
    timeline_id    text COLLATE "C" NOT NULL,
    report         text COLLATE "C" NOT NULL,
    position_from  bigint NOT NULL,
    position_to    bigint,
    sort_day       date,
    reported_first date,
    reported_day   date,
    occurred_first date,
    occurred_last  date,
    kind           text COLLATE "C" NOT NULL,
    stance         text COLLATE "C" NOT NULL,
    origin         text COLLATE "C" NOT NULL,
    document       text COLLATE "C",
    sources        text[] COLLATE "C" NOT NULL,
    measures       text[] COLLATE "C" NOT NULL,
    places         text[] COLLATE "C" NOT NULL,
    actors         text[] COLLATE "C" NOT NULL,
    words          text NOT NULL,
    development    text NOT NULL,
    PRIMARY KEY (timeline_id, report, position_from)
);
CREATE INDEX developments_in_order ON developments (timeline_id, sort_day, report);
CREATE INDEX developments_written ON developments (timeline_id, position_from);
CREATE INDEX developments_by_document ON developments (timeline_id, document) WHERE document IS NOT NULL;
CREATE INDEX developments_by_origin ON developments (timeline_id, origin);
CREATE INDEX developments_by_source ON developments USING gin (sources);

CREATE TABLE report_history (
    timeline_id text COLLATE "C" NOT NULL,
    report      text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    type        text COLLATE "C" NOT NULL,
    by          text,
    reason      text,
    day         date,
    PRIMARY KEY (timeline_id, report, position)
);
"""

ESTIMATES = """
CREATE TABLE statements (
    timeline_id   text COLLATE "C" NOT NULL,
    report        text COLLATE "C" NOT NULL,
    ordinal       integer NOT NULL,
    position_from bigint NOT NULL,
    position_to   bigint,
    measure       text COLLATE "C" NOT NULL,
    actor         text COLLATE "C" NOT NULL,
    place         text COLLATE "C" NOT NULL,
    may_vote      boolean NOT NULL,
    taken_back    boolean NOT NULL,
    digit         smallint NOT NULL,
    reported_day  date,
    statement     text NOT NULL,
    PRIMARY KEY (timeline_id, report, ordinal, position_from)
);
CREATE INDEX statements_by_key ON statements (timeline_id, measure, actor, place);
CREATE INDEX statements_by_day ON statements (timeline_id, reported_day);
CREATE INDEX statements_confirmed ON statements (timeline_id) WHERE digit = 1 AND position_to IS NULL;

CREATE TABLE estimates (
    timeline_id text COLLATE "C" NOT NULL,
    measure     text COLLATE "C" NOT NULL,
    actor       text COLLATE "C" NOT NULL,
    place       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    day         date NOT NULL,
    votes       integer NOT NULL,
    figures     text NOT NULL,
    PRIMARY KEY (timeline_id, measure, actor, place)
);

-- The audit: what moved which estimate, and why, in whole micro-units that add up.
CREATE TABLE revisions (
    timeline_id text COLLATE "C" NOT NULL,
    measure     text COLLATE "C" NOT NULL,
    actor       text COLLATE "C" NOT NULL,
    place       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    event_id    uuid NOT NULL,
    type        text COLLATE "C" NOT NULL,
    cause       text COLLATE "C" NOT NULL,
    report      text COLLATE "C",
    source      text COLLATE "C",
    revision    text NOT NULL,
    PRIMARY KEY (timeline_id, measure, actor, place, position)
);
CREATE INDEX revisions_in_order ON revisions (timeline_id, position);

CREATE TABLE horizons (
    timeline_id   text COLLATE "C" NOT NULL,
    position_from bigint NOT NULL,
    position_to   bigint,
    day           date,
    PRIMARY KEY (timeline_id, position_from)
);
"""

GRANTS = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE
        ON definitions, links, developments, report_history, statements, estimates, revisions, horizons
        TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (REGISTRY, DEVELOPMENTS, ESTIMATES, GRANTS):
        op.execute(script)
