"""How far everything is."""

from datetime import timedelta

from sqlalchemy import Engine, func, update

from app.database.engine import writing
from app.ledger import log
from app.ledger.tables import verifications
from app.projections.tables import generations
from tests.cli.conftest import Cli
from tests.cli.test_record import lines, source


def test_it_shows_head_horizon_and_projections(cli: Cli, timeline: str) -> None:
    cli("record", "-", stdin=lines(source("ann")))
    [found] = cli.json("status")["timelines"]
    assert (found["timeline"], found["head"]["position"], found["horizon"]) == (timeline, 1, None)
    assert {one["position"] for one in found["projections"]} == {1}
    assert "up to date" in cli("status").stdout


def test_one_timeline_is_shown_alone(cli: Cli, timeline: str, engine: Engine) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, "other", title="Another", description="")
    assert len(cli.json("status")["timelines"]) == 2
    assert [one["timeline"] for one in cli.json("status", "--timeline", timeline)["timelines"]] == [timeline]
    assert f"did you mean {timeline}" in cli.error("status", "--timeline", f"{timeline}s", code=1)[1]


def test_it_says_when_a_timeline_was_last_verified(cli: Cli, timeline: str, engine: Engine) -> None:
    assert "never verified here" in cli("status").stdout
    cli("record", "-", stdin=lines(source("ann")))
    cli("verify")
    assert "ago, up to position 1" in cli("status").stdout
    with writing(engine) as connection:
        three_hours_ago = func.now() - timedelta(hours=3)
        connection.execute(verifications.update().values(verified_at=three_hours_ago, fault_position=1))
    assert "verified 3 hours ago: WRONG at position 1;" in cli("status").stdout
    [found] = cli.json("status", "--timeline", timeline)["timelines"]
    assert (found["verified"]["to"], found["verified"]["sound"]) == (1, False)


def test_an_empty_database_has_no_timeline(cli: Cli) -> None:
    assert "no timeline yet" in cli("status").stdout


def test_a_stuck_projection_is_a_problem(cli: Cli, timeline: str, engine: Engine) -> None:
    cli("record", "-", stdin=lines(source("ann")))
    with writing(engine) as connection:
        stuck = update(generations).where(generations.c.projection == "estimates")
        connection.execute(stuck.values(stuck_position=2, stuck_reason="poison"))
    said = cli("status", code=1).stdout
    assert "stuck at 2: poison" in said
    doctor = cli.json("doctor", code=1)
    assert [one["found"] for one in doctor if one["name"] == "projection"] == [
        f"estimates of {timeline} is stuck at position 2: poison"
    ]
