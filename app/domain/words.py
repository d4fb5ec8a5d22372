"""What was said to one question, as a view has it: which words are present ones, and why the others are not.

For questions that no number answers; what votes on a number is decided in `selection`, after the same rules. A matter
of what was said, by whom and when; never of the order of arrival.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.sources import Merged

ONE_AT_A_TIME = {"territorial_control", "policy_signal"}
"""Kinds of question with one answer at a time, where an origin's newer word takes the place of its older ones.

Other kinds have many sides: there an older word stands until something is said or done against it.
"""

NOT_YET = {"planned", "forecast", "conditional"}
"""Stances of which nothing is so yet."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One report in a view; `taken_back` as far as had been said by then, `digit` as it counts."""

    development: Development
    digit: int
    taken_back: bool = False

    @property
    def report(self) -> str:
        return self.development.body.report

    @property
    def origin(self) -> str:
        return self.development.origin

    @property
    def grade(self) -> str:
        return f"{self.development.letter}{self.digit}"

    @property
    def not_yet(self) -> bool:
        return self.development.body.stance in NOT_YET

    @property
    def day(self) -> date:
        """What it is about, as far as that had come when it was said; what has no day comes before everything."""
        return self.development.vote_day or date.min

    @property
    def order(self) -> tuple[date, date, str]:
        return self.day, self.development.reported_day or date.min, self.report


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is no present one, and why: a reason as in `left_out`, or how a forecast ended.

    `by` is the report in its way, where it is one.
    """

    word: Word
    why: str
    by: str | None = None


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All words of the view by report, to whatever question, and the links between them by either end, in their order.

    `newer` and `quoted` have the reports that a newer one puts away, and those that misquote, each with the other one.
    """

    words: Mapping[str, Word]
    links: Mapping[str, Sequence[Link]]
    newer: Mapping[str, str]
    quoted: Mapping[str, str]

    def standing(self, report: str) -> Iterator[Link]:
        """The links of a report neither end of which was taken back."""
        return (link for link in self.links.get(report, ()) if _stands(link, self.words))

    def living(self, report: str, gone: Collection[str]) -> list[Link]:
        """Those of them neither end of which is gone, put away by a newer report, or a misquotation."""

        def lives(end: str) -> bool:
            return not (end in gone or end in self.newer or end in self.quoted)

        return [link for link in self.standing(report) if lives(link.from_) and lives(link.to)]


def set_scene(words: Iterable[Word], links: Iterable[Link], day: date) -> Scene:
    """The scene of a day: what is about a later one has not come yet."""
    came = {word.report: word for word in words if word.day <= day}
    acting = [link for link in links if link.from_ in came and link.to in came]
    standing = [link for link in acting if _stands(link, came)]
    by_end: dict[str, list[Link]] = {}
    for link in acting:
        by_end.setdefault(link.from_, []).append(link)
        by_end.setdefault(link.to, []).append(link)
    return Scene(
        words=came,
        links=by_end,
        newer=_newer(came, standing),
        quoted={link.from_: link.to for link in standing if link.relation == "misquotes"},
    )


def _stands(link: Link, words: Mapping[str, Word]) -> bool:
    return not words[link.from_].taken_back and not words[link.to].taken_back


def _newer(words: Mapping[str, Word], standing: Iterable[Link]) -> dict[str, str]:
    """In a circle the latest stays."""
    newer: dict[str, list[Word]] = {}
    for link in standing:
        if link.relation == "supersedes":
            newer.setdefault(link.to, []).append(words[link.from_])
    older = sorted((words[report] for report in newer), key=_order)
    return _led(older, {report: sorted(found, key=_order, reverse=True) for report, found in newer.items()})


