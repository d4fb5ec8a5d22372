"""What a new event says is written without looking whether it stands already."""

from importlib import import_module

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEAF = import_module("migrations.versions.0003_appending_costs_little_more_than_the_rows").LEAF
COLUMNS = import_module("migrations.versions.0014_one_event_is_appended_by_its_columns")
UNFIT, REFUSE_UNFIT = COLUMNS.UNFIT, COLUMNS.REFUSE_UNFIT

BEFORE = """
DROP FUNCTION append_event(text, uuid, text, uuid, uuid, text, json, text, bigint);
DROP FUNCTION append_many(text, json, text, bigint, bigint, timestamptz, bigint);
"""

# As 0014 has it, but for the name. An event introduces one at most, so it comes as columns too. A new one goes into
# its table as a row goes anywhere, and its key refuses one that is taken: what `ON CONFLICT` does to be ready for
# other writers is for nothing where the head's lock keeps them out.
APPEND_EVENT = f"""
CREATE FUNCTION append_event(
    p_timeline text, p_event_id uuid, p_type text, p_causation_id uuid, p_batch_id uuid, p_body text,
    p_kind text, p_name text, p_rule text, p_recorded_by text, p_expected bigint DEFAULT NULL,
    OUT "position" bigint, OUT recorded_at timestamptz, OUT leaf bytea, OUT replayed boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_head  bigint;
    v_at    timestamptz;
    v_there record;
    v_taken boolean;
BEGIN
    IF {UNFIT.format("p_type")} OR {UNFIT.format("p_recorded_by")} THEN
        {REFUSE_UNFIT};
    END IF;
    UPDATE heads h SET position = h.position + 1, recorded_at = greatest(h.recorded_at, clock_timestamp())
    WHERE h.timeline_id = p_timeline RETURNING h.position, h.recorded_at INTO v_head, v_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
    END IF;
    leaf := {LEAF.format(place="v_head", event="v_given", at="v_at").replace("v_given.", "p_")};
    INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                        causation_id, batch_id, body, leaf)
    VALUES (p_timeline, v_head, p_event_id, p_type, v_at, p_recorded_by, p_causation_id, p_batch_id, p_body, leaf)
    ON CONFLICT (timeline_id, event_id) DO NOTHING;
    replayed := NOT FOUND;
    IF replayed THEN
        SELECT e.* INTO v_there FROM events e WHERE e.timeline_id = p_timeline AND e.event_id = p_event_id;
        IF (v_there.type, v_there.body) <> (p_type, p_body)
            OR v_there.causation_id IS DISTINCT FROM p_causation_id THEN
            RAISE EXCEPTION 'event id is taken by position %', v_there.position USING ERRCODE = 'MU002',
                DETAIL = json_build_object('ordinal', 1, 'position', v_there.position);
        END IF;
        UPDATE heads h SET position = h.position - 1, recorded_at = e.recorded_at
        FROM events e
        WHERE h.timeline_id = p_timeline AND e.timeline_id = p_timeline AND e.position = v_head - 1;
        position := v_there.position;
        recorded_at := v_there.recorded_at;
        leaf := v_there.leaf;
        RETURN;
    END IF;
    IF p_expected <> v_head - 1 THEN
        RAISE EXCEPTION 'the timeline is at position %', v_head - 1 USING ERRCODE = 'MU003',
            DETAIL = json_build_object('position', v_head - 1);
    END IF;

    v_taken := false;
    IF p_rule = 'new' THEN
        BEGIN
            INSERT INTO names (timeline_id, kind, name, position) VALUES (p_timeline, p_kind, p_name, v_head);
        EXCEPTION WHEN unique_violation THEN
            v_taken := true;
        END;
    ELSIF p_rule = 'any' THEN
        INSERT INTO names (timeline_id, kind, name, position) VALUES (p_timeline, p_kind, p_name, v_head)
        ON CONFLICT DO NOTHING;
    ELSIF p_rule = 'absent' THEN
        PERFORM FROM names n WHERE n.timeline_id = p_timeline AND n.kind = p_kind AND n.name = p_name;
        v_taken := FOUND;
    END IF;
    IF v_taken THEN
        RAISE EXCEPTION '% % is taken', p_kind, p_name USING ERRCODE = 'MU004',
            DETAIL = json_build_object('ordinal', 1);
    END IF;
    position := v_head;
    recorded_at := v_at;
END $$;
"""

