"""The ledger takes events and never changes them."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# `timeline_id` leads every key, so that the same tables can be distributed by it. Ids are text compared by bytes.
TABLES = """
CREATE TABLE timelines (
    timeline_id text COLLATE "C" PRIMARY KEY CHECK (timeline_id ~ '^[a-z0-9][a-z0-9._-]{0,79}$'),
    title       text NOT NULL,
    description text NOT NULL,
    created_at  timestamptz NOT NULL
);

-- Apart from timelines because it changes with every append: a narrow row with room for its next versions.
CREATE TABLE heads (
    timeline_id text COLLATE "C" PRIMARY KEY REFERENCES timelines,
    position    bigint NOT NULL CHECK (position >= 0),
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 20);

-- The header fields are hashed as lines: the checks keep line feeds out of them.
CREATE TABLE events (
    timeline_id  text COLLATE "C" NOT NULL REFERENCES timelines,
    position     bigint NOT NULL CHECK (position >= 1),
    event_id     uuid NOT NULL,
    type         text COLLATE "C" NOT NULL CHECK (type ~ '^[a-z0-9._:-]{1,128}$'),
    recorded_at  timestamptz NOT NULL,
    recorded_by  text COLLATE "C" NOT NULL CHECK (recorded_by ~ '^[a-z0-9._:-]{1,128}$'),
    causation_id uuid,
    batch_id     uuid,
    body         text NOT NULL,
    leaf         bytea NOT NULL CHECK (octet_length(leaf) = 32),
    PRIMARY KEY (timeline_id, position),
    UNIQUE (timeline_id, event_id)
);

-- Cycles are looked for among the definitions, which are few among the events.
CREATE INDEX events_that_nest ON events (timeline_id, type, position)
    WHERE type IN ('source_registered.v1', 'actor_defined.v1', 'place_defined.v1', 'measure_defined.v1');

CREATE TABLE names (
    timeline_id text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (timeline_id, kind, name),
    FOREIGN KEY (timeline_id, position) REFERENCES events DEFERRABLE INITIALLY IMMEDIATE
);
"""

IMMUTABLE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'MU006', HINT = 'append a correction or a retraction instead';
END $$;

CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_are_immutable;
"""

CREATE_TIMELINE = """
CREATE FUNCTION create_timeline(p_timeline text, p_title text, p_description text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    INSERT INTO timelines (timeline_id, title, description, created_at)
    VALUES (p_timeline, p_title, p_description, v_now) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO heads (timeline_id, position, recorded_at) VALUES (p_timeline, 0, v_now);
    RETURN true;
END $$;
"""

