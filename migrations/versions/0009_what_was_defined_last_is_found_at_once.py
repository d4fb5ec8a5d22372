"""What was defined last is found at once: readers keep names in memory as long as nothing defines others."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = """
CREATE INDEX definitions_made ON definitions (timeline_id, generation, position_from)
    WHERE kind IN ('source', 'place', 'actor', 'measure');
CREATE INDEX links_among_sources ON links (timeline_id, generation, position_from, position_to)
    WHERE between = 'sources';
"""


def upgrade() -> None:
    op.execute(INDEXES)