def sort_out(said: Iterable[Word], scene: Scene) -> tuple[list[Word], list[Past]]:
    """The words to one question that count, and those that are past; each the newest first.

    Past is, in this order: what was taken back, with all that only repeats what its own origin took back; what
    misquotes; what a newer report supersedes; what repeats another word to the same question; a forecast that was
    resolved; and, of what is one at a time, an origin's words before those of its last day.
    """
    left = sorted((word for word in said if word.report in scene.words), key=lambda word: word.order)
    past: list[Past] = []
    for rule in _RULES:
        found = {one.word.report: one for one in rule(left, scene)}
        left = [word for word in left if word.report not in found]
        past += found.values()
    return left[::-1], sorted(past, key=lambda one: one.word.order, reverse=True)


def _retracted(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    by: dict[str, str | None] = {word.report: None for word in words if word.taken_back}
    waiting = [report for report in by if _withdrawn_by_origin(scene.words[report])]
    while waiting:
        first = waiting.pop()
        for link in scene.links.get(first, ()):
            repeats = link.relation == "restates" and link.to == first
            if repeats and link.from_ not in by and scene.words[link.from_].origin == scene.words[first].origin:
                by[link.from_] = first
                waiting.append(link.from_)
    return (Past(word=word, why="retracted", by=by[word.report]) for word in words if word.report in by)


def _withdrawn_by_origin(word: Word) -> bool:
    retraction = word.development.retraction
    return word.taken_back and retraction is not None and retraction.by == "origin"


def _misquoting(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    found = scene.quoted
    return (Past(word=word, why="misquoted", by=found[word.report]) for word in words if word.report in found)


def _superseded(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    found = scene.newer
    return (Past(word=word, why="superseded", by=found[word.report]) for word in words if word.report in found)


def _repeating(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    """In a circle the earliest stays."""
    here = {word.report for word in words}
    first = {
        word.report: sorted((scene.words[link.to] for link in _restating(word, scene) if link.to in here), key=_order)
        for word in words
    }
    led = _led(words[::-1], first)
    roots = {report: _followed(led, report)[-1] for report in led}
    return (Past(word=word, why="echo_of", by=roots[word.report]) for word in words if word.report in roots)


def _restating(word: Word, scene: Scene) -> Iterator[Link]:
    own = scene.standing(word.report)
    return (link for link in own if link.relation == "restates" and link.from_ == word.report)


def _resolved(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    """An outcome counts once all of its evidence does; one without evidence, always."""
    for word in words:
        outcome = word.development.outcome
        if word.not_yet and outcome is not None and all(report in scene.words for report in outcome.evidence):
            yield Past(word=word, why=outcome.outcome, by=next(iter(outcome.evidence), None))


def _overtaken(words: Sequence[Word], scene: Scene) -> Iterator[Past]:
    """What is so and what is not yet so do not overtake each other."""
    one_at_a_time = [word for word in words if word.development.body.kind in ONE_AT_A_TIME]
    same = Merged(
        (scene.words[link.from_].origin, scene.words[link.to].origin)
        for word in one_at_a_time
        for link in scene.standing(word.report)
        if link.relation == "same_origin"
    )
    last = {(same.name(word.origin), word.not_yet): word for word in one_at_a_time}
    for word in one_at_a_time:
        newest = last[same.name(word.origin), word.not_yet]
        if word.day < newest.day:
            yield Past(word=word, why="superseded", by=newest.report)


_RULES: tuple[Callable[[Sequence[Word], Scene], Iterable[Past]], ...] = (
    _retracted,
    _misquoting,
    _superseded,
    _repeating,
    _resolved,
    _overtaken,
)


def _order(word: Word) -> tuple[date, date, str]:
    return word.order


def _led(words: Iterable[Word], ways: Mapping[str, Sequence[Word]]) -> dict[str, str]:
    """Each word with the first of its ways that does not lead back to it."""
    led: dict[str, str] = {}
    for word in words:
        for other in ways.get(word.report, ()):
            if word.report not in _followed(led, other.report):
                led[word.report] = other.report
                break
    return led


def _followed(led: Mapping[str, str], report: str) -> list[str]:
    """The report, where that leads, and so on; never in a circle."""
    steps = [report]
    while report := led.get(report, ""):
        steps.append(report)
    return steps
