"""The ledger proves itself to outsiders: the tree over its leaves, and what was signed of it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
-- The hash of each complete subtree of 256^height leaves: made once, when a proof first needs it, and never changed.
CREATE TABLE subtrees (
    timeline_id text COLLATE "C" NOT NULL REFERENCES timelines,
    height      smallint NOT NULL CHECK (height BETWEEN 1 AND 7),
    ordinal     bigint NOT NULL CHECK (ordinal >= 0),
    root        bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (timeline_id, height, ordinal)
);

-- What was signed, as it was signed, with the public key that its signature is checked with.
CREATE TABLE checkpoints (
    timeline_id  text COLLATE "C" NOT NULL REFERENCES timelines,
    size         bigint NOT NULL CHECK (size >= 0),
    verifier_key text COLLATE "C" NOT NULL,
    root         bytea NOT NULL CHECK (octet_length(root) = 32),
    note         text NOT NULL,
    PRIMARY KEY (timeline_id, size, verifier_key)
);
"""

IMMUTABLE = """
CREATE TRIGGER subtrees_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON subtrees
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE subtrees ENABLE ALWAYS TRIGGER subtrees_are_immutable;
CREATE TRIGGER checkpoints_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_are_immutable;
"""

# Lowest first, so that a subtree finds the 256 that it is made of; at most `p_most` in one call, so that the first call
# on a long timeline can be cut into transactions. Whoever makes the same one at the same time makes the same.
KEEP_SUBTREES = """
CREATE FUNCTION keep_subtrees(p_timeline text, p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
DECLARE
    v_made   integer := 0;
    v_below  bigint;
    v_next   bigint;
    v_hashes bytea;
BEGIN
    SELECT h.position INTO v_below FROM heads h WHERE h.timeline_id = p_timeline;
    FOR v_height IN 1..7 LOOP
        SELECT coalesce(max(s.ordinal) + 1, 0) INTO v_next
        FROM subtrees s WHERE s.timeline_id = p_timeline AND s.height = v_height;
        WHILE v_next < v_below / 256 AND v_made < p_most LOOP
            IF v_height = 1 THEN
                SELECT string_agg(e.leaf, ''::bytea ORDER BY e.position) INTO v_hashes FROM events e
                WHERE e.timeline_id = p_timeline AND e.position > v_next * 256 AND e.position <= (v_next + 1) * 256;
            ELSE
                SELECT string_agg(s.root, ''::bytea ORDER BY s.ordinal) INTO v_hashes FROM subtrees s
                WHERE s.timeline_id = p_timeline AND s.height = v_height - 1
                  AND s.ordinal >= v_next * 256 AND s.ordinal < (v_next + 1) * 256;
            END IF;
            IF octet_length(v_hashes) IS DISTINCT FROM 256 * 32 THEN
                RAISE EXCEPTION 'subtree % of height % is not complete', v_next, v_height USING ERRCODE = 'MU007';
            END IF;
            WHILE octet_length(v_hashes) > 32 LOOP
                SELECT string_agg(sha256('\\x01'::bytea || substring(v_hashes FROM i * 64 + 1 FOR 64)),
                                  ''::bytea ORDER BY i) INTO v_hashes
                FROM generate_series(0, octet_length(v_hashes) / 64 - 1) AS i;
            END LOOP;
            INSERT INTO subtrees (timeline_id, height, ordinal, root) VALUES (p_timeline, v_height, v_next, v_hashes)
            ON CONFLICT DO NOTHING;
            v_next := v_next + 1;
            v_made := v_made + 1;
        END LOOP;
        v_below := v_next;
    END LOOP;
    RETURN v_made;
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION keep_subtrees FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT ON subtrees TO muster_app;
        GRANT EXECUTE ON FUNCTION keep_subtrees TO muster_app;
        GRANT SELECT, INSERT ON checkpoints TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (TABLES, IMMUTABLE, KEEP_SUBTREES, GRANTS):
        op.execute(script)
