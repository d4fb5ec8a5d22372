"""The two database roles and how far they could be set up here.

`muster_owner` owns every table and cannot log in; `muster_app` reads, appends by the functions, and writes projections
and keys. Roles belong to the whole cluster, so creation tolerates that they are there. Where the migrating role may
not create roles, everything belongs to it and the triggers alone keep the ledger immutable; `muster doctor` says so.
"""

from sqlalchemy import Connection, text

OWNER = "muster_owner"
APP = "muster_app"

# From here on PostgreSQL tells the right to SET ROLE apart from membership.
_SET_OPTION_SINCE = 160_000

# Concurrent creators meet in pg_authid's unique index, hence the second condition.
_CREATE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def role_exists(connection: Connection, role: str) -> bool:
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    return found.first() is not None


def may_create_roles(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")))


def may_become(connection: Connection, role: str) -> bool:
    """Whether `SET ROLE role` would be taken; PostgreSQL 16 tells SET apart from membership, 15 does not."""
    how = "SET" if _version(connection) >= _SET_OPTION_SINCE else "MEMBER"
    query = text("SELECT pg_has_role(current_user, oid, :how) FROM pg_roles WHERE rolname = :role")
    return bool(connection.scalar(query, {"how": how, "role": role}))


def ensure_roles(connection: Connection) -> None:
    """Create both roles where that is allowed, and let the migrating role act as them."""
    if may_create_roles(connection):
        for role in (OWNER, APP):
            if not role_exists(connection, role):
                connection.execute(text(_CREATE.format(role=role)))
            if not may_become(connection, role):
                connection.execute(text(f"GRANT {role} TO CURRENT_USER {_with_set(connection)}"))
    if role_exists(connection, OWNER) and may_become(connection, OWNER):
        connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"))
    if role_exists(connection, APP):
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APP}"))


def _with_set(connection: Connection) -> str:
    return "WITH SET TRUE, INHERIT TRUE" if _version(connection) >= _SET_OPTION_SINCE else ""


def _version(connection: Connection) -> int:
    return int(connection.scalar(text("SHOW server_version_num")) or 0)
