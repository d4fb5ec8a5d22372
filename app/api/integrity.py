"""For the sceptic: what is signed of a timeline, and proofs that it holds an event and what it held before.

Roots and hashes are hexadecimal; the note has its own form. An answer for a stated size rests on the ledger alone and
never changes.
"""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.problems import unacceptable
from app.api.tags import label, negotiated, stand
from app.database.engine import reading
from app.domain.errors import Fault, Malformed
from app.domain.limits import INTEGER_MAX
from app.ledger import checkpoints, log, merkle, subtrees
from app.ledger.signing import read_signer
from app.ledger.subtrees import Stored
from app.settings import Settings

JSON = "application/json"
TEXT = "text/plain"

Format = Annotated[Literal["note", "json"] | None, QueryParameter(description="Goes before the header Accept.")]
Position = Annotated[int, QueryParameter(ge=1, le=INTEGER_MAX, description="The event's position.")]
Size = Annotated[
    int | None, QueryParameter(ge=1, le=INTEGER_MAX, description="Of the tree: so many events; else all of them.")
]
First = Annotated[int, QueryParameter(ge=1, le=INTEGER_MAX, description="The size of the earlier tree.")]


@get("/v1/timelines/{timeline:str}/checkpoint", sync_to_thread=True)
def show_checkpoint(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The root of all that the timeline holds now, signed: a C2SP tlog-checkpoint, or the same as JSON."""
    best = {"note": TEXT, "json": JSON}.get(format) if format else request.accept.best_match([TEXT, JSON])
    if best is None:
        raise unacceptable([TEXT, JSON])
    negotiated(request, "json" if best == JSON else "")
    settings: Settings = request.app.state.settings
    signer = read_signer(settings.signing_key, settings.origin)
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
    stand(request, f"p-{head}-k{signer.verifier_key(timeline).id.hex()}")
    made = checkpoints.current(engine, timeline, signer)
    if best == TEXT:
        return Response(made.note, media_type=TEXT)
    shown = {"timeline": timeline, "size": made.size, "root": made.root.hex()}
    return Response({**shown, "verifier_key": made.verifier_key, "note": made.note}, media_type=JSON)


@get("/v1/timelines/{timeline:str}/proofs/inclusion", sync_to_thread=True)
def prove_inclusion(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    position: Position,
    size: Size = None,
) -> Response[dict[str, Any]]:
    """The hashes that lead from the leaf of an event to the root of the tree. Source: RFC 9162, 2.1.3."""
    whole = _grown(engine, timeline, {"size": size, "position": position})
    of = size or whole
    _refuse_beyond("position", position, "size", of)
    label(request, f"i-{position}-{of}")
    with reading(engine) as connection:
        tree = Stored(connection, timeline)
        proof = merkle.inclusion(position - 1, of, tree)
        shown = {"timeline": timeline, "position": position, "size": of, "leaf": tree(0, position - 1).hex()}
        return _answer(request, {**shown, "root": merkle.root(of, tree).hex()}, proof, stated=size is not None)


@get("/v1/timelines/{timeline:str}/proofs/consistency", sync_to_thread=True)
def prove_consistency(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    first: First,
    second: Size = None,
) -> Response[dict[str, Any]]:
    """The hashes that show that the tree only grew since it had its first size. Source: RFC 9162, 2.1.4."""
    whole = _grown(engine, timeline, {"second": second, "first": first})
    of = second or whole
    _refuse_beyond("first", first, "second", of)
    label(request, f"c-{first}-{of}")
    with reading(engine) as connection:
        tree = Stored(connection, timeline)
        proof = merkle.consistency(first, of, tree)
        shown = {"timeline": timeline, "first": first, "second": of}
        roots = {"first_root": merkle.root(first, tree).hex(), "second_root": merkle.root(of, tree).hex()}
        return _answer(request, shown | roots, proof, stated=second is not None)


def _grown(engine: Engine, timeline: str, asked: dict[str, int | None]) -> int:
    """The size of the whole tree, whose subtrees are made. Raises Malformed for what was asked beyond it."""
    with reading(engine) as connection:
        head = log.head(connection, timeline).position
    for name, value in asked.items():
        if value is not None and value > head:
            raise _malformed(name, f"{name} is {value}, and the timeline holds {head} events")
    subtrees.complete(engine, timeline)
    return head


def _refuse_beyond(name: str, value: int, limit: str, size: int) -> None:
    if value > size:
        raise _malformed(name, f"{name} is {value}, and {limit} is {size}: it has to be at least as large")


def _malformed(name: str, detail: str) -> Malformed:
    return Malformed(detail, faults=[Fault(parameter=name, detail=detail)])


def _answer(
    request: Request[Any, Any, Any], shown: dict[str, Any], proof: list[bytes], *, stated: bool
) -> Response[dict[str, Any]]:
    """What was asked of a stated size may be kept for ever."""
    shared = "public" if request.app.state.settings.read == "open" else "private"
    headers = {"Cache-Control": f"{shared}, max-age=31536000, immutable"} if stated else {}
    return Response({**shown, "proof": [one.hex() for one in proof]}, headers=headers)


HANDLERS = [show_checkpoint, prove_inclusion, prove_consistency]
