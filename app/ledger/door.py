"""The part of the door that needs the ledger: names defined before use, natures of measures, no cycles.

Each refusal is raised by the event at fault. Nothing here reads a projection, so a stuck one never blocks recording.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.domain.checking import check_measures
from app.domain.errors import Conflict, Fault, NotAllowed, Refused
from app.domain.events import Body
from app.domain.names import (
    SHIPPED_NAMES,
    ContainerKind,
    Needed,
    container_defined,
    find_cycle,
    parents,
)
from app.ledger import log
from app.ledger.definitions import read_parents, replace_parents
from app.ledger.log import Draft
from app.ledger.looking import Name, look
from app.ledger.names import nearest_names
from app.ledger.refusals import NameTaken


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event that passed on its own, what it needs to be there, and the draft that would be appended."""

    body: Body
    needs: list[Needed]
    draft: Draft


class Door:
    """Lets candidates in one by one; each may rest on what those before it introduce.

    Looks at the ledger once: make a new one for every append. `redefines` says whether any containment was redefined,
    which has to be decided against the very head that the append finds; `position` is the head at that look.
    """

    def __init__(self, connection: Connection, timeline: str, candidates: Sequence[Candidate]) -> None:
        self._connection = connection
        self._timeline = timeline
        asked = {(need.kind, need.name) for one in candidates for need in one.needs}
        asked |= {(edge.kind, edge.child) for one in candidates for edge in parents(one.body)}
        seen = look(connection, timeline, asked)
        self.position = seen.position
        self._known: set[Name] = seen.names
        self._measures = seen.measures
        self._parents: dict[ContainerKind, dict[str, set[str]]] = {}
        self._let_in: dict[ContainerKind, dict[str, set[str]]] = {}
        self.redefines = False

    def admit(self, candidate: Candidate) -> None:
        """Raises NotAllowed for names that are not there and quantities against their measure, Conflict for a cycle and
        for a name that came with the program.

        What stands in the ledger already was let in under the definitions of its day: the ledger knows it again.
        """
        try:
            self._admit(candidate)
        except Refused:
            if not log.holds(self._connection, self._timeline, candidate.draft.event_id):
                raise

    def _admit(self, candidate: Candidate) -> None:
        missing = [need for need in candidate.needs if (need.kind, need.name) not in self._known]
        if missing:
            raise self._undefined(missing)
        check_measures(candidate.body, self._measures.get)
        self._refuse_cycle(candidate)
        name = candidate.draft.introduced
        if name is None:
            return
        if name.rule == "new" and (name.kind, name.name) in SHIPPED_NAMES:
            raise NameTaken(0, name)
        if name.rule != "absent":
            self._known.add((name.kind, name.name))

    def _undefined(self, missing: list[Needed]) -> Refused:
        faults = [
            Fault(pointer=need.pointer, detail=f"{need.kind} {need.name} is not defined in this timeline")
            for need in missing
        ]
        first = missing[0]
        near = nearest_names(self._connection, self._timeline, first.kind, first.name)
        hint = f"did you mean {' or '.join(near)}?" if near else f"define the {first.kind} first"
        return NotAllowed(f"{first.pointer}: {faults[0].detail}", code="undefined-name", hint=hint, faults=faults)

    def _refuse_cycle(self, candidate: Candidate) -> None:
        """Only a name that is there already can be lain in by something: a new one closes no cycle."""
        body = candidate.body
        defined = container_defined(body)
        if defined is None:
            return
        kind, child = defined
        edges = parents(body)
        if edges and defined in self._known:
            if log.holds(self._connection, self._timeline, candidate.draft.event_id):
                return
            self.redefines = True
            above = self._above(kind)
            replace_parents(above, child, edges)
            cycle = find_cycle(above, child)
            if cycle is not None:
                raise _lies_in_itself(kind, cycle, edges[0].field)
        replace_parents(self._let_in.setdefault(kind, {}), child, edges)

    def _above(self, kind: ContainerKind) -> dict[str, set[str]]:
        """What lies in what: as the ledger has it, and as those let in before say."""
        if kind not in self._parents:
            self._parents[kind] = read_parents(self._connection, self._timeline, kind)
        return self._parents[kind] | self._let_in.get(kind, {})


def _lies_in_itself(kind: ContainerKind, cycle: list[str], field: str) -> Conflict:
    way = " in ".join(cycle)
    return Conflict(
        f"{kind} {cycle[0]} would lie in itself: {way}",
        code="cycle",
        hint="leave out one of these steps",
        faults=[Fault(pointer=f"/body/{field}", detail=way)],
    )
