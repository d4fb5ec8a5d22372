"""Keys have one of four roles, and what is watched is kept: the last verification, and when a checkpoint was made."""

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

# No proof of anything: whoever changes the ledger could change this as well. It tells an operator to look.
VERIFICATIONS = """
CREATE TABLE verifications (
    timeline_id    text COLLATE "C" PRIMARY KEY REFERENCES timelines,
    size           bigint NOT NULL CHECK (size >= 0),
    fault_position bigint,
    verified_at    timestamptz NOT NULL
);

-- Null: kept before this was written down.
ALTER TABLE checkpoints ADD COLUMN kept_at timestamptz;
ALTER TABLE checkpoints ALTER COLUMN kept_at SET DEFAULT now();
"""

# A key never gets another role, reach or text, and none goes away: its name stands in the ledger.
GRANTS = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'muster_app') THEN
        REVOKE UPDATE, DELETE ON keys FROM muster_app;
        GRANT UPDATE (revoked_at) ON keys TO muster_app;
        GRANT SELECT, INSERT, UPDATE ON verifications TO muster_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    for script in (ROLES, VERIFICATIONS, GRANTS):
        op.execute(script)
