"""An append holds its timeline for as short a time as it can."""

from importlib import import_module

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LEAF = import_module("migrations.versions.0003_appending_costs_little_more_than_the_rows").LEAF

# The timeline's head is locked until the commit has reached the disk, and whoever appends to it waits. So what needs no
# lock comes before it: the JSON, and whether the event stands already, since what stands stays. The one statement that
# takes the place is the one that locks. Should another have recorded this very event in between, the place goes back to
# the head as it was, and the hour stays: later than the last event, earlier than the next.
APPEND_EVENTS = f"""
CREATE OR REPLACE FUNCTION append_events(
    p_timeline text, p_events json, p_recorded_by text, p_expected bigint DEFAULT NULL
)
RETURNS TABLE (ordinal bigint, "position" bigint, event_id uuid, recorded_at timestamptz, leaf bytea, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_many  bigint := json_array_length(p_events);
    v_head  bigint;
    v_at    timestamptz;
    v_given record;
    v_there record;
    v_name  json;
    v_rule  text;
    v_free  boolean;
BEGIN
    IF v_many <> 1 THEN
        SELECT h.position, h.recorded_at INTO v_head, v_at FROM heads h WHERE h.timeline_id = p_timeline FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
        END IF;
        RETURN QUERY
        SELECT * FROM append_many(p_timeline, p_events, p_recorded_by, p_expected, v_head,
                                  greatest(v_at, clock_timestamp()), v_many)
        ORDER BY ordinal;
        RETURN;
    END IF;

    SELECT g.* INTO v_given FROM json_to_recordset(p_events)
        AS g(event_id uuid, type text, causation_id uuid, batch_id uuid, body text, names json);
    SELECT e.* INTO v_there FROM events e WHERE e.timeline_id = p_timeline AND e.event_id = v_given.event_id;
    IF NOT FOUND THEN
        UPDATE heads h SET position = h.position + 1, recorded_at = greatest(h.recorded_at, clock_timestamp())
        WHERE h.timeline_id = p_timeline RETURNING h.position, h.recorded_at INTO v_head, v_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no timeline %', p_timeline USING ERRCODE = 'MU001';
        END IF;
        leaf := {LEAF.format(place="v_head", event="v_given", at="v_at")};
        INSERT INTO events (timeline_id, position, event_id, type, recorded_at, recorded_by,
                            causation_id, batch_id, body, leaf)
        VALUES (p_timeline, v_head, v_given.event_id, v_given.type, v_at, p_recorded_by,
                v_given.causation_id, v_given.batch_id, v_given.body, leaf)
        ON CONFLICT (timeline_id, event_id) DO NOTHING;
        IF NOT FOUND THEN
            UPDATE heads h SET position = h.position - 1 WHERE h.timeline_id = p_timeline;
            SELECT e.* INTO v_there FROM events e WHERE e.timeline_id = p_timeline AND e.event_id = v_given.event_id;
        END IF;
    END IF;
    ordinal := 1;
    event_id := v_given.event_id;
    replayed := v_there.position IS NOT NULL;
    IF replayed THEN
        IF (v_there.type, v_there.body) <> (v_given.type, v_given.body)
            OR v_there.causation_id IS DISTINCT FROM v_given.causation_id THEN
            RAISE EXCEPTION 'event id is taken by position %', v_there.position USING ERRCODE = 'MU002',
                DETAIL = json_build_object('ordinal', 1, 'position', v_there.position);
        END IF;
        position := v_there.position;
        recorded_at := v_there.recorded_at;
        leaf := v_there.leaf;
        RETURN NEXT;
        RETURN;
    END IF;
    IF p_expected <> v_head - 1 THEN
        RAISE EXCEPTION 'the timeline is at position %', v_head - 1 USING ERRCODE = 'MU003',
            DETAIL = json_build_object('position', v_head - 1);
    END IF;

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

    position := v_head;
    recorded_at := v_at;
    RETURN NEXT;
END $$;
"""


def upgrade() -> None:
    op.execute(APPEND_EVENTS)
