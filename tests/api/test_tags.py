"""Entity tags: 304 for what the client holds, and for nothing else."""

from unittest.mock import Mock
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.database.engine import writing
from app.ledger import keys, log
from app.projections import runner
from app.projections.estimates.reading import read_world
from app.projections.replay.asking import Asked, start
from app.projections.replay.switching import drop
from tests.api.conftest import ADMIN, READER, TIMELINE, Client, Serve, bearer
from tests.api.test_events import SEED, place
from tests.asking import Asking
from tests.replaying import replayed

BASE = f"/v1/timelines/{TIMELINE}"
EVENTS = f"{BASE}/events"
KEY = "measure=personnel&actor=north-korean-forces&place=ua"
LINES = "application/x-ndjson"
REPLAY = UUID("0192d0a4-7b3e-7c00-8000-00000000000f")
FILLED = {
    "{timeline}": TIMELINE,
    "{position}": "7",
    "{report}": "SC04",
    "{source}": "pub",
    "{document}": "article",
    "{name}": "origin-panel.v1",
    "{replay}": str(REPLAY),
}
NEEDED = {
    "/estimates/explain": KEY,
    "/estimates/series": KEY,
    "/estimates/changes": f"{KEY}&from_known_at=position:100",
    "/brief": "since=2024-01-01",
    "/independence": "report=SC04",
    "/proofs/inclusion": "position=7",
    "/proofs/consistency": "first=7",
}


@pytest.fixture
def filled(admin: Client, engine: Engine) -> Client:
    """The client, after the article was recorded and a replay begun and cancelled."""
    answer = admin.post(f"{BASE}/imports", content=SEED.read_bytes(), headers={"Content-Type": LINES})
    assert answer.json()["rejected"] == 0
    with writing(engine) as connection:
        start(connection, TIMELINE, REPLAY, Asked())
    drop(engine, TIMELINE, REPLAY)
    return admin


