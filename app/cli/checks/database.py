"""What the database can be asked: whose role we have, whether the ledger is protected, whether it is durable, how
far the projections are, and which keys there are.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.api.health import LAG_EVENTS_MAX
from app.cli.checks import Check, State
from app.database.roles import APP, OWNER, role_exists
from app.ledger import keys, log
from app.projections.runner import states

TESTED = range(15, 19)
"""Major versions that the tests run on."""

_ROLE = "SELECT rolsuper, current_user <> session_user FROM pg_roles WHERE rolname = current_user"
_SESSION = "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"
_OWNER = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'events'::regclass"
_TRIGGER = "SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgname = 'events_are_immutable'"
_RIGHTS = "SELECT bool_or(has_table_privilege('events', right_)) FROM unnest(ARRAY['UPDATE', 'DELETE']) AS right_"
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def database_checks(connection: Connection) -> Iterator[Check]:
    yield _version(connection)
    yield _roles(connection)
    yield _session(connection)
    yield _trigger(connection)
    yield _rights(connection)
    yield _durability(connection)
    yield _keys(connection)
    yield from _projections(connection)


def _version(connection: Connection) -> Check:
    version = str(connection.scalar(text("SHOW server_version")))
    major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    state = State.OK if major in TESTED else State.WEAK
    untested = "" if state is State.OK else ", which Muster is not tested on"
    return Check(name="postgresql", state=state, found=f"PostgreSQL {version}{untested}.")


def _roles(connection: Connection) -> Check:
    missing = [role for role in (OWNER, APP) if not role_exists(connection, role)]
    if missing:
        found = f"There is no role {' and no '.join(missing)}: the triggers alone keep the ledger as it is."
        return Check(name="roles", state=State.WEAK, found=found)
    owner = connection.scalar(text(_OWNER))
    if owner != OWNER:
        return Check(name="roles", state=State.WEAK, found=f"The ledger belongs to {owner}, and not to {OWNER}.")
    return Check(name="roles", state=State.OK, found=f"The ledger belongs to {OWNER}, who cannot log in.")


def _session(connection: Connection) -> Check:
    superuser, stepped_down = connection.execute(text(_ROLE)).one()
    name = "session"
    if superuser:
        return Check(name=name, state=State.BAD, found="Muster runs as a superuser, whom nothing in a database holds.")
    if stepped_down and connection.scalar(text(_SESSION)):
        found = f"Muster logs in as a superuser and steps down to {APP}: let DATABASE_URL name {APP}."
        return Check(name=name, state=State.WEAK, found=found)
    user = connection.scalar(text("SELECT current_user"))
    return Check(name=name, state=State.OK, found=f"Muster runs as {user}, who is no superuser.")


def _trigger(connection: Connection) -> Check:
    enabled = connection.scalar(text(_TRIGGER))
    if enabled == "A":
        return Check(name="ledger", state=State.OK, found="Changing or deleting an event is refused by a trigger.")
    what = "is missing" if enabled is None else "is not always on"
    return Check(name="ledger", state=State.BAD, found=f"The trigger that keeps events from being changed {what}.")


def _rights(connection: Connection) -> Check:
    if connection.scalar(text(_RIGHTS)):
        found = "The role that Muster runs as has the right to change events; only the trigger stands in its way."
        return Check(name="rights", state=State.WEAK, found=found)
    return Check(name="rights", state=State.OK, found="The role that Muster runs as may not change events.")


def _durability(connection: Connection) -> Check:
    off = [name for name in _DURABLE if connection.scalar(text(f"SHOW {name}")) == "off"]
    if off:
        lost = f"{' and '.join(off)} is off: what was recorded can be lost when the machine fails."
        return Check(name="durability", state=State.BAD if "fsync" in off else State.WEAK, found=lost)
    return Check(name="durability", state=State.OK, found="What was recorded is on the disk.")


def _keys(connection: Connection) -> Check:
    admins = [one.name for one in keys.list_keys(connection) if one.administers_all]
    if not admins:
        found = "There is no admin key for all timelines, so none is made over HTTP: `muster key create --role admin`."
        return Check(name="keys", state=State.WEAK, found=found)
    return Check(name="keys", state=State.OK, found=f"Admin keys: {', '.join(admins)}.")


def _projections(connection: Connection) -> Iterator[Check]:
    for state in (state for name in log.timeline_ids(connection) for state in states(connection, name)):
        where = f"{state.projection} of {state.timeline}"
        if state.stuck_position is not None:
            found = f"{where} is stuck at position {state.stuck_position}: {state.stuck_reason}"
            yield Check(name="projection", state=State.BAD, found=found)
        elif state.lag_events > LAG_EVENTS_MAX:
            found = f"{where} is {state.lag_events:,} events behind."
            yield Check(name="projection", state=State.WEAK, found=found)
