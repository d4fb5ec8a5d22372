"""One look at the ledger: the head, names among those asked for, measures."""

import pytest
from sqlalchemy import Engine

from app.database.engine import speaking, writing
from app.domain.errors import Unknown
from app.domain.measures import BUILT_IN
from app.ledger import log
from app.ledger.log import Draft
from app.ledger.looking import look
from tests.ledger.drafts import draft


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
        log.create_timeline(connection, "other", title="Other", description="")
        log.append(connection, "other", [draft(1, ("place", "ua", "any"))], recorded_by="key:test")
        drafts = [draft(1, ("place", "ru", "any")), draft(2, ("actor", "ua", "any")), shells("stock"), shells("flow")]
        log.append(connection, "t", drafts, recorded_by="key:test")
    return engine


def shells(nature: str) -> Draft:
    body = f'{{"measure":"shells","name":"Shells","nature":"{nature}","unit":"pieces"}}'
    return Draft(type="measure_defined.v1", event_id=draft(nature).event_id, body=body)


def test_names_are_found_by_kind_and_in_their_timeline_alone(ledger: Engine) -> None:
    asked = [("place", "ru"), ("actor", "ru"), ("place", "ua"), ("actor", "ua"), ("place", 'x"\\ é')]
    with speaking(ledger) as connection:
        seen = look(connection, "t", asked)
        assert look(connection, "t", []).names == set()
    assert (seen.position, seen.names) == (4, {("place", "ru"), ("actor", "ua")})


def test_measures_are_the_built_in_ones_and_each_as_last_defined(ledger: Engine) -> None:
    with speaking(ledger) as connection:
        seen, other = look(connection, "t", []), look(connection, "other", [])
    assert seen.measures["shells"].nature == "flow"
    assert seen.measures.keys() == BUILT_IN.keys() | {"shells"}
    assert other.measures == BUILT_IN


def test_without_a_timeline_the_nearest_are_named(ledger: Engine) -> None:
    with pytest.raises(Unknown, match="no timeline othre") as refused, speaking(ledger) as connection:
        look(connection, "othre", [])
    assert refused.value.hint == "did you mean other?"
