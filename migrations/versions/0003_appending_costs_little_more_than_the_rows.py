"""Appending costs little more than the rows that it writes."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The checks say what they said, for a fifth of the price: a pattern with {1,128} is unrolled again for every row, and
# each constraint is made ready again for every statement. That positions begin at 1 and leaves have 32 bytes is how the
# one function makes them. The foreign keys locked a row for every event and every name, and proved nothing: the
# function holds the timeline's head, which has one of its own, and takes a name's position from the event beside it.
CHECKS = """
ALTER TABLE events
    DROP CONSTRAINT events_type_check, DROP CONSTRAINT events_recorded_by_check,
    DROP CONSTRAINT events_position_check, DROP CONSTRAINT events_leaf_check,
    DROP CONSTRAINT events_timeline_id_fkey,
    ADD CONSTRAINT events_header_check CHECK (
        type || recorded_by !~ '[^a-z0-9._:-]'
        AND length(type) BETWEEN 1 AND 128 AND length(recorded_by) BETWEEN 1 AND 128
    );
ALTER TABLE names DROP CONSTRAINT names_timeline_id_position_fkey;
"""

LEAF = """sha256('\\x00'::bytea || convert_to(concat_ws(E'\\n',
        'muster-event/1', p_timeline, {place}, {event}.event_id, {event}.type,
        (extract(epoch FROM {at}) * 1000000)::bigint, p_recorded_by, coalesce({event}.causation_id::text, '-'),
        coalesce({event}.batch_id::text, '-'), {event}.body), 'UTF8'))"""

# Many events, set by set, under the head's lock that the caller holds. The JSON is read once. Events are looked up one
# by one in sub-selects that the planner cannot turn into a join: while its statistics are old, as in a first large
# import, it would read the whole timeline for each batch. What is rare, an event that stands already, a name that was
# not free, is looked into only where it occurred.
APPEND_MANY = f"""
CREATE FUNCTION append_many(
    p_timeline text, p_events json, p_recorded_by text, p_expected bigint,
    p_head bigint, p_at timestamptz, p_many bigint
)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_fresh  bigint := 0;
    v_ruled  bigint := 0;
    v_unfree bigint := 0;
    v_wrong  record;
BEGIN
    recorded_at := p_at;
    replayed := false;
    FOR ordinal, position, event_id, leaf, v_ruled, v_unfree IN
        WITH given AS (
            SELECT g.*, row_number() OVER (PARTITION BY g.event_id ORDER BY g.ordinality) = 1
                AND (SELECT e.position FROM events e
                     WHERE e.timeline_id = p_timeline AND e.event_id = g.event_id) IS NULL AS is_fresh
            FROM ROWS FROM (json_to_recordset(p_events)
                 AS (event_id uuid, type text, causation_id uuid, batch_id uuid, body text, names json))
                 WITH ORDINALITY g
        ), placed AS (
            SELECT g.*, p_head + row_number() OVER (ORDER BY g.ordinality) AS place FROM given g WHERE g.is_fresh
        ), fresh AS MATERIALIZED (
            SELECT p.*, {LEAF.format(place="p.place", event="p", at="p_at")} AS leaf FROM placed p
        ), written AS (
            INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                                causation_id, batch_id, body, leaf)
            SELECT p_timeline, f.place, f.event_id, f.type, p_at, p_recorded_by,
                   f.causation_id, f.batch_id, f.body, f.leaf
            FROM fresh f
        ), wanted AS MATERIALIZED (
            SELECT f.place, n.* FROM fresh f
            CROSS JOIN json_to_recordset(f.names) AS n(kind text, name text, rule text)
        ), claimed AS (
            INSERT INTO names (timeline_id, kind, name, position)
            SELECT p_timeline, w.kind, w.name, w.place FROM wanted w WHERE w.rule <> 'absent' ORDER BY w.place
            ON CONFLICT DO NOTHING
            RETURNING 1
        )
        SELECT f.ordinality, f.place, f.event_id, f.leaf, (SELECT count(*) FROM wanted w WHERE w.rule <> 'any'),
               (SELECT count(*) FROM wanted) - (SELECT count(*) FROM claimed)
        FROM fresh f
    LOOP
        v_fresh := v_fresh + 1;
        RETURN NEXT;
    END LOOP;

    IF v_fresh < p_many THEN
        SELECT g.ordinality, e.position INTO v_wrong
        FROM ROWS FROM (json_to_recordset(p_events)
             AS (event_id uuid, type text, causation_id uuid, body text)) WITH ORDINALITY g
        CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e
        WHERE (e.type, e.body) <> (g.type, g.body) OR e.causation_id IS DISTINCT FROM g.causation_id
        ORDER BY g.ordinality LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'event id is taken by position %', v_wrong.position USING ERRCODE = 'MU002',
                DETAIL = json_build_object('ordinal', v_wrong.ordinality, 'position', v_wrong.position);
        END IF;
    END IF;

    IF v_fresh > 0 AND p_expected <> p_head THEN
        RAISE EXCEPTION 'the timeline is at position %', p_head USING ERRCODE = 'MU003',
            DETAIL = json_build_object('position', p_head);
    END IF;

    IF v_ruled > 0 AND v_unfree > 0 THEN
        SELECT g.ordinality, n.kind, n.name, n.rule INTO v_wrong
        FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid, names json)) WITH ORDINALITY g
        CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e
        CROSS JOIN json_to_recordset(g.names) AS n(kind text, name text, rule text)
        CROSS JOIN LATERAL (SELECT * FROM names s
            WHERE s.timeline_id = p_timeline AND s.kind = n.kind AND s.name = n.name LIMIT 1) s
        WHERE n.rule <> 'any' AND e.position > p_head AND s.position < e.position
        ORDER BY g.ordinality LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% % is taken', v_wrong.kind, v_wrong.name USING ERRCODE = 'MU004',
                DETAIL = json_build_object('ordinal', v_wrong.ordinality, 'kind', v_wrong.kind,
                                           'name', v_wrong.name, 'rule', v_wrong.rule);
        END IF;
    END IF;

    IF v_fresh > 0 THEN
        UPDATE heads SET position = p_head + v_fresh, recorded_at = p_at WHERE timeline_id = p_timeline;
    END IF;
    IF v_fresh < p_many THEN
        RETURN QUERY
        SELECT again.ordinality, e.position, e.event_id, e.recorded_at, e.leaf, true
        FROM (
            SELECT g.*, row_number() OVER (PARTITION BY g.event_id ORDER BY g.ordinality) > 1 AS is_double
            FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid)) WITH ORDINALITY g
        ) again
        CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = again.event_id LIMIT 1) e
        WHERE e.position <= p_head OR again.is_double;
    END IF;
