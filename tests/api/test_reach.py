"""Every path by every kind of key, of the right and of another timeline, where reading is open and where it is not.

What each path takes is written down here once more, apart from the program: a path that is not here fails.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count, product
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import msgspec
import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from app.api.app import create_app
from app.database.engine import make_engine, writing
from app.domain.events import TYPES
from app.domain.permissions import APPENDS, ROLES, Role
from app.ledger import keys, log
from app.settings import Settings
from tests.api.conftest import Client, bearer

if TYPE_CHECKING:
    from tests.databases import Databases

Takes = Literal["nothing", "read", "read of all", "reporter", "admin", "admin of all"]
LEAST: dict[Takes, Role] = {
    "read": "reader",
    "read of all": "reader",
    "reporter": "reporter",
    "admin": "admin",
    "admin of all": "admin",
}
IN = "/v1/timelines/{timeline:str}"
PAGE = "/timelines/{timeline:str}"
HERE, THERE = "here", "there"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# "read": nothing where reading is open, else a reader's key; "of all": a key that is for all timelines.
PATHS: dict[tuple[str, str], Takes] = {
    **{("GET", path): "nothing" for path in ("/healthz", "/readyz", "/version")},
    **{("GET", path): "nothing" for path in ("/docs", "/docs/{file:str}", "/openapi.json", "/problems/{code:str}")},
    ("GET", "/metrics"): "read of all",
    ("GET", "/v1/keys"): "admin",
    ("POST", "/v1/keys"): "admin",
    ("POST", "/v1/keys/{name:str}/revocation"): "admin",
    ("GET", "/v1/timelines"): "read",
    ("POST", "/v1/timelines"): "admin of all",
    ("GET", IN): "read",
    ("GET", f"{IN}/actors"): "read",
    ("GET", f"{IN}/arrangements"): "read",
    ("GET", f"{IN}/assumptions"): "read",
    ("GET", f"{IN}/assumptions/{{name:str}}"): "read",
    ("GET", f"{IN}/brief"): "read",
    ("GET", f"{IN}/checkpoint"): "read",
    ("GET", f"{IN}/contacts"): "read",
    ("GET", f"{IN}/contested"): "read",
    ("GET", f"{IN}/developments"): "read",
    ("GET", f"{IN}/developments/{{report:str}}"): "read",
    ("GET", f"{IN}/documents"): "read",
    ("GET", f"{IN}/documents/{{document:str}}"): "read",
    ("GET", f"{IN}/estimates"): "read",
    ("GET", f"{IN}/estimates/changes"): "read",
    ("GET", f"{IN}/estimates/explain"): "read",
    ("GET", f"{IN}/estimates/series"): "read",
    ("GET", f"{IN}/events"): "read",
    ("POST", f"{IN}/events"): "reporter",
    ("GET", f"{IN}/events/{{position:str}}"): "read",
    ("GET", f"{IN}/forces"): "read",
    ("GET", f"{IN}/forecasts"): "read",
    ("POST", f"{IN}/imports"): "reporter",
    ("GET", f"{IN}/independence"): "read",
    ("GET", f"{IN}/materiel"): "read",
    ("GET", f"{IN}/measures"): "read",
    ("GET", f"{IN}/movements"): "read",
    ("GET", f"{IN}/places"): "read",
    ("GET", f"{IN}/places/tree"): "read",
    ("GET", f"{IN}/projections"): "read",
    ("GET", f"{IN}/proofs/consistency"): "read",
    ("GET", f"{IN}/proofs/inclusion"): "read",
    ("GET", f"{IN}/relays"): "read",
    ("POST", f"{IN}/replays"): "admin",
    ("GET", f"{IN}/replays/{{replay:str}}"): "read",
    ("GET", f"{IN}/revisions"): "read",
    ("GET", f"{IN}/situation"): "read",
    ("GET", f"{IN}/sources"): "read",
    ("GET", f"{IN}/sources/{{source:str}}"): "read",
    ("POST", f"{IN}/what-if"): "read",
    ("GET", "/room/{edition:str}/{file:str}"): "nothing",
    ("GET", "/"): "read",
    ("GET", PAGE): "read",
    **{
        ("GET", f"{PAGE}/{page}"): "read"
        for page in (
            *("developments", "integrity", "places", "reports/{report:str}", "situation", "sources"),
            "sources/{source:str}",
        )
    },
}

# Whose key it is, with the timelines that it is for; None: for all.
HOLDERS: list[tuple[Role, str | None]] = [*product(ROLES, (None, HERE, THERE))]
NOBODY, REVOKED = "nobody", "revoked"


def key_of(name: str) -> str:
    return keys.write_key(hashlib.sha256(name.encode()).digest())


def name_of(role: str, timeline: str | None) -> str:
    return f"{role}-{timeline or 'everywhere'}"


@pytest.fixture(scope="module")
def served(
    databases: "Databases", template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Client]]:
    """The application by how reading is, on one database with two empty timelines and a key of every kind."""
    signing_key: Path = tmp_path_factory.mktemp("reach") / "checkpoint.key"
    numbers = count(1)
    with ExitStack() as stack:
        engine = make_engine(stack.enter_context(databases.new(template=template)))
        stack.callback(engine.dispose)
        with writing(engine) as connection:
            for own in (HERE, THERE):
                log.create_timeline(connection, own, title=own, description="")
            for role, timeline in HOLDERS:
                name, reach = name_of(role, timeline), [timeline] if timeline else None
                keys.create(connection, name, key_of(name), role=role, timelines=reach)
            keys.create(connection, REVOKED, key_of(REVOKED), role="admin")
            keys.revoke(connection, REVOKED)
        made: dict[str, Client] = {}
        for read in ("open", "key"):
            settings = msgspec.structs.replace(Settings(), read=read, signing_key=signing_key)
            app = create_app(engine, settings, clock=lambda: NOW, new_id=lambda: UUID(int=next(numbers)))
            made[read] = stack.enter_context(TestClient(app, raise_server_exceptions=False))
        yield made


def ask(client: Client, method: str, path: str, holder: str) -> int:
    """Asks for what changes nothing: posted bodies are empty, and names stand for nothing."""
    asked = re.sub(r"\{\w+:str\}", "absent", path.replace("{timeline:str}", HERE))
    headers = {} if holder == NOBODY else bearer(key_of(holder))
    kind = "application/x-ndjson" if path.endswith("/imports") else "application/json"
    if method == "GET":
        return client.get(asked, headers=headers).status_code
    body = None if path.endswith("/revocation") else b"{}"
    return client.post(asked, content=body, headers=headers | ({"Content-Type": kind} if body else {})).status_code


def expected(takes: Takes, path: str, read: str, role: Role, timeline: str | None) -> bool:
    """Whether a good key gets past the guard."""
    if not needs_a_key(takes, read):
        return True
    reaches = timeline is None or (
        not takes.endswith("of all") and (timeline == HERE or not path.startswith((IN, PAGE)))
    )
    return ROLES.index(role) >= ROLES.index(LEAST[takes]) and reaches


def needs_a_key(takes: Takes, read: str) -> bool:
    return takes != "nothing" and (not takes.startswith("read") or read == "key")


def test_every_path_is_here(served: dict[str, Client]) -> None:
    app = served["open"].app
    found = {
        (str(method), route.path_format.replace("}", ":str}"))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.route_handler_map
        if method != "OPTIONS"
    }
    assert found == PATHS.keys()


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("read", ["open", "key"])
def test_a_key_opens_what_its_role_and_its_timelines_allow(
    served: dict[str, Client], method: str, path: str, read: str
) -> None:
    takes = PATHS[method, path]
    for role, timeline in HOLDERS:
        status = ask(served[read], method, path, name_of(role, timeline))
        allowed = expected(takes, path, read, role, timeline)
        assert status == 403 if not allowed else status not in {401, 403, 500}, (role, timeline)
    assert (ask(served[read], method, path, NOBODY) == 401) == needs_a_key(takes, read)
    if takes != "nothing":
        assert ask(served[read], method, path, REVOKED) == 401
        assert ask(served[read], method, path, "never-made") == 401


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("dry_run", ["", "?dry_run=true"])
def test_a_type_of_event_is_appended_by_those_whose_it_is(served: dict[str, Client], name: str, dry_run: str) -> None:
    for role, timeline in HOLDERS:
        headers = bearer(key_of(name_of(role, timeline)))
        answer = served["open"].post(
            f"/v1/timelines/{HERE}/events{dry_run}", json={"type": name, "body": {}}, headers=headers
        )
        allowed = timeline != THERE and ROLES.index(role) >= ROLES.index(APPENDS[name])
        # the body is empty on purpose: who may append it is told what is missing in it
        assert answer.status_code == (422 if allowed else 403), (role, timeline, answer.text)


@pytest.mark.parametrize("query", ["", "?mode=atomic", "?dry_run=true"])
def test_an_import_refuses_what_is_not_the_roles_line_by_line(served: dict[str, Client], query: str) -> None:
    lines = b"\n".join(msgspec.json.encode({"type": name, "body": {}}) for name in TYPES)
    for role in ROLES[1:]:
        headers = bearer(key_of(name_of(role, HERE))) | {"Content-Type": "application/x-ndjson"}
        told = served["open"].post(f"/v1/timelines/{HERE}/imports{query}", content=lines, headers=headers).json()
        refused = {error["line"]: error for error in told["errors"] if error["code"] == "forbidden"}
        others = [name for name in TYPES if ROLES.index(APPENDS[name]) > ROLES.index(role)]
        assert [[*TYPES][line - 1] for line in refused] == others
        assert all(error["pointer"] == "/type" and error["hint"] for error in refused.values())


@pytest.mark.parametrize("read", ["open", "key"])
@pytest.mark.parametrize("timeline", [None, HERE, THERE])
def test_a_list_of_timelines_has_what_its_reader_may_see(
    served: dict[str, Client], read: str, timeline: str | None
) -> None:
    answer = served[read].get("/v1/timelines", headers=bearer(key_of(name_of("reader", timeline))))
    seen = [one["timeline"] for one in answer.json()["items"]]
    assert seen == ([HERE, THERE] if read == "open" or timeline is None else [timeline])
