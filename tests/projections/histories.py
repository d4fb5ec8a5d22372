"""Histories that bear on estimates: a small world, few keys, few sources, and everything that can be done to a report.

Built narrow on purpose: in a wide world two reports hardly ever meet on a key.
"""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.domain.assumptions import DEFAULT
from app.domain.errors import Refused
from app.domain.family import read
from app.domain.panel import Evaluation
from app.domain.statements import Key
from app.ledger import log
from app.projections import runner
from app.projections.asof import Question, resolve
from app.projections.estimates.cases import read_families, read_grounds
from app.recording import Given, record

TODAY = date(2024, 12, 31)
FIRST_DAY = date(2024, 10, 1)
NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-00000000000f")
SOURCES = ("herald", "wire", "nis", "dod", "hur")
KEYS = tuple(
    Key(measure=measure, actor="force", place=place)
    for measure, place in (("personnel", "ru"), ("personnel", "kursk"), ("personnel", "east"), ("killed", "kursk"))
)
_numbers = count(1)

Event = tuple[str, dict[str, Any]]

WORLD: list[Event] = [
    *(("source_registered.v1", {"source": one, "name": one, "kind": "service"}) for one in SOURCES),
    ("place_defined.v1", {"place": "ru", "name": "Russia", "kind": "country"}),
    ("place_defined.v1", {"place": "kursk", "name": "Kursk", "kind": "adm1", "part_of": "ru"}),
    ("place_defined.v1", {"place": "east", "name": "East", "kind": "area", "part_of": "ru"}),
    ("place_defined.v1", {"place": "border", "name": "Border", "kind": "area", "within": ["ru"]}),
    ("actor_defined.v1", {"actor": "force", "name": "Force", "kind": "force"}),
    (
        "document_captured.v1",
        {"document": "paper", "publisher": "herald", "published": "2024-10-20", "published_basis": "stated"},
    ),
]


def report(name: str, **given: Any) -> Event:
    """A stock of personnel in Russia said by `source` on `day`, told through `publisher`; any part may be replaced."""
    source, publisher = given.get("source", "nis"), given.get("publisher")
    chain = [{"role": "publisher", "source": publisher or source}]
    if publisher is not None and publisher != source:
        chain.append({"role": "attributed", "source": source})
    body = {
        "report": name,
        "kind": "force_presence",
        "stance": given.get("stance", "asserted"),
        "summary": "a statement",
        "provenance": {"chain": chain},
        "quantities": [{"measure": given.get("measure", "personnel"), **given.get("figure", {"best": 10000})}],
        "places": [{"place": given.get("place", "ru"), "role": "at"}],
        "actors": [{"actor": "force", "role": "subject"}],
    }
    if given.get("credibility"):
        body["confidence"] = {"credibility": given["credibility"]}
    if given.get("document"):
        body["provenance"]["document"] = given["document"]
    else:
        body["reported"] = str(given.get("day", FIRST_DAY))
    if given.get("occurred"):
        body["occurred"] = str(given["occurred"])
    return ("development_reported.v1", body)


