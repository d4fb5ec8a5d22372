"""Building projections anew."""

from sqlalchemy import select

from app.database.engine import make_engine, reading
from app.projections.tables import estimates
from tests.asking import ARTICLE
from tests.cli.conftest import Cli


def generations(cli: Cli) -> dict[str, int]:
    [found] = [one for one in cli.json("status")["timelines"] if one["timeline"] == ARTICLE]
    return {one["projection"]: one["generation"] for one in found["projections"]}


def test_a_replay_gives_the_same_rows_in_a_new_generation(ask: Cli, seeded_url: str) -> None:
    columns = (column for column in estimates.c if column.name != "generation")
    rows = select(*columns).where(estimates.c.timeline_id == ARTICLE).order_by("measure", "actor", "place")
    engine = make_engine(seeded_url)
    with reading(engine) as connection:
        before = connection.execute(rows).all()
    earlier = generations(ask)
    found = ask.json("replay", "--timeline", ARTICLE)["projections"]
    with reading(engine) as connection:
        assert connection.execute(rows).all() == before
    engine.dispose()
    assert before
    assert {one["projection"]: one["generation"] - 1 for one in found} == earlier
    assert {one["position"] == one["head"] for one in found} == {True}


def test_one_projection_takes_along_what_rests_on_it(ask: Cli) -> None:
    before = generations(ask)
    ask("replay", "estimates", "--timeline", ARTICLE)
    assert generations(ask) == before | {"estimates": before["estimates"] + 1}


def test_a_projection_that_is_not_there_brings_the_nearest(ask: Cli) -> None:
    said, hint = ask.error("replay", "estimate", "--timeline", ARTICLE, code=1)
    assert said == "Error: no projection estimate"
    assert "estimates" in hint


def test_a_person_sees_where_each_projection_stands(ask: Cli) -> None:
    assert "developments" in ask("replay", "developments", "--timeline", ARTICLE).stdout
