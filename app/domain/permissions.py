"""Who may do what: the one table from which the guard, the README and the tests take it.

Roles stand in order, and each may do all that those before it may:

- a *reader* reads;
- a *reporter* records what was said, by whom and of what, and mends what was recorded wrongly;
- an *analyst* also judges what others said: gradings, assessments, links, outcomes, withdrawals;
- an *admin* also decides by which numbers all of it is read, and keeps the installation.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from app.domain.errors import Fault, Forbidden
from app.domain.events import TYPES

Role = Literal["reader", "reporter", "analyst", "admin"]
Act = Literal["read", "record", "administer"]

ROLES: tuple[Role, ...] = get_args(Role)

ACTS: Mapping[Act, Role] = {"read": "reader", "record": "reporter", "administer": "admin"}
"""The least role for each kind of request. Administering: timelines, replays and keys are made."""

APPENDS: Mapping[str, Role] = {
    "source_registered.v1": "reporter",
    "document_captured.v1": "reporter",
    "document_status_changed.v1": "reporter",
    "place_defined.v1": "reporter",
    "actor_defined.v1": "reporter",
    "measure_defined.v1": "reporter",
    "development_reported.v1": "reporter",
    "report_corrected.v1": "reporter",
    "source_graded.v1": "analyst",
    "sources_linked.v1": "analyst",
    "report_assessed.v1": "analyst",
    "report_retracted.v1": "analyst",
    "reports_linked.v1": "analyst",
    "link_withdrawn.v1": "analyst",
    "forecast_resolved.v1": "analyst",
    "assumptions_defined.v1": "admin",
}
"""The least role that appends each type of event: all of them, which a test holds."""


def may(role: Role, act: Act) -> bool:
    return _reaches(role, ACTS[act])


def refuse_to_append(role: Role, event_type: str) -> None:
    """Raises Forbidden for what the role does not append; what is no type at all is for others to refuse."""
    if event_type not in TYPES or _reaches(role, APPENDS[event_type]):
        return
    detail = f"a key with the role {role} does not append {event_type}"
    raise Forbidden(detail, hint=way_out(APPENDS[event_type]), faults=[Fault(pointer="/type", detail=detail)])


def way_out(least: Role) -> str:
    """Which key to ask with instead."""
    return f"it takes a key with the role {' or '.join(ROLES[ROLES.index(least) :])}"


def _reaches(role: Role, least: Role) -> bool:
    return ROLES.index(role) >= ROLES.index(least)