class Ledger:
    """A timeline of its own with the world defined in it; events that are refused are passed over.

    What is told together is projected together, unless `live`: then every event is projected as it comes.
    """

    def __init__(self, engine: Engine, events: list[Event] | tuple[Event, ...] = (), *, live: bool = False) -> None:
        self.engine = engine
        self.timeline = f"t{next(_numbers)}"
        with writing(engine) as connection:
            log.create_timeline(connection, self.timeline, title="", description="")
        self._told = 0
        self._live = live
        self.tell(*WORLD, *events)

    def tell(self, *events: Event, project: bool = True) -> None:
        for name, body in events:
            self._told += 1
            event_id = uuid5(NAMESPACE, f"{self.timeline} {self._told}")
            # a withdrawn link is named by what it was called here: the n-th event told
            named = (
                {**body, "link": str(uuid5(NAMESPACE, f"{self.timeline} {body['link']}"))} if "link" in body else body
            )
            try:
                given = [Given(type=name, body=named, event_id=event_id)]
                record(self.engine, self.timeline, given, recorded_by="key:test", today=TODAY)
            except Refused:
                continue
            if self._live:
                self.project()
        if project:
            self.project()

    def project(self) -> None:
        runner.catch_up(self.engine, self.timeline)
        with reading(self.engine) as connection:
            stuck = [state.stuck_reason for state in runner.states(connection, self.timeline) if state.stuck_reason]
        assert not stuck

    @property
    def head(self) -> int:
        with reading(self.engine) as connection:
            return log.head(connection, self.timeline).position

    def evaluations(self, **question: Any) -> dict[Key, Evaluation]:
        """Every key read as of a question; empty while there is no horizon."""
        with reading(self.engine) as connection:
            return evaluations(connection, self.timeline, Question(**question))

    def figures(self, key: Key = KEYS[0], **question: Any) -> Any:
        found = self.evaluations(**question).get(key)
        return found.figures if found is not None else None


def evaluations(connection: Connection, timeline: str, question: Question) -> dict[Key, Evaluation]:
    as_of = resolve(connection, timeline, question, projection="estimates")
    if as_of.valid_at is None:
        return {}
    grounds = read_grounds(connection, timeline, as_of.position)
    families = read_families(connection, grounds, {key.subject for key in KEYS})
    places = [key.place for key in KEYS]
    found = {subject: read(family, as_of.view, DEFAULT, asked=places) for subject, family in families.items()}
    return {key: found[key.subject].at(key.place) for key in KEYS}


_days = st.integers(0, 40).map(lambda days: FIRST_DAY + timedelta(days=days))
_figures = st.sampled_from(
    [
        {"best": 10000},
        {"best": 3000},
        {"high": 10000},
        {"low": 3000},
        {"low": 1000, "high": 4000},
        {"best": 0},
        {"basis": "vague_word", "wording": "several hundred"},
        {"high": 13000, "high_exclusive": True, "basis": "comparison"},
    ]
)
REPORTS = 8
# Most speak of one key: two reports that never meet put nothing to the test.
_places = st.sampled_from(
    [("personnel", "ru")] * 4 + [("personnel", "kursk")] * 2 + [("personnel", "east"), ("killed", "kursk")]
)


def _reports(name: st.SearchStrategy[str]) -> st.SearchStrategy[Event]:
    return st.builds(
        lambda name, key, **given: report(name, measure=key[0], place=key[1], **given),
        name,
        _places,
        source=st.sampled_from(SOURCES),
        publisher=st.sampled_from([None, None, *SOURCES]),
        figure=_figures,
        day=_days,
        occurred=st.none() | _days,
        credibility=st.none() | st.integers(1, 5),
        document=st.sampled_from([None, None, None, "paper"]),
        stance=st.sampled_from(["asserted"] * 6 + ["denied", "planned"]),
    )


def movement(name: str, way: tuple[str, str], **given: Any) -> Event:
    """Some of the force went from one place to another."""
    kind, body = report(name, **given)
    ends = [{"place": place, "role": role} for place, role in zip(way, ("from", "to"), strict=True) if place]
    figure = {"measure": "personnel", "nature": "flow", "best": given.get("best", 2000)}
    return kind, {**body, "kind": "force_movement", "places": ends, "quantities": [figure]}


_relations = st.sampled_from(
    ["restates", "misquotes", "same_origin", "supersedes", "independent_of", "corroborates", "contradicts"]
)
_moves = st.builds(
    movement,
    st.integers(REPORTS + 1, REPORTS + 3).map("R{}".format),
    st.sampled_from([("outside", "ru"), ("east", "kursk"), ("ru", "outside"), ("", "kursk"), ("border", "kursk")]),
    source=st.sampled_from(SOURCES),
    publisher=st.sampled_from([None, None, *SOURCES]),
    best=st.sampled_from([1000, 2000, 20000]),
    day=_days,
    occurred=st.none() | _days,
)


