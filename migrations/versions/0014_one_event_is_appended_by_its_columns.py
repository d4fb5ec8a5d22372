"""One event is appended by its columns: its body is not wrapped into JSON and taken out again."""

from importlib import import_module

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LEAF = import_module("migrations.versions.0003_appending_costs_little_more_than_the_rows").LEAF

# A check is read from the catalogue, parsed and made ready again by every statement that writes a row: 17 µs beside
# the 32 of an INSERT without it. The functions ask the same, and so does restoring, which copies rows in. A head
# begins at 0 and only grows, but where an event that stands already gives its place back.
CHECKS = """
ALTER TABLE events DROP CONSTRAINT events_header_check;
ALTER TABLE heads DROP CONSTRAINT heads_position_check;
"""

# The header is hashed as lines: a line feed in one of its fields would let two events have one leaf.
UNFIT = "{0} ~ '[^a-z0-9._:-]' OR length({0}) NOT BETWEEN 1 AND 128"
REFUSE_UNFIT = """RAISE EXCEPTION 'type and recorder of an event are 1 to 128 characters of a-z 0-9 . _ : -'
            USING ERRCODE = 'check_violation'"""

# One statement takes the place and locks the head, which stays locked until the commit has reached the disk. An event
# that stands already is found out by the key that it has; then the head becomes what it was, and the event that stands
# answers.
APPEND_EVENT = f"""
CREATE FUNCTION append_event(
    p_timeline text, p_event_id uuid, p_type text, p_causation_id uuid, p_batch_id uuid, p_body text,
    p_names json, p_recorded_by text, p_expected bigint DEFAULT NULL,
    OUT "position" bigint, OUT recorded_at timestamptz, OUT leaf bytea, OUT replayed boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_head  bigint;
    v_at    timestamptz;
    v_there record;
    v_kind  text;
    v_name  text;
    v_rule  text;
    v_free  boolean;
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

    FOR v_each IN 0 .. json_array_length(p_names) - 1 LOOP
        v_kind := p_names->v_each->>'kind';
        v_name := p_names->v_each->>'name';
        v_rule := p_names->v_each->>'rule';
        v_free := false;
        IF v_rule <> 'absent' THEN
            INSERT INTO names (timeline_id, kind, name, position)
            VALUES (p_timeline, v_kind, v_name, v_head) ON CONFLICT DO NOTHING;
            v_free := FOUND;
        END IF;
        IF NOT v_free AND v_rule <> 'any' THEN
            PERFORM FROM names n WHERE n.timeline_id = p_timeline AND n.kind = v_kind
                AND n.name = v_name AND n.position < v_head;
            IF FOUND THEN
                RAISE EXCEPTION '% % is taken', v_kind, v_name USING ERRCODE = 'MU004',
                    DETAIL = json_build_object('ordinal', 1, 'kind', v_kind, 'name', v_name, 'rule', v_rule);
            END IF;
        END IF;
    END LOOP;
    position := v_head;
    recorded_at := v_at;
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
    IF {UNFIT.format("p_recorded_by")}
        OR EXISTS (SELECT FROM json_to_recordset(p_events) AS g(type text) WHERE {UNFIT.format("g.type")}) THEN
        {REFUSE_UNFIT};
    END IF;
    SELECT h.position, h.recorded_at INTO v_head, v_at FROM heads h WHERE h.timeline_id = p_timeline FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
    END IF;
    RETURN QUERY
    SELECT a.* FROM append_many(p_timeline, p_events, p_recorded_by, p_expected, v_head,
                                greatest(v_at, clock_timestamp()), json_array_length(p_events)) a
    ORDER BY a.ordinal;
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION append_event FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT EXECUTE ON FUNCTION append_event TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (CHECKS, APPEND_EVENT, APPEND_EVENTS, GRANTS):
        op.execute(script)
