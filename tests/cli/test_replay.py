"""Building projections anew."""

from sqlalchemy import Engine, select

from app.database.engine import reading
from app.projections.tables import estimates
from tests.cli.conftest import Cli
from tests.seeded import ARTICLE


def test_a_replay_gives_the_same_rows_in_a_new_generation(ask: Cli, seeded: Engine) -> None:
    rows = select(estimates).where(estimates.c.timeline_id == ARTICLE).order_by("measure", "actor", "place")
    with reading(seeded) as connection:
        before = connection.execute(rows).all()
    found = ask.json("replay", "--timeline", ARTICLE)["projections"]
    with reading(seeded) as connection:
        assert connection.execute(rows).all() == before
    assert before
    assert {one["generation"] for one in found} == {2}
    assert {one["position"] == one["head"] for one in found} == {True}


def test_one_projection_takes_along_what_rests_on_it(ask: Cli) -> None:
    before = {
        one["projection"]: one["generation"] for one in ask.json("replay", "all", "--timeline", ARTICLE)["projections"]
    }
    after = {
        one["projection"]: one["generation"]
        for one in ask.json("replay", "estimates", "--timeline", ARTICLE)["projections"]
    }
    assert after == before | {"estimates": before["estimates"] + 1}


def test_a_projection_that_is_not_there_brings_the_nearest(ask: Cli) -> None:
    said, hint = ask.error("replay", "estimate", "--timeline", ARTICLE, code=1)
    assert said == "Error: no projection estimate"
    assert "estimates" in hint


def test_a_person_sees_where_each_projection_stands(ask: Cli) -> None:
    assert "developments" in ask("replay", "developments", "--timeline", ARTICLE).stdout