# Straight down, set by set. Everything is decided under the head's row lock, in READ COMMITTED, so that each statement
# sees what the writer before us committed; what turns out wrong is raised and takes the whole append back with it.
# Without jit: rows of JSON are estimated so high that PostgreSQL would compile for seconds what runs in a millisecond.
# Events are looked up one by one in sub-selects that the planner cannot turn into a join: while its statistics are old,
# as in a first large import, it would read the whole timeline for each batch.
APPEND_EVENTS = """
CREATE FUNCTION append_events(p_timeline text, p_events json, p_recorded_by text, p_expected bigint DEFAULT NULL)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_head  bigint;
    v_at    timestamptz;
    v_at_us text;
    v_fresh bigint;
    v_wrong record;
BEGIN
    SELECT h.position, h.recorded_at INTO v_head, v_at FROM heads h WHERE h.timeline_id = p_timeline FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
    END IF;
    v_at := greatest(v_at, clock_timestamp());
    v_at_us := (extract(epoch FROM v_at) * 1000000)::bigint;

    WITH first AS (
        SELECT DISTINCT ON (g.event_id) g.*
        FROM ROWS FROM (json_to_recordset(p_events)
             AS (event_id uuid, type text, causation_id uuid, batch_id uuid, body json)) WITH ORDINALITY g
        ORDER BY g.event_id, g.ordinality
    ), fresh AS (
        SELECT f.*, f.body::text AS written, v_head + row_number() OVER (ORDER BY f.ordinality) AS place
        FROM first f
        WHERE (SELECT e.position FROM events e WHERE e.timeline_id = p_timeline AND e.event_id = f.event_id) IS NULL
    )
    INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                        causation_id, batch_id, body, leaf)
    SELECT p_timeline, f.place, f.event_id, f.type, v_at, p_recorded_by, f.causation_id, f.batch_id, f.written,
           sha256('\\x00'::bytea || convert_to(concat_ws(E'\\n', 'muster-event/1', p_timeline, f.place, f.event_id,
               f.type, v_at_us, p_recorded_by, coalesce(f.causation_id::text, '-'),
               coalesce(f.batch_id::text, '-'), f.written), 'UTF8'))
    FROM fresh f;
    GET DIAGNOSTICS v_fresh = ROW_COUNT;

    SELECT g.ordinality, e.position INTO v_wrong
    FROM ROWS FROM (json_to_recordset(p_events)
         AS (event_id uuid, type text, causation_id uuid, body json)) WITH ORDINALITY g
    CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e
    WHERE (e.type, e.body) <> (g.type, g.body::text) OR e.causation_id IS DISTINCT FROM g.causation_id
    ORDER BY g.ordinality LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'event id is taken by position %', v_wrong.position USING ERRCODE = 'MU002',
            DETAIL = json_build_object('ordinal', v_wrong.ordinality, 'position', v_wrong.position);
    END IF;

    IF v_fresh > 0 AND p_expected <> v_head THEN
        RAISE EXCEPTION 'the timeline is at position %', v_head USING ERRCODE = 'MU003',
            DETAIL = json_build_object('position', v_head);
    END IF;

    WITH wanted AS (
        SELECT g.ordinality, e.position, n.kind, n.name, n.rule
        FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid, names json)) WITH ORDINALITY g
        CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e
        CROSS JOIN json_to_recordset(g.names) AS n(kind text, name text, rule text)
        WHERE e.position > v_head
    ), claimed AS (
        INSERT INTO names (timeline_id, kind, name, position)
        SELECT p_timeline, w.kind, w.name, w.position FROM wanted w WHERE w.rule <> 'absent' ORDER BY w.ordinality
        ON CONFLICT DO NOTHING
        RETURNING kind, name, position
    )
    SELECT w.ordinality, w.kind, w.name, w.rule INTO v_wrong
    FROM wanted w
    WHERE CASE w.rule
        WHEN 'new' THEN NOT EXISTS (SELECT 1 FROM claimed c
            WHERE (c.kind, c.name, c.position) = (w.kind, w.name, w.position))
        WHEN 'absent' THEN EXISTS (SELECT 1 FROM claimed c
            WHERE (c.kind, c.name) = (w.kind, w.name) AND c.position < w.position)
            OR (SELECT s.position FROM names s
            WHERE s.timeline_id = p_timeline AND s.kind = w.kind AND s.name = w.name) IS NOT NULL
        ELSE false END
    ORDER BY w.ordinality LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% % is taken', v_wrong.kind, v_wrong.name USING ERRCODE = 'MU004',
            DETAIL = json_build_object('ordinal', v_wrong.ordinality, 'kind', v_wrong.kind,
                                       'name', v_wrong.name, 'rule', v_wrong.rule);
    END IF;

    IF v_fresh > 0 THEN
        UPDATE heads SET position = v_head + v_fresh, recorded_at = v_at WHERE timeline_id = p_timeline;
    END IF;

    RETURN QUERY
    SELECT g.ordinality, e.position, e.event_id, e.recorded_at, e.leaf,
           e.position <= v_head OR g.ordinality > min(g.ordinality) OVER (PARTITION BY g.event_id)
    FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid)) WITH ORDINALITY g
    CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e
    ORDER BY g.ordinality;
END $$;
"""

PROJECTIONS_AND_KEYS = """
-- How far each projection has come. A stuck one names the event that it could not take.
CREATE TABLE projections (
    timeline_id    text COLLATE "C" NOT NULL REFERENCES timelines,
    projection     text COLLATE "C" NOT NULL,
    generation     integer NOT NULL,
    position       bigint NOT NULL,
    stuck_position bigint,
    stuck_reason   text,
    PRIMARY KEY (timeline_id, projection)
);

-- Only the hash of a key is kept. Keys are of the installation, not of a timeline.
CREATE TABLE keys (
    key_id     text COLLATE "C" PRIMARY KEY CHECK (key_id ~ '^[a-z0-9._:-]{1,128}$'),
    hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    role       text NOT NULL CHECK (role IN ('reader', 'admin')),
    timelines  text[],
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
"""

GRANTS = """
REVOKE ALL ON FUNCTION append_events, create_timeline, refuse_change FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT ON timelines, heads, events, names, alembic_version TO muster_app;
        GRANT EXECUTE ON FUNCTION append_events, create_timeline TO muster_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON projections, keys TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (TABLES, IMMUTABLE, CREATE_TIMELINE, APPEND_EVENTS, PROJECTIONS_AND_KEYS, GRANTS):
        op.execute(script)
