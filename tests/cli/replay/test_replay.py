"""`muster replay` as an operator uses it, on the seed timelines."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func

from app.asgi import new_id
from app.database.engine import writing
from app.domain.assumptions import DEFAULT, to_parameters
from app.projections.replay import asking, working
from app.projections.replay.replays import take
from app.projections.tables import replays
from tests.asking import ARTICLE, RUSSIA, Asking
from tests.cli.conftest import Cli

SLOW = "half-life-10.v1"
ANSWERS = (
    "/estimates?limit=200",
    "/estimates?limit=20&valid_at=2024-11-10",
    "/estimates/explain?measure=personnel&actor=kp-forces&place=ru",
    "/estimates/series?measure=personnel&actor=kp-forces&place=ru&step=P7D",
    "/estimates/changes?measure=personnel&actor=kp-forces&place=ru&from_known_at=position:300",
    "/revisions?limit=200",
    "/developments?limit=50",
    "/movements",
    "/sources",
)


@pytest.fixture
def recording(seeded_afresh: Asking) -> Asking:
    """The second seed timeline with another set of assumptions registered in it."""
    asking = seeded_afresh.of(RUSSIA)
    parameters = to_parameters(DEFAULT) | {"half_life_days": "10"}
    body = {"name": SLOW, "parameters": parameters, "reason": "slower ageing", "by": "ann"}
    asking.post("/events", {"type": "assumptions_defined.v1", "body": body})
    return asking


@pytest.fixture
def muster(recording: Asking) -> Cli:
    url = recording.client.app.state.engine.url.render_as_string(hide_password=False)
    return Cli(DATABASE_URL=url, MUSTER_DATA_DIR="/nonexistent", MUSTER_TIMELINE=RUSSIA)


def answers(asking: Asking) -> list[tuple[str, str]]:
    """With their tags, byte for byte."""
    found = []
    for path in ANSWERS:
        answer = asking.client.get(f"/v1/timelines/{RUSSIA}{path}")
        assert answer.status_code == 200, answer.text
        found.append((answer.headers["etag"], answer.text))
    return found


def test_another_half_life_is_looked_at_switched_to_and_taken_back(
    recording: Asking, muster: Cli, tmp_path: Path
) -> None:
    before, file = answers(recording), tmp_path / "difference.json"
    [kept] = muster.json("replay", "all", "--assumptions", SLOW, "--switch", "never", "--difference", str(file))
    assert (kept["state"], kept["assumptions"], kept["position"]) == ("kept", SLOW, kept["head"])
    told = json.loads(file.read_text())[RUSSIA]
    assert told == kept["difference"]
    assert 0 < told["keys_moved"] <= told["keys_read"]
    assert all(move["standing"] != move["replayed"] for move in told["moves"])
    assert any(move["events"] for move in told["moves"])
    assert answers(recording) == before
    table = muster("replay", "show", kept["replay"]).stdout
    assert f"{told['keys_moved']} of {told['keys_read']} estimates differ" in table

    [switched] = muster.json("replay", "--resume", kept["replay"], "--switch", "always")
    assert switched["state"] == "switched"
    after = answers(recording)
    assert all(was[0] != now[0] for was, now in zip(before, after, strict=True))
    assert recording.get("/estimates")["as_of"]["assumptions"] == SLOW
    largest = told["moves"][0]
    [shown] = recording.items("/estimates", **{name: largest[name] for name in ("measure", "actor", "place")})
    assert (shown["low"], shown["best"]) == (largest["replayed"]["low"], largest["replayed"]["best"])

    assert muster.json("replay", "rollback")["reason"] == "rolled back"
    assert answers(recording) == before


def test_what_is_supposed_is_held_against_the_active_assumptions(recording: Asking, muster: Cli) -> None:
    muster("replay", "--assumptions", SLOW, "--switch", "always")
    client = recording.client
    told = client.post(f"/v1/timelines/{RUSSIA}/what-if", json={"assumptions": {"name": DEFAULT.name}}).json()
    assert (told["as_of"]["assumptions"], told["assumptions"]) == (SLOW, DEFAULT.name)
    assert told["items"]
    assert client.post(f"/v1/timelines/{RUSSIA}/what-if", json={"assumptions": {"name": SLOW}}).json()["items"] == []


def test_a_replay_of_both_seeds_equals_what_was_projected_live(ask: Cli) -> None:
    found = ask.json("replay", "all", "--jobs", "2")
    assert {one["timeline"]: (one["state"], one["difference"]["equal"]) for one in found} == {
        ARTICLE: ("switched", True),
        RUSSIA: ("switched", True),
    }


def test_a_dry_run_tells_how_long_it_would_take(ask: Cli) -> None:
    [told] = ask.json("replay", "developments", "--timeline", ARTICLE, "--dry-run")
    assert told["projections"] == ["developments", "estimates"]
    assert told["events_per_second"] > 0
    assert "events/s" in ask("replay", "--dry-run", "--timeline", ARTICLE).stdout


def test_what_is_kept_is_listed_and_dropped(ask: Cli) -> None:
    [kept] = ask.json("replay", "estimates", "--timeline", ARTICLE, "--switch", "never")
    assert kept["replay"] in {one["replay"] for one in ask.json("replay", "list", "--timeline", ARTICLE)}
    assert "kept" in ask("replay", "list").stdout
    [projection] = [one for one in status(ask)["projections"] if one["projection"] == "estimates"]
    assert kept["generations"]["estimates"] in {one["generation"] for one in projection["generations"]}
    dropped = ask.json("replay", "drop", kept["replay"], "--timeline", ARTICLE)["dropped"]
    assert dropped == [{"projection": "estimates", "generation": kept["generations"]["estimates"]}]
    assert ask.error("replay", "--resume", kept["replay"], code=1)[0].endswith("there is nothing left to resume")


def status(cli: Cli) -> dict[str, Any]:
    [found] = [one for one in cli.json("status")["timelines"] if one["timeline"] == ARTICLE]
    return dict(found)


def test_status_tells_of_a_replay_that_is_under_way(ask: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, ended = threading.Event(), threading.Event()
    real = working._Work._compare  # noqa: SLF001 -- to hold a replay where it is

    def held(self: working._Work) -> object:
        entered.set()
        ended.wait(60)
        return real(self)

    monkeypatch.setattr(working._Work, "_compare", held)  # noqa: SLF001
    thread = threading.Thread(target=ask.json, args=("replay", "estimates", "--timeline", ARTICLE))
    thread.start()
    try:
        assert entered.wait(60)
        [replay] = status(ask)["replays"]
        assert (replay["state"], replay["position"]) == ("running", replay["head"])
        assert f"replay {replay['replay']}: running" in " ".join(ask("status").stdout.split())
        refused = ask.error("replay", "--timeline", ARTICLE, code=1)
        # the one under way runs in this process too, and what it tells of itself may come in between
        assert any(line.startswith(f"Error: estimates of {ARTICLE} is being replayed already") for line in refused)
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("estimate",), "Error: no projection estimate", 1),
        (("--assumptions", "origin-panel.v2"), "Error: no set of assumptions origin-panel.v2", 1),
        (("--to", "100000"), "Error: the timeline is at position", 2),
        (("--resume", "none"), "Error: no replay none", 1),
        (("show", "0192d0a4-7b3e-7c00-8000-00000000000f"), "Error: no replay 0192d0a4", 1),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(ask: Cli, arguments: tuple[str, ...], said: str, code: int) -> None:
    assert ask.error("replay", *arguments, "--timeline", ARTICLE, code=code)[0].startswith(said)


def test_nothing_was_switched_to_yet(cli: Cli, timeline: str) -> None:
    assert cli.error("replay", "rollback", code=1)[0] == f"Error: no replay of {timeline} was switched to"
    assert cli.json("replay", "drop") == {"timeline": timeline, "dropped": []}


def test_a_replay_whose_worker_is_gone_says_how_to_go_on(cli: Cli, timeline: str, engine: Engine) -> None:
    with writing(engine) as connection:
        replay = asking.start(connection, timeline, new_id(), asking.Asked()).replay
    assert take(engine, "gone", 60) is not None
    assert "running" in cli("replay", "list").stdout
    with writing(engine) as connection:
        connection.execute(replays.update().values(lease_until=func.now() - timedelta(seconds=1)))
    for command in (("replay", "list"), ("status",)):
        told = cli(*command).stdout
        assert "stopped" in told
        assert "running" not in told
        assert f"go on with: muster replay --resume {replay}" in told
