"""Keys have one of four roles: between who only reads and who keeps the installation are those who record."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = """
ALTER TABLE keys
    DROP CONSTRAINT keys_role_check,
    ADD CONSTRAINT keys_role_check CHECK (role IN ('reader', 'reporter', 'analyst', 'admin'));
"""


def upgrade() -> None:
    op.execute(ROLES)
