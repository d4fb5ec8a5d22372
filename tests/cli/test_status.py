"""How far everything is."""

from sqlalchemy import Engine, update

from app.database.engine import writing
from app.projections.tables import generations
from tests.cli.conftest import Cli
from tests.cli.test_record import lines, source


def test_it_shows_head_horizon_and_projections(cli: Cli, timeline: str) -> None:
    cli("record", "-", stdin=lines(source("ann")))
    [found] = cli.json("status")["timelines"]
    assert (found["timeline"], found["head"]["position"], found["horizon"]) == (timeline, 1, None)
    assert {one["position"] for one in found["projections"]} == {1}
    assert "up to date" in cli("status").stdout


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
