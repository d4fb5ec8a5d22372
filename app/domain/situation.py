"""What is said to a question that no number answers: what stands, what is disputed, what is only to come, and the past.

Nothing is weighed. Words that links tie together are one answer; an answer against which somebody's present word
stands is a rival, and so is that one: which of them is right is not said. What is planned, foreseen or depends on a
condition never stands. Grades are shown, and how many independent origins an answer has, at least and at most.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from app.domain.echoes import Link
from app.domain.independence import ONE_GROUP
from app.domain.sources import Merged, count_independent, independence
from app.domain.words import Past, Scene, Word, sort_out

CONTESTING = ("contradicts", "rival_of")
AGREEING = ("corroborates", "consistent_with", "elaborates", "restates", "same_origin", "supports")
"""Relations that make two words to one question one answer."""

_FOR = {"supports", "explains", "elaborates", "corroborates", "consistent_with"}
_AGAINST = {"undercuts", "in_tension_with", *CONTESTING}
_BOTH_WAYS = {"corroborates", "consistent_with", "in_tension_with", *CONTESTING}
"""Relations that speak for or against either end; the others only for or against the end that they lead to."""


Links = Mapping[str, Sequence[Link]]
"""By the report that they name at either end."""


class Bearing(msgspec.Struct, frozen=True, kw_only=True):
    """A word to this or another question that a link makes speak for or against this one."""

    relation: str
    word: Word
    by: str


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A word with what speaks for and against it."""

    word: Word
    for_: tuple[Bearing, ...]
    against: tuple[Bearing, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Words that are tied together, the newest first; the least and the greatest number of independent origins."""

    words: tuple[Spoken, ...]
    least: int
    most: int


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What has more independent origins comes first, then what is newer. `history` is all else, the newest first."""

    standing: tuple[Answer, ...]
    rivals: tuple[Answer, ...]
    expected: tuple[Spoken, ...]
    history: tuple[Past, ...]

    @property
    def contested(self) -> bool:
        return bool(self.rivals)


def situation_of(said: Iterable[Word], scene: Scene, kin: Merged) -> Situation:
    """`said` are the words to one question; `kin` the sources of which it cannot be shown that they are several."""
    left, past = sort_out(said, scene)
    present = [word for word in left if not word.not_yet]
    links = links_of(left, past, scene)
    disputed = _disputed(present, links)
    answers = [(_answer(words, scene, links, kin), words) for words in _tied(present, links)]
    return Situation(
        standing=_ranked(answer for answer, words in answers if not disputed & {word.report for word in words}),
        rivals=_ranked(answer for answer, words in answers if disputed & {word.report for word in words}),
        expected=tuple(spoken(word, scene, links) for word in left if word.not_yet),
        history=tuple(past),
    )


def links_of(left: Iterable[Word], past: Iterable[Past], scene: Scene) -> Links:
    """What ties each of these words to another that is not past."""
    gone = {one.word.report for one in past}
    return {word.report: scene.living(word.report, gone) for word in left}


def _disputed(present: Sequence[Word], links: Links) -> set[str]:
    """Those that a link sets against another word, to whatever question. A denial without any such link stands against
    all that other origins say.
    """
    named = {word.report for word in present if any(link.relation in CONTESTING for link in links[word.report])}
    affirming = [word for word in present if word.development.body.stance != "denied"]
    denying = [word for word in present if word.development.body.stance == "denied" and word.report not in named]
    return named | _against(affirming, denying) | _against(denying, affirming)


def _against(words: Iterable[Word], others: Iterable[Word]) -> set[str]:
    """Those of the words that another origin's word stands against."""
    origins = {other.origin for other in others}
    return {word.report for word in words if origins - {word.origin}}


def _tied(present: Sequence[Word], links: Links) -> list[list[Word]]:
    """The words in groups, in their order."""
    here = {word.report for word in present}
    tied = Merged(
        (link.from_, link.to)
        for report in here
        for link in links[report]
        if link.relation in AGREEING and link.from_ in here and link.to in here
    )
    groups: dict[str, list[Word]] = {}
    for word in present:
        groups.setdefault(tied.name(word.report), []).append(word)
    return list(groups.values())


def _answer(words: Sequence[Word], scene: Scene, links: Links, kin: Merged) -> Answer:
    origin = {word.report: word.origin for word in words}
    ties = [
        (origin[link.from_], origin[link.to])
        for report in origin
        for link in links[report]
        if link.relation in ONE_GROUP and link.from_ in origin and link.to in origin
    ]
    return Answer(
        words=tuple(spoken(word, scene, links) for word in words),
        least=count_independent(independence(origin.values(), ties, kin)),
        most=len(set(origin.values())),
    )


def _ranked(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    newest_first = sorted(answers, key=lambda answer: answer.words[0].word.order, reverse=True)
    return tuple(sorted(newest_first, key=lambda answer: (-answer.least, -answer.most)))


def spoken(word: Word, scene: Scene, links: Links) -> Spoken:
    """The word with what its links make speak for and against it."""
    bearing: Mapping[bool, list[Bearing]] = {True: [], False: []}
    for link in links[word.report]:
        other = _other(link, word.report)
        if other is not None and link.relation in _FOR | _AGAINST:
            found = Bearing(relation=link.relation, word=scene.words[other], by=link.by)
            bearing[link.relation in _FOR].append(found)
    return Spoken(word=word, for_=tuple(bearing[True]), against=tuple(bearing[False]))


def _other(link: Link, report: str) -> str | None:
    """The other end of a link that speaks for or against this one."""
    if link.to == report:
        return link.from_
    return link.to if link.from_ == report and link.relation in _BOTH_WAYS else None
