"""Every operation of the OpenAPI document answers whatever it is sent, and in no way that the document does not have.

`make fuzz` tries 5,000 cases and more and prints how many of each operation; in the suite it is a few each. New
operations come in by themselves: the document is the list.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import requests
import schemathesis
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from app.api.codes import PAGES
from app.api.problems import MEDIA_TYPE, Problem
from app.database.engine import writing
from app.ledger import keys
from tests.asking import Asking
from tests.fuzz.effort import FULL, TRYING
from tests.fuzz.spoiling import events
from tests.fuzz.world import World, look_around

CASES_EACH = 160 if FULL else 8
Operation = APIOperation[Any, Any, Any, Any]
DOCUMENTED = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def test_every_operation_answers_as_the_document_says(seeded_afresh: Asking, tell: Callable[[str], None]) -> None:
    client = seeded_afresh.client
    world, credentials = look_around(client), bearers(seeded_afresh)
    document = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == document.statistic.operations.total, "the document cannot be read whole"
    total, faults = 0, dict[str, str]()
    for operation in operations:
        seen, wrong = tried(client, operation, cases(operation, world), credentials)
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(seen.items()))
        if FULL:
            tell(f"R5  {operation.label}: {seen.total()} cases: {statuses}")
        assert seen, f"{operation.label} was not tried at all"
        total, faults = total + seen.total(), faults | wrong
    tell(f"R5  {total:,} cases over {len(operations)} operations, {len(faults)} answered otherwise than documented")
    assert not faults, "\n\n".join(map("\n".join, faults.items()))


def tried(
    client: TestClient[Litestar],
    operation: Operation,
    made: st.SearchStrategy[Case[Any]],
    credentials: list[str | None],
) -> tuple[Counter[int], dict[str, str]]:
    """How often each status was answered, and the first answer of each kind that was wrong."""
    seen, faults = Counter[int](), dict[str, str]()

    @settings(TRYING, max_examples=CASES_EACH)
    @given(made)
    def answers(case: Case[Any]) -> None:
        answer = send(client, case, credentials[seen.total() % len(credentials)])
        seen[answer.status_code] += 1
        fault = fault_of(case, answer)
        if fault is not None:
            faults.setdefault(f"{operation.label}: {fault[0]}", fault[1])

    answers()
    return seen, faults


def bearers(asking: Asking) -> list[str | None]:
    """What may stand in `Authorization`, in turn: nothing, nonsense, and keys; every other time an admin's."""
    engine = asking.client.app.state.engine
    made: list[str | None] = [None, "nonsense", "Bearer nobodys-key"]
    for role, timelines in (("admin", ["another"]), ("reader", None), ("admin", None)):
        key = keys.write_key(secrets.token_bytes(keys.SECRET_BYTES))
        with writing(engine) as connection:
            keys.create(connection, f"fuzz-{len(made)}", key, role=role, timelines=timelines)
        made.append(f"Bearer {key}")
    *others, admin = made
    return [one for other in others for one in (other, admin)]


@st.composite
def cases(draw: st.DrawFn, operation: Operation, world: World) -> Case[Any]:
    """A request that fits the document or does not, in which much is replaced by what is really there.

    Of what does not fit most is left out again, or hardly a case would come past the first look.
    """
    case: Case[Any] = draw(st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]))
    for declared, values in ((operation.path_parameters, case.path_parameters), (operation.query, case.query)):
        for parameter in declared:
            if parameter.name in world and draw(_in_ten(9 if parameter.is_required else 4)):
                values[parameter.name] = draw(st.sampled_from(world[parameter.name]))
        for name in sorted(set(values) - {parameter.name for parameter in declared}):
            if draw(_in_ten(7)):
                del values[name]
    axes = sorted({name.removeprefix("from_") for name in case.query if name.startswith("from_")})
    for axis in axes[1:]:
        if draw(_in_ten(8)):
            case.query = {name: value for name, value in case.query.items() if not name.endswith(f"_{axis}")}
    if operation.method == "post" and operation.path.endswith(("/events", "/imports")) and draw(_in_ten(7)):
        case.body = b"\n".join(draw(st.lists(events(), min_size=1, max_size=1 if "/events" in operation.path else 4)))
    return case


def _in_ten(times: int) -> st.SearchStrategy[bool]:
    return st.integers(0, 9).map(lambda drawn: drawn < times)


def send(client: TestClient[Litestar], case: Case[Any], credential: str | None) -> httpx.Response:
    """In process."""
    raw, case.body = (case.body, {}) if isinstance(case.body, bytes) else (None, case.body)
    sent = requests.Request(**_of_a_request(case)).prepare()
    said = {**sent.headers, **({} if credential is None else {"Authorization": credential})}
    said.pop("Content-Length", None)
    headers = [(name.encode(), str(value).encode("latin-1")) for name, value in said.items()]
    body = sent.body if isinstance(sent.body, str | bytes) else b""
    try:
        url = httpx.URL(str(sent.url))
    except httpx.InvalidURL:
        reject()  # longer than this client takes
    return client.request(str(sent.method), url, headers=headers, content=body if raw is None else raw)


def _of_a_request(case: Case[Any]) -> dict[str, Any]:
    known = {"method", "url", "headers", "params", "data", "json", "cookies", "files"}
    given_ = case.as_transport_kwargs(base_url="http://testserver")
    return {name: value for name, value in given_.items() if name in known}


def fault_of(case: Case[Any], answer: httpx.Response) -> tuple[str, str] | None:
    """What is wrong with the answer, and both it and its request; None where nothing is."""
    said = None
    if answer.status_code >= 500:
        said = f"{answer.status_code}, and nothing was the matter with the server"
    elif answer.status_code >= 400:
        said = _no_problem(answer)
    try:
        case.validate_response(answer, checks=DOCUMENTED)
    except FailureGroup as fault:
        said = said or "; ".join(f"{one.title}: {one.message}" for one in fault.exceptions)
    request = answer.request
    if said is None:
        return None
    return said, f"{request.method} {request.url}\n{request.content[:1000]!r}\n{answer.text[:1000]}"


def _no_problem(answer: httpx.Response) -> str | None:
    """Every refusal is a problem document, under a code that has a page for that very status."""
    if answer.headers["content-type"] != MEDIA_TYPE:
        return f"a refusal is {MEDIA_TYPE}"
    problem = msgspec.json.decode(answer.content, type=Problem)
    page = PAGES.get(problem.code)
    if page is None or not page.status == problem.status == answer.status_code:
        return f"{problem.code} is no code of {answer.status_code}"
    return None
