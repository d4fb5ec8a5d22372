"""One long timeline, made up but true to shape: what is in every thousand events of it is fixed.

After its names (sources, places, actors, measures) come as many events as are wanted, over five years; `IN_A_THOUSAND`
says of which kinds. One report in ten is recorded late. The same seed makes the same events, and a longer timeline
spreads more events over the same years, names and keys.

What is not in it: documents, forecasts, links of sources, places without a tree, words in any language.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from app.recording import Given

Key = tuple[str, str, str]

SOURCES, PLACES, ACTORS, PLACES_WITH_VOTES = 300, 500, 20, 20
MEASURES = ("personnel", "vehicles", "killed", "wounded", "captured")
STOCKS = MEASURES[:2]
FIRST_DAY, DAYS = date(2020, 1, 1), 5 * 365
TODAY = FIRST_DAY + timedelta(days=DAYS)
"""When all of it is recorded."""
LATE, LATE_DAYS_MAX = 0.1, 60
OPENING = 50
"""So many events tell of quantities before anything else happens to what was told."""
RECENT = 200
"""What happens to reports happens mostly to so many of the last ones."""
IN_A_THOUSAND = {
    "tell": 600,
    "move": 80,
    "echo": 100,
    "remark": 70,
    "assess": 40,
    "link": 30,
    "correct": 30,
    "retract": 20,
    "grade": 20,
    "rename": 10,
}
_WORDS = (
    *("officials", "said", "that", "units", "were", "seen", "near", "the", "road", "while", "others", "moved"),
    *("on", "towards", "the", "crossing", "at", "dawn"),
)


class Told(msgspec.Struct, frozen=True):
    """A report with a quantity, as far as later events take it up."""

    report: str
    key: Key
    source: str
    day: date
    figure: int


def sources() -> list[str]:
    return [f"source-{number:03}" for number in range(SOURCES)]


def places() -> dict[str, str | None]:
    """A tree four deep, each place with what it is part of: 4 roots, 16 below them, 96 below those, and the rest."""
    every = [f"place-{number:03}" for number in range(PLACES)]
    levels = (every[:4], every[4:20], every[20:116], every[116:])
    above: dict[str, str | None] = dict.fromkeys(levels[0])
    for upper, lower in pairwise(levels):
        above |= {place: upper[at % len(upper)] for at, place in enumerate(lower)}
    return above


def names() -> Iterator[Given]:
    """What has to be defined before the first report."""
    ids = Random("names")
    for source in sources():
        yield _event(ids, "source_registered", source=source, name=source.title(), kind="outlet")
    for place, above in places().items():
        nested = {} if above is None else {"part_of": above}
        yield _event(ids, "place_defined", place=place, name=place.title(), kind="area", **nested)
    for number in range(ACTORS):
        yield _event(ids, "actor_defined", actor=f"actor-{number:02}", name=f"Actor {number}", kind="force")
    vehicles = {"measure": "vehicles", "name": "Vehicles", "unit": "vehicles", "nature": "stock", "class": "tally"}
    yield _event(ids, "measure_defined", **vehicles)


def workload(count: int, *, seed: int = 1) -> Iterator[Given]:
    """The names, and `count` events after them, in the order in which they are recorded."""
    yield from names()
    yield from happenings(count, seed=seed)


def happenings(count: int, *, seed: int = 1) -> Iterator[Given]:
    """The `count` events after the names."""
    telling = _Telling(seed)
    for at, kind in enumerate(_kinds(count, Random(seed))):
        yield getattr(telling, kind)(FIRST_DAY + timedelta(days=at * DAYS // count))


def keys_of(seed: int = 1) -> list[Key]:
    """Measure, actor and place of all that may have votes."""
    return _Telling(seed).keys


def _kinds(count: int, chance: Random) -> Iterator[str]:
    thousand = [kind for kind, many in IN_A_THOUSAND.items() for _ in range(many)]
    opening, rest = thousand[:OPENING], thousand[OPENING:]
    chance.shuffle(rest)
    for at in range(count):
        if at and at % len(thousand) == 0:
            opening, rest = [], thousand
            chance.shuffle(rest)
        place = at % len(thousand)
        yield opening[place] if place < len(opening) else rest[place - len(opening)]


def _event(chance: Random, kind: str, /, **body: Any) -> Given:
    return Given(type=f"{kind}.v1", body=body, event_id=UUID(int=chance.getrandbits(128), version=4))


class _Telling:
    """Makes one event after another; what was told so far is what the next ones are about."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.keys = self._draw_keys()
        self._told: list[Told] = []
        self._retracted: set[str] = set()
        self._number = 0

    def _draw_keys(self) -> list[Key]:
        every = list(places())
        return [
            (measure, f"actor-{actor:02}", place)
            for measure in MEASURES
            for actor in range(ACTORS)
            for place in self._random.sample(every, PLACES_WITH_VOTES)
        ]

    def tell(self, today: date) -> Given:
        told = Told(self._name(), self._one(self.keys), self._one(sources()), self._day(today), self._figure())
        self._told.append(told)
        return self._reported(self._figures_of(told, [told.source]))

    def echo(self, today: date) -> Given:
        """An outlet repeats what a source has said, not before that did."""
        told = self._recent()
        echo = msgspec.structs.replace(told, report=self._name(), day=max(told.day, today))
        return self._reported(self._figures_of(echo, [self._one(sources()), told.source]))

    def move(self, today: date) -> Given:
        start, end = self._random.sample(list(places()), 2)
        figure = {"measure": self._one(STOCKS), "nature": "flow", "best": self._figure(), "basis": "stated"}
        return self._reported(
            self._report(self._name(), "force_movement", self._day(today), [self._one(sources())])
            | {
                "quantities": [figure],
                "places": [{"place": start, "role": "from"}, {"place": end, "role": "to"}],
                "actors": [{"actor": f"actor-{self._random.randrange(ACTORS):02}", "role": "subject"}],
            }
        )

    def remark(self, today: date) -> Given:
        """A report without a quantity."""
        return self._reported(self._report(self._name(), "policy_signal", self._day(today), [self._one(sources())]))

    def assess(self, _: date) -> Given:
        marks = {"credibility": self._random.randint(2, 5), "by": "desk", "reason": "weighed against others"}
        return _event(self._random, "report_assessed", report=self._recent().report, **marks)

    def link(self, _: date) -> Given:
        one, other = self._random.sample(self._told[-RECENT:], 2)
        relation = self._one(("corroborates", "contradicts", "supersedes", "restates"))
        ends = {"from": one.report, "to": other.report}
        return _event(self._random, "reports_linked", **ends, relation=relation, by="desk", reason="read together")

    def correct(self, _: date) -> Given:
        standing = self._standing()
        mended = msgspec.structs.replace(standing, figure=self._figure())
        body = self._figures_of(mended, [standing.source])
        why = "a figure was misread"
        return _event(self._random, "report_corrected", report=standing.report, replacement=body, reason=why)

    def retract(self, today: date) -> Given:
        report, by = self._standing().report, self._one(("origin", "publisher", "recorder"))
        self._retracted.add(report)
        said = {"by": by, "reported": today.isoformat(), "reason": "withdrawn"}
        return _event(self._random, "report_retracted", report=report, **said)

    def grade(self, _: date) -> Given:
        mark = {"reliability": self._one("ABCDE"), "by": "desk", "reason": "its record"}
        return _event(self._random, "source_graded", source=self._one(sources()), **mark)

    def rename(self, _: date) -> Given:
        """A source is described anew: a definition in the midst of reports."""
        source = self._one(sources())
        return _event(
            self._random, "source_registered", source=source, name=source.title(), kind="outlet", country="KR"
        )

    def _one(self, several: Any) -> Any:
        return self._random.choice(several)

    def _name(self) -> str:
        self._number += 1
        return f"R{self._number:07}"

    def _day(self, today: date) -> date:
        late = self._random.random() < LATE
        return max(FIRST_DAY, today - timedelta(days=self._random.randint(1, LATE_DAYS_MAX) if late else 0))

    def _figure(self) -> int:
        return int(self._one((1, 2, 3, 5, 8, 12, 20, 35))) * int(self._one((10, 100, 500)))

    def _recent(self) -> Told:
        return self._told[-self._random.randint(1, min(len(self._told), RECENT))]

    def _standing(self) -> Told:
        told = self._recent()
        while told.report in self._retracted:
            told = self._one(self._told)
        return told

    def _reported(self, body: dict[str, Any]) -> Given:
        return _event(self._random, "development_reported", **body)

    def _report(self, name: str, kind: str, day: date, chain: list[str]) -> dict[str, Any]:
        hops = [{"role": "publisher" if at == 0 else "attributed", "source": source} for at, source in enumerate(chain)]
        return {
            "report": name,
            "kind": kind,
            "stance": "asserted",
            "summary": " ".join(self._random.choices(_WORDS, k=20)),
            "provenance": {"chain": hops, "wording": " ".join(self._random.choices(_WORDS, k=8))},
            "reported": day.isoformat(),
        }

    def _figures_of(self, told: Told, chain: list[str]) -> dict[str, Any]:
        measure, actor, place = told.key
        return self._report(told.report, "force_presence", told.day, chain) | {
            "quantities": [{"measure": measure, "best": told.figure, "basis": "stated"}],
            "places": [{"place": place, "role": "at"}],
            "actors": [{"actor": actor, "role": "subject"}],
            "confidence": {"reliability": self._one("BCD"), "credibility": self._random.randint(2, 4)},
        }
