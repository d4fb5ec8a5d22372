"""Every row of a projection says which build it is of, so that one can be made beside another.

A build, or generation, has a checkpoint of its own; `projections` points to the active one.
"""

from collections.abc import Iterator

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHECKPOINTS = """
CREATE TABLE generations (
    timeline_id    text COLLATE "C" NOT NULL REFERENCES timelines,
    projection     text COLLATE "C" NOT NULL,
    generation     integer NOT NULL CHECK (generation > 0),
    position       bigint NOT NULL,
    assumptions    text COLLATE "C",
    rests_on       text NOT NULL,
    stuck_position bigint,
    stuck_reason   text,
    PRIMARY KEY (timeline_id, projection, generation)
);

INSERT INTO generations
SELECT p.timeline_id, p.projection, p.generation, p.position,
    CASE p.projection WHEN 'estimates' THEN 'origin-panel.v1' END,
    (SELECT coalesce(jsonb_object_agg(b.projection, b.generation), '{}') FROM projections b
     WHERE b.timeline_id = p.timeline_id
     AND (p.projection, b.projection) IN
         (('developments', 'registry'), ('estimates', 'registry'), ('estimates', 'developments'))),
    p.stuck_position, p.stuck_reason
FROM projections p;

ALTER TABLE projections DROP COLUMN position, DROP COLUMN stuck_position, DROP COLUMN stuck_reason;

DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON generations TO muster_app;
    END IF;
END $$;
"""

KEYS = {
    "definitions": ("registry", "kind, name, position_from"),
    "links": ("registry", "link, position_from"),
    "developments": ("developments", "report, position_from"),
    "report_history": ("developments", "report, position"),
    "statements": ("estimates", "report, ordinal, position_from"),
    "estimates": ("estimates", "measure, actor, place"),
    "revisions": ("estimates", "measure, actor, place, position"),
    "horizons": ("estimates", "position_from"),
}

INDEXES = {
    "links_from": 'links (timeline_id, generation, "from")',
    "links_to": 'links (timeline_id, generation, "to")',
    "links_made": "links (timeline_id, generation, position_from)",
    "developments_in_order": "developments (timeline_id, generation, sort_day, report)",
    "developments_written": "developments (timeline_id, generation, position_from)",
    "developments_by_document": "developments (timeline_id, generation, document) WHERE document IS NOT NULL",
    "developments_by_origin": "developments (timeline_id, generation, origin)",
    "statements_by_key": "statements (timeline_id, generation, measure, actor, place)",
    "statements_by_day": "statements (timeline_id, generation, reported_day)",
    "statements_confirmed": "statements (timeline_id, generation) WHERE digit = 1 AND position_to IS NULL",
    "revisions_in_order": "revisions (timeline_id, generation, position)",
}


def upgrade() -> None:
    op.execute(CHECKPOINTS)
    for table, (projection, key) in KEYS.items():
        for statement in _numbered(table, projection, key):
            op.execute(statement)
    for name, columns in INDEXES.items():
        op.execute(f"DROP INDEX {name}; CREATE INDEX {name} ON {columns}")


def _numbered(table: str, projection: str, key: str) -> Iterator[str]:
    """A table never rebuilt is of the first generation, and none of its rows has to be written anew."""
    yield f"ALTER TABLE {table} ADD COLUMN generation integer NOT NULL DEFAULT 1"
    yield f"""
        UPDATE {table} t SET generation = p.generation FROM projections p
        WHERE p.timeline_id = t.timeline_id AND p.projection = '{projection}' AND p.generation <> 1
    """
    yield f"ALTER TABLE {table} ALTER COLUMN generation DROP DEFAULT"
    yield f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (timeline_id, generation, {key})"