def _treatments(names: list[str]) -> st.SearchStrategy[Event]:
    """Everything that can be done to these reports."""
    name = st.sampled_from(names)
    return st.one_of(
        st.builds(_retraction, name, st.sampled_from(["origin", "publisher", "recorder"]), _days),
        st.builds(_correction, _reports(name)),
        st.builds(_assessment, name, st.integers(1, 5), st.sampled_from(["ann", "bob"])),
        st.builds(_link, st.lists(name, min_size=2, max_size=2, unique=True), _relations),
    )


def _retraction(name: str, by: str, day: date) -> Event:
    return "report_retracted.v1", {"report": name, "by": by, "reported": str(day), "reason": "taken back"}


def _correction(made: Event) -> Event:
    return "report_corrected.v1", {"report": made[1]["report"], "replacement": made[1], "reason": "misread"}


def _assessment(name: str, digit: int, by: str) -> Event:
    return "report_assessed.v1", {"report": name, "credibility": digit, "by": by, "reason": "weighed"}


def _link(pair: list[str], relation: str) -> Event:
    ends = {"from": pair[0], "to": pair[1]}
    return "reports_linked.v1", {**ends, "relation": relation, "by": "ann", "reason": "read together"}


def _grade(source: str, letter: str) -> Event:
    return "source_graded.v1", {"source": source, "reliability": letter, "by": "ann", "reason": "known"}


def _tie(pair: list[str], relation: str) -> Event:
    ends = {"from": pair[0], "to": pair[1]}
    return "sources_linked.v1", {**ends, "relation": relation, "by": "ann", "reason": "known"}


def _date(day: date) -> Event:
    dated = {"published": str(day), "reason": "dated"}
    return "document_status_changed.v1", {"document": "paper", "status": "usable", **dated}


def _class(register: str) -> Event:
    killed = {"measure": "killed", "name": "Killed", "unit": "persons", "nature": "cumulative"}
    return "measure_defined.v1", {**killed, "class": register}


def _nesting(place: str, above: dict[str, Any]) -> Event:
    return "place_defined.v1", {"place": place, "name": place, "kind": "area", **above}


_two_sources = st.lists(st.sampled_from(SOURCES), min_size=2, max_size=2, unique=True)
_circumstances = st.one_of(
    st.builds(_grade, st.sampled_from(SOURCES), st.sampled_from("ABCDEF")),
    st.builds(_tie, _two_sources, st.sampled_from(["same_as", "may_overlap", "independent_of"])),
    st.builds(lambda place: ("link_withdrawn.v1", {"link": place, "reason": "wrong"}), st.integers(10, 25)),
    st.builds(_date, _days),
    st.builds(_class, st.sampled_from(["tally", "register"])),
    st.builds(
        _nesting,
        st.sampled_from(["kursk", "east", "border"]),
        st.sampled_from([{"part_of": "ru"}, {"within": ["ru"]}, {}]),
    ),
)
"""What changes what reports rest on."""


@st.composite
def report_lists(draw: st.DrawFn, *, least: int = 2) -> list[Event]:
    """Reports alone, each id once."""
    number = draw(st.integers(least, REPORTS))
    return [draw(_reports(st.just(f"R{place}"))) for place in range(1, number + 1)]


@st.composite
def histories(draw: st.DrawFn, *, least: int = 3) -> list[Event]:
    """Reports, and among them everything that is done to reports; what cannot be recorded where it falls is refused."""
    events = draw(report_lists(least=least))
    for move in draw(st.lists(_moves, max_size=3)):
        events.insert(draw(st.integers(1, len(events))), move)
    names = [body["report"] for _, body in events]
    for treatment in draw(st.lists(_treatments(names) | _circumstances, min_size=2, max_size=8)):
        events.insert(draw(st.integers(1, len(events))), treatment)
    return events