def tag(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


def status(client: Client, path: str, held: str, **headers: str) -> int:
    return client.get(path, headers={"If-None-Match": held, **headers}).status_code


def reads(client: Client) -> list[str]:
    """Every address under /v1 that can be read, once, with what it needs."""
    found = []
    for path, item in client.get("/openapi.json").json()["paths"].items():
        if path.startswith("/v1/") and "get" in item:
            query = next((query for end, query in NEEDED.items() if path.endswith(end)), "")
            for name, value in FILLED.items():
                path = path.replace(name, value)  # noqa: PLW2901 -- the template is not needed again
            found.append(f"{path}?{query}")
    return found


def test_every_read_has_a_tag_and_is_304_to_whom_holds_it(filled: Client) -> None:
    paths = reads(filled)
    assert len(paths) > 20
    for path in paths:
        whole = filled.get(path)
        assert whole.status_code == 200, path
        short = filled.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert (short.status_code, short.content) == (304, b""), path
        assert short.headers["etag"] == whole.headers["etag"]
        for name in ("vary", "cache-control"):
            assert short.headers.get(name) == whole.headers.get(name), path
        assert not {"content-type", "content-length"} & short.headers.keys()


def test_what_is_recorded_changes_the_tag_of_every_present_answer_but_an_entry(filled: Client) -> None:
    paths = [path for path in reads(filled) if not path.startswith((f"{EVENTS}/", f"{BASE}/replays/", "/v1/keys"))]
    before = {path: tag(filled, path) for path in paths}
    filled.post(EVENTS, json=place("new"))
    for path in paths:
        assert tag(filled, path) != before[path], path
        assert status(filled, path, before[path]) == 200


@pytest.mark.parametrize("form", ["position:100", "{recorded_at}"])
def test_the_past_keeps_its_tag_while_more_is_recorded(filled: Client, form: str) -> None:
    known_at = form.format(recorded_at=filled.get(f"{EVENTS}/100").json()["recorded_at"])
    filled.post(EVENTS, json=place("after-that"))
    paths = [f"{BASE}/estimates?known_at={known_at}", f"{BASE}/places?known_at={known_at}"]
    before = [filled.get(path) for path in paths]
    for number in range(3):
        filled.post(EVENTS, json=place(f"new-{number}"))
    for path, was in zip(paths, before, strict=True):
        now = filled.get(path)
        assert (now.headers["etag"], now.json()) == (was.headers["etag"], was.json())
        assert status(filled, path, was.headers["etag"]) == 304


@pytest.mark.parametrize("projection", ["registry", "developments", "estimates", "topics"])
def test_a_replay_changes_the_tag_of_all_that_may_rest_on_it(filled: Client, engine: Engine, projection: str) -> None:
    paths = [f"{BASE}/{name}?known_at=position:100" for name in ("estimates", "sources/pub", "developments")]
    before = [tag(filled, path) for path in paths]
    entries = tag(filled, EVENTS)
    replayed(engine, TIMELINE, projection)
    for path, was in zip(paths, before, strict=True):
        assert tag(filled, path) != was
        assert status(filled, path, was) == 200
    assert tag(filled, EVENTS) == entries


def test_a_projection_that_stands_still_keeps_the_tags_of_what_rests_on_it(filled: Client, engine: Engine) -> None:
    with writing(engine) as connection:
        stop = "UPDATE generations SET stuck_position = 146, stuck_reason = 'test' WHERE projection = 'estimates'"
        connection.execute(text(stop))
    before = filled.get(f"{BASE}/estimates")
    assert filled.post(EVENTS, json=place("new")).json()["projected"] is False
    now = filled.get(f"{BASE}/estimates")
    assert (now.headers["etag"], now.json()) == (before.headers["etag"], before.json())
    runner.catch_up(engine, TIMELINE, retry_stuck=True)
    assert status(filled, f"{BASE}/estimates", before.headers["etag"]) == 200


def test_a_timeline_changes_its_tag_where_only_the_projections_move(filled: Client, engine: Engine) -> None:
    before = tag(filled, BASE)
    with writing(engine) as connection:
        connection.execute(text("UPDATE generations SET position = 100 WHERE projection = 'estimates'"))
    assert tag(filled, BASE) != before


@pytest.mark.parametrize(
    "held",
    ["{0}", "W/{0}", '"a", {0}', 'W/"a,b",W/{0}, "c"', "*", " * ", '"",{0}'],
)
def test_a_tag_is_found_among_others_weak_or_strong(filled: Client, held: str) -> None:
    path = f"{BASE}/estimates"
    assert status(filled, path, held.format(tag(filled, path))) == 304


@pytest.mark.parametrize("held", ["", "p-145", '"p-145', '"*"', 'W/"p-145"x"', '"P-145"', "*, *", ",", '"'])
def test_what_is_not_the_tag_gets_the_whole_answer(filled: Client, held: str) -> None:
    assert status(filled, f"{BASE}/estimates", held) == 200


def test_tags_may_stand_in_several_headers(filled: Client) -> None:
    both = [("If-None-Match", '"a"'), ("If-None-Match", tag(filled, EVENTS))]
    assert filled.get(EVENTS, headers=both).status_code == 304


def test_each_form_has_a_tag_of_its_own(filled: Client) -> None:
    for path in (EVENTS, f"{BASE}/estimates", "/v1/timelines"):
        plain, lines = tag(filled, path), tag(filled, path, Accept=LINES)
        assert plain != lines
        assert filled.get(path).headers["vary"] == "Accept"
        assert status(filled, path, plain, Accept=LINES) == 200
        assert status(filled, path, lines, Accept=LINES) == 304
        assert status(filled, f"{path}?format=ndjson", lines) == 304


def test_head_has_the_tag_and_heeds_it(filled: Client) -> None:
    held = filled.head(EVENTS).headers["etag"]
    assert held == tag(filled, EVENTS)
    assert filled.head(EVENTS, headers={"If-None-Match": held}).status_code == 304


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version", "/docs", "/openapi.json", "/problems/malformed"])
def test_what_rests_on_nothing_that_is_recorded_has_no_tag(client: Client, path: str) -> None:
    answer = client.get(path, headers={"If-None-Match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{BASE}/estimates?measure=absent", 404),
        (f"{BASE}/developments/absent", 404),
        (f"{EVENTS}/999", 404),
        (f"{BASE}/estimates?known_at=position:999", 400),
        ("/v1/timelines/absent", 404),
    ],
)
def test_a_refusal_has_no_tag_and_is_never_304(filled: Client, path: str, expected: int) -> None:
    answer = filled.get(path, headers={"If-None-Match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (expected, False)


def test_a_change_that_ends_where_another_began_is_not_taken_for_it(filled: Client) -> None:
    path = f"{BASE}/estimates/changes?{KEY}&from_known_at=position:145"
    held = tag(filled, path)
    filled.post(EVENTS, json=place("new"))
    assert status(filled, path, held) == 200


def test_an_answer_that_is_held_is_not_made(filled: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{BASE}/estimates"
    held, made = tag(filled, path), Mock(wraps=read_world)
    monkeypatch.setattr("app.api.estimates.read_world", made)
    assert (status(filled, path, held), made.call_count) == (304, 0)
    assert (status(filled, path, '"other"'), made.call_count) == (200, 1)


def test_a_question_that_is_sent_with_a_body_has_no_tag(seeded: Asking) -> None:
    path = "/v1/timelines/kp-in-ukraine-article/what-if"
    answer = seeded.client.post(path, json={}, headers={"If-None-Match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)


def test_the_tag_of_the_ledger_is_what_an_append_may_expect(filled: Client) -> None:
    expected = {"If-Match": tag(filled, EVENTS)}
    assert filled.post(EVENTS, json=place("one"), headers=expected).status_code == 201
    assert filled.post(EVENTS, json=place("two"), headers=expected).status_code == 412


def test_who_may_see_other_timelines_has_another_tag_for_their_list(serve: Serve, engine: Engine) -> None:
    limited = keys.write_key(b"limited-key-of-the-tests-32-byte")
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
        keys.create(connection, "limited", limited, role="reader", timelines=["second"])
        log.create_timeline(connection, "second", title="Second", description="")
    with serve(read="key") as client:
        tags = [tag(client, "/v1/timelines", **bearer(key)) for key in (READER, limited)]
        assert tags[0] != tags[1]
        assert status(client, "/v1/timelines", tags[0]) == 401
        assert status(client, BASE, "*", **bearer(limited)) == 403


@pytest.mark.parametrize(("read", "shared"), [("open", True), ("key", False)])
def test_an_entry_that_takes_a_key_is_no_matter_for_shared_caches(
    serve: Serve, engine: Engine, read: str, shared: bool
) -> None:
    with writing(engine) as connection:
        keys.create(connection, "reader", READER, role="reader")
    with serve() as admin:
        admin.post(EVENTS, json=place("ru"), headers=bearer(ADMIN))
    with serve(read=read) as client:
        said = client.get(f"{EVENTS}/1", headers=bearer(READER)).headers["cache-control"]
        assert ("public" in said, "immutable" in said) == (shared, True)


def test_the_document_tells_of_tags(client: Client) -> None:
    for path, item in client.get("/openapi.json").json()["paths"].items():
        if path.startswith("/v1/") and "get" in item:
            assert "If-None-Match" in {parameter["name"] for parameter in item["get"]["parameters"]}
            assert "ETag" in item["get"]["responses"]["200"]["headers"]
            assert "304" in item["get"]["responses"]