# Many events, set by set, under the head's lock that the caller holds. They are written as if all were new. Where a
# key refuses one of them, all are taken back, and those are chosen that do not stand yet, each once; where a key
# refuses again, it is a name, and an event id said twice in the batch with another body is not looked for. Events are
# looked up one by one in sub-selects that the planner cannot turn into a join: while its statistics are old, as in a
# first large import, it would read the whole timeline for each batch. A server of an earlier version that still runs
# says names as a list, and is refused before it appends what claims none.
APPEND_MANY = f"""
CREATE FUNCTION append_many(
    p_timeline text, p_events json, p_recorded_by text, p_expected bigint, p_head bigint, p_at timestamptz
)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_chosen bigint[];
    v_fresh  bigint;
    v_unfit  boolean;
    v_listed boolean;
    v_kinds  text[];
    v_names  text[];
    v_places bigint[];
    v_taken  boolean;
    v_fault  text := 'the head stands behind its events';
    v_wrong  record;
BEGIN
    LOOP
        BEGIN
            WITH fresh AS MATERIALIZED (
                SELECT g.*, p_head + row_number() OVER (ORDER BY g.ordinality) AS place
                FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid, type text, causation_id uuid,
                     batch_id uuid, body text, kind text, name text, rule text, names json)) WITH ORDINALITY g
                WHERE v_chosen IS NULL OR g.ordinality = ANY (v_chosen)
            ), written AS (
                INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                                    causation_id, batch_id, body, leaf)
                SELECT p_timeline, f.place, f.event_id, f.type, p_at, p_recorded_by, f.causation_id, f.batch_id, f.body,
                       {LEAF.format(place="f.place", event="f", at="p_at")}
                FROM fresh f
            ), named AS (
                INSERT INTO names (timeline_id, kind, name, position)
                SELECT p_timeline, f.kind, f.name, f.place FROM fresh f WHERE f.rule = 'new'
            ), named_again AS (
                INSERT INTO names (timeline_id, kind, name, position)
                SELECT p_timeline, f.kind, f.name, f.place FROM fresh f WHERE f.rule = 'any' ORDER BY f.place
                ON CONFLICT DO NOTHING
            )
            SELECT count(*), bool_or({UNFIT.format("f.type")}), bool_or(f.names IS NOT NULL),
                   array_agg(f.kind) FILTER (WHERE f.rule = 'absent'),
                   array_agg(f.name) FILTER (WHERE f.rule = 'absent'),
                   array_agg(f.place) FILTER (WHERE f.rule = 'absent')
            INTO v_fresh, v_unfit, v_listed, v_kinds, v_names, v_places FROM fresh f;
            v_taken := EXISTS (
                SELECT FROM unnest(v_kinds, v_names, v_places) AS a(kind, name, place)
                WHERE (SELECT n.position FROM names n
                       WHERE n.timeline_id = p_timeline AND n.kind = a.kind AND n.name = a.name) < a.place
            );
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            IF v_chosen IS NOT NULL THEN
                v_taken := true;
                v_fresh := cardinality(v_chosen);
                v_fault := SQLERRM;
                EXIT;
            END IF;
            SELECT coalesce(array_agg(g.ordinality) FILTER (WHERE g.is_fresh), '{{}}') INTO v_chosen
            FROM (
                SELECT g.ordinality, row_number() OVER (PARTITION BY g.event_id ORDER BY g.ordinality) = 1
                    AND (SELECT e.position FROM events e
                         WHERE e.timeline_id = p_timeline AND e.event_id = g.event_id) IS NULL AS is_fresh
                FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid)) WITH ORDINALITY g
            ) g;
        END;
    END LOOP;
    IF v_unfit THEN
        {REFUSE_UNFIT};
    END IF;
    IF v_listed THEN
        RAISE EXCEPTION 'the name of an event is its kind, name and rule: a program of an earlier version wrote a list'
            USING ERRCODE = 'check_violation';
    END IF;
    IF v_chosen IS NOT NULL THEN
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
    IF v_taken THEN
        SELECT f.ordinality, f.kind, f.name INTO v_wrong
        FROM (
            SELECT g.*, bool_or(g.rule <> 'absent') OVER (
                PARTITION BY g.kind, g.name ORDER BY g.ordinality ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS is_said
            FROM ROWS FROM (json_to_recordset(p_events) AS (kind text, name text, rule text)) WITH ORDINALITY g
            WHERE v_chosen IS NULL OR g.ordinality = ANY (v_chosen)
        ) f
        WHERE f.rule <> 'any' AND (f.is_said OR (SELECT n.position FROM names n
            WHERE n.timeline_id = p_timeline AND n.kind = f.kind AND n.name = f.name) <= p_head)
        ORDER BY f.ordinality LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION '%', v_fault USING ERRCODE = 'unique_violation';
        END IF;
        RAISE EXCEPTION '% % is taken', v_wrong.kind, v_wrong.name USING ERRCODE = 'MU004',
            DETAIL = json_build_object('ordinal', v_wrong.ordinality);
    END IF;

    IF v_fresh > 0 THEN
        UPDATE heads SET position = p_head + v_fresh, recorded_at = p_at WHERE timeline_id = p_timeline;
    END IF;
    IF v_chosen IS NULL THEN
        RETURN QUERY
        SELECT e.position - p_head, e.position, e.event_id, e.recorded_at, e.leaf, false FROM events e
        WHERE e.timeline_id = p_timeline AND e.position > p_head AND e.position <= p_head + v_fresh;
    ELSE
        RETURN QUERY
        SELECT g.ordinality, e.position, e.event_id, e.recorded_at, e.leaf, g.ordinality <> ALL (v_chosen)
        FROM ROWS FROM (json_to_recordset(p_events) AS (event_id uuid)) WITH ORDINALITY g
        CROSS JOIN LATERAL (SELECT * FROM events WHERE timeline_id = p_timeline AND event_id = g.event_id LIMIT 1) e;
    END IF;
END $$;
"""

APPEND_EVENTS = f"""
CREATE OR REPLACE FUNCTION append_events(
    p_timeline text, p_events json, p_recorded_by text, p_expected bigint DEFAULT NULL
)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_head bigint;
    v_at   timestamptz;
BEGIN
    IF {UNFIT.format("p_recorded_by")} THEN
        {REFUSE_UNFIT};
    END IF;
    SELECT h.position, h.recorded_at INTO v_head, v_at FROM heads h WHERE h.timeline_id = p_timeline FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
    END IF;
    RETURN QUERY
    SELECT a.* FROM append_many(p_timeline, p_events, p_recorded_by, p_expected, v_head,
                                greatest(v_at, clock_timestamp())) a
    ORDER BY a.ordinal;
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION append_event, append_many FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT EXECUTE ON FUNCTION append_event TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (BEFORE, APPEND_EVENT, APPEND_MANY, APPEND_EVENTS, GRANTS):
        op.execute(script)
