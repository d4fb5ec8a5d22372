"""Reports that bear a letter of their own are told apart: no re-grading of a source touches them."""

from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

OWN_LETTER = """
ALTER TABLE developments ADD COLUMN own_letter boolean NOT NULL DEFAULT false;
UPDATE developments SET own_letter = true WHERE development::json #>> '{body,confidence,reliability}' IS NOT NULL;
ALTER TABLE developments ALTER COLUMN own_letter DROP DEFAULT;
"""


def upgrade() -> None:
    op.execute(OWN_LETTER)