END $$;
"""

# One event, as it is appended all day: a few plain statements with cached plans, where setting up one large one would
# take longer than the work. Everything is decided under the head's row lock, in READ COMMITTED, so that each statement
# sees what the writer before us committed; what turns out wrong is raised and takes the whole append back with it.
# Without jit: rows of JSON are estimated so high that PostgreSQL would compile for seconds what runs in a millisecond.
APPEND_EVENTS = f"""
CREATE OR REPLACE FUNCTION append_events(
    p_timeline text, p_events json, p_recorded_by text, p_expected bigint DEFAULT NULL
)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_head  bigint;
    v_at    timestamptz;
    v_many  bigint;
    v_given record;
    v_there record;
    v_leaf  bytea;
    v_name  json;
    v_kind  text;
    v_rule  text;
    v_free  boolean;
BEGIN
    SELECT h.position, h.recorded_at INTO v_head, v_at FROM heads h WHERE h.timeline_id = p_timeline FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
    END IF;
    v_at := greatest(v_at, clock_timestamp());
    v_many := json_array_length(p_events);
    IF v_many <> 1 THEN
        RETURN QUERY
        SELECT * FROM append_many(p_timeline, p_events, p_recorded_by, p_expected, v_head, v_at, v_many)
        ORDER BY ordinal;
        RETURN;
    END IF;

    SELECT g.* INTO v_given FROM json_to_recordset(p_events)
        AS g(event_id uuid, type text, causation_id uuid, batch_id uuid, body text, names json);
    SELECT e.* INTO v_there FROM events e WHERE e.timeline_id = p_timeline AND e.event_id = v_given.event_id;
    IF FOUND THEN
        IF (v_there.type, v_there.body) <> (v_given.type, v_given.body)
            OR v_there.causation_id IS DISTINCT FROM v_given.causation_id THEN
            RAISE EXCEPTION 'event id is taken by position %', v_there.position USING ERRCODE = 'MU002',
                DETAIL = json_build_object('ordinal', 1, 'position', v_there.position);
        END IF;
        RETURN QUERY SELECT 1::bigint, v_there.position, v_there.event_id, v_there.recorded_at, v_there.leaf, true;
        RETURN;
    END IF;
    IF p_expected <> v_head THEN
        RAISE EXCEPTION 'the timeline is at position %', v_head USING ERRCODE = 'MU003',
            DETAIL = json_build_object('position', v_head);
    END IF;

    v_head := v_head + 1;
    v_leaf := {LEAF.format(place="v_head", event="v_given", at="v_at")};
    INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                        causation_id, batch_id, body, leaf)
    VALUES (p_timeline, v_head, v_given.event_id, v_given.type, v_at, p_recorded_by,
            v_given.causation_id, v_given.batch_id, v_given.body, v_leaf);

    FOR v_each IN 0 .. json_array_length(v_given.names) - 1 LOOP
        v_name := v_given.names->v_each;
        v_rule := v_name->>'rule';
        v_free := false;
        IF v_rule <> 'absent' THEN
            INSERT INTO names (timeline_id, kind, name, position)
            VALUES (p_timeline, v_name->>'kind', v_name->>'name', v_head) ON CONFLICT DO NOTHING;
            v_free := FOUND;
        END IF;
        IF NOT v_free AND v_rule <> 'any' THEN
            PERFORM FROM names n WHERE n.timeline_id = p_timeline AND n.kind = v_name->>'kind'
                AND n.name = v_name->>'name' AND n.position < v_head;
            IF FOUND THEN
                RAISE EXCEPTION '% % is taken', v_name->>'kind', v_name->>'name' USING ERRCODE = 'MU004',
                    DETAIL = json_build_object('ordinal', 1, 'kind', v_name->>'kind',
                                               'name', v_name->>'name', 'rule', v_rule);
            END IF;
        END IF;
    END LOOP;

    UPDATE heads SET position = v_head, recorded_at = v_at WHERE timeline_id = p_timeline;
    RETURN QUERY SELECT 1::bigint, v_head, v_given.event_id, v_at, v_leaf, false;
END $$;
"""

RIGHTS = """
REVOKE ALL ON FUNCTION append_many FROM PUBLIC;
"""


def upgrade() -> None:
    for script in (CHECKS, APPEND_MANY, APPEND_EVENTS, RIGHTS):
        op.execute(script)
