"""Who met, briefed or pressed whom: reports of contacts, put together by the parties and by how they dealt.

A contact is dealt with by the bodies that its actors belong to in the end: a minister's call is his country's. Who is
told something does not confirm it: a briefing is the account of whoever gave it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from app.domain.events import DevelopmentReported
from app.domain.situation import AGREEING, Links, Spoken, links_of, spoken
from app.domain.sources import Merged
from app.domain.words import Past, Scene, Word, sort_out

Manner = Literal["met", "briefed", "pressed"]
"""By the roles of the actors: `met` where all took part alike, in a room or by telephone; `briefed` where some are
recipients; `pressed` where some are objects.
"""

ACCOUNTS = ("same_origin", "possibly_same_origin")
"""Relations that make a contact the telling of what another report says."""

_ONE_CONTACT = (*AGREEING, "possibly_same_as")


class Parties(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Each in order of names. Who met stands in `by`, and `to` is empty."""

    by: tuple[str, ...]
    manner: Manner
    to: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A report whose account was told at a contact, which confirms nothing of it."""

    relation: str
    word: Word


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of the dealings of some parties, the newest first.

    `least` and `most` are how many contacts there were, as far as `told` tells; of plans, of what is denied and of what
    is past none is counted.
    """

    parties: Parties
    actors: tuple[str, ...]
    told: tuple[Spoken, ...]
    planned: tuple[Spoken, ...]
    denied: tuple[Spoken, ...]
    history: tuple[Past, ...]
    accounts: tuple[Account, ...]
    least: int
    most: int

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last that the contacts told of are about; None where none has a day."""
        found = [one.word.day for one in self.told if one.word.day > date.min]
        return (min(found), max(found)) if found else None


def parties_of(body: DevelopmentReported, belongs: Mapping[str, str]) -> Parties:
    """`belongs` has for an actor the body that it is part of; who is part of nothing, or of itself, is one."""

    def bodies(*roles: str) -> tuple[str, ...]:
        named = {actor.actor for actor in body.actors if not roles or actor.role in roles}
        return tuple(sorted({_body(name, belongs) for name in named}))

    told, pressed = bodies("recipient"), bodies("object", "opponent")
    if not told and not pressed:
        return Parties(by=bodies(), manner="met")
    manner: Manner = "pressed" if pressed else "briefed"
    return Parties(by=bodies("subject", "participant", "supplier"), manner=manner, to=tuple(sorted({*told, *pressed})))


def contacts_of(said: Iterable[Word], scene: Scene, belongs: Mapping[str, str]) -> list[Contact]:
    """All contacts that these words tell of, by their parties in order. `belongs`: as in `parties_of`."""
    left, past = sort_out(said, scene)
    links = links_of(left, past, scene)
    words: dict[Parties, list[Word]] = {}
    gone: dict[Parties, list[Past]] = {}
    for word in left:
        words.setdefault(parties_of(word.development.body, belongs), []).append(word)
    for one in past:
        gone.setdefault(parties_of(one.word.development.body, belongs), []).append(one)
    return [
        _contact(parties, words.get(parties, []), gone.get(parties, []), scene, links)
        for parties in sorted(words.keys() | gone.keys())
    ]


def _contact(parties: Parties, words: Sequence[Word], past: Sequence[Past], scene: Scene, links: Links) -> Contact:
    denied = [word for word in words if word.development.body.stance == "denied"]
    told = [word for word in words if not word.not_yet and word not in denied]
    least, most = count(told, links)
    return Contact(
        parties=parties,
        actors=_named([*words, *(one.word for one in past)]),
        told=tuple(spoken(word, scene, links) for word in told),
        planned=tuple(spoken(word, scene, links) for word in words if word.not_yet),
        denied=tuple(spoken(word, scene, links) for word in denied),
        history=tuple(past),
        accounts=accounts_of(words, scene, links),
        least=least,
        most=most,
    )


def _named(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(sorted({actor.actor for word in words for actor in word.development.body.actors}))


def count(words: Sequence[Word], links: Links) -> tuple[int, int]:
    """How many contacts these may be at least and at most.

    At most one for each report that no link makes another account of the same; at least as many as there have to be
    days, since what is told without a day, or of days in common, may all be one.
    """
    here = {word.report for word in words}
    tied = Merged(
        (link.from_, link.to)
        for report in here
        for link in links[report]
        if link.relation in _ONE_CONTACT and link.from_ in here and link.to in here
    )
    most = len({tied.name(report) for report in here})
    return min(_days_needed(words), most), most


def accounts_of(words: Iterable[Word], scene: Scene, links: Links) -> tuple[Account, ...]:
    """What other reports say that was told at these contacts."""
    here = {word.report for word in words}
    found = {
        (link.relation, end): Account(relation=link.relation, word=scene.words[end])
        for report in sorted(here)
        for link in links[report]
        if link.relation in ACCOUNTS
        for end in (link.from_, link.to)
        if end not in here
    }
    return tuple(found.values())


def _body(name: str, belongs: Mapping[str, str]) -> str:
    seen = {name}
    while (above := belongs.get(name)) is not None and above not in seen:
        seen.add(above)
        name = above
    return name


def _days_needed(words: Iterable[Word]) -> int:
    """The fewest days such that each contact can have been on one of them."""
    spans = sorted(_span(word) for word in words)
    needed, reached = 0, None
    for last, first in spans:
        if reached is None or first > reached:
            needed, reached = needed + 1, last
    return needed


def _span(word: Word) -> tuple[date, date]:
    """The last and the first day on which it can have been; without a day, any up to that of the report."""
    one = word.development
    last = one.occurred_last or one.reported_day or date.max
    first = one.occurred_first or date.min
    return max(first, last), first
