from typing import Any

import pytest

from app.domain.contacts import Contact, Parties, contacts_of, parties_of
from app.domain.echoes import Link
from app.domain.words import Word, set_scene
from tests.domain.building import body, day, link
from tests.domain.speaking import actors, word

BELONGS = {"envoy": "ministry", "ministry": "country", "guest": "neighbour", "ring": "ring"}


def met(report: str, origin: str = "kr-nis", on: int = 0, **changes: Any) -> Word:
    """The country and its neighbour, by an envoy and a guest."""
    named = actors(envoy="participant", guest="participant")
    return word(report, origin, on, kind="diplomatic_contact", **{"actors": named, **changes})


def contacts(*words: Word, links: tuple[Link, ...] = (), beside: tuple[Word, ...] = ()) -> list[Contact]:
    return contacts_of(words, set_scene([*words, *beside], links, day(60)), BELONGS)


def times(*words: Word, links: tuple[Link, ...] = ()) -> tuple[int, int]:
    (found,) = contacts(*words, links=links)
    return found.least, found.most


@pytest.mark.parametrize(
    ("roles", "by", "manner", "to"),
    [
        ({"envoy": "participant", "guest": "participant"}, ("country", "neighbour"), "met", ()),
        ({"envoy": "subject", "guest": "recipient"}, ("country",), "briefed", ("neighbour",)),
        ({"ministry": "subject", "guest": "object"}, ("country",), "pressed", ("neighbour",)),
        ({"ring": "participant"}, ("ring",), "met", ()),
    ],
)
def test_who_dealt_with_whom_follows_from_the_roles(
    roles: dict[str, str], by: tuple[str, ...], manner: Any, to: tuple[str, ...]
) -> None:
    said = body(kind="diplomatic_contact", quantities=(), actors=actors(**roles))
    assert parties_of(said, BELONGS) == Parties(by=by, manner=manner, to=to)


def test_persons_of_the_same_bodies_have_one_line_and_are_all_named() -> None:
    direct = met("b", actors=actors(ministry="participant", neighbour="participant"))
    (found,) = contacts(met("a"), direct)
    assert found.actors == ("envoy", "guest", "ministry", "neighbour")
    assert [one.word.report for one in found.told] == ["b", "a"]


def test_what_may_be_one_contact_is_at_least_one_and_what_has_other_days_is_another() -> None:
    assert times(met("a", occurred=1, on=5), met("b", occurred=1, on=9)) == (1, 2)
    assert times(met("a", occurred=1, on=5), met("b", occurred=4, on=9)) == (2, 2)
    assert times(met("a", occurred=1, on=5), met("b", on=9)) == (1, 2)  # told without a day
    assert times(met("a", on=5)) == (1, 1)


def test_accounts_that_are_tied_together_are_of_one_contact() -> None:
    both = met("a", occurred=1, on=5), met("b", "us-dod", occurred=1, on=9)
    assert times(*both, links=(link("elaborates", "b", "a"),)) == (1, 1)


def test_neither_plans_nor_denials_nor_what_is_past_are_counted() -> None:
    words = [
        met("said", on=1),
        met("plan", on=2, stance="planned"),
        met("no", "us-dod", on=3, stance="denied"),
        met("gone", on=4, retracted="origin"),
    ]
    (found,) = contacts(*words)
    assert (found.least, found.most) == (1, 1)
    assert [one.word.report for one in found.planned] == ["plan"]
    assert [one.word.report for one in found.denied] == ["no"]
    assert [(one.word.report, one.why) for one in found.history] == [("gone", "retracted")]
    assert found.days == (day(1), day(1))


def test_what_was_told_at_a_briefing_is_an_account_and_no_contact() -> None:
    told = met("told", actors=actors(envoy="subject", guest="recipient"))
    (found,) = contacts(told, links=(link("same_origin", "told", "count"),), beside=(word("count"),))
    assert [(one.relation, one.word.report) for one in found.accounts] == [("same_origin", "count")]
    assert found.told[0].for_ == ()


def test_contacts_come_by_their_parties() -> None:
    told = met("told", actors=actors(envoy="subject", guest="recipient"))
    assert [one.parties.manner for one in contacts(met("a"), told)] == ["briefed", "met"]
