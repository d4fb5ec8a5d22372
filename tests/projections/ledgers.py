"""A small world, a timeline with it, and short ways to report in it."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.domain.errors import Refused
from app.domain.family import read
from app.domain.panel import Evaluation
from app.domain.statements import Key
from app.ledger import log
from app.projections import runner
from app.projections.asof import Question, resolve
from app.projections.estimates.cases import read_families, read_grounds
from app.projections.generations import Generations
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


def graded(source: str, letter: str) -> Event:
    return "source_graded.v1", {"source": source, "reliability": letter, "by": "ann", "reason": "known"}


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

    @property
    def generations(self) -> Generations:
        """Those that answers are read from."""
        with reading(self.engine) as connection:
            return runner.active_generations(connection, self.timeline)

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
    grounds = read_grounds(connection, as_of.generations, as_of.position)
    families = read_families(connection, grounds, {key.subject for key in KEYS})
    places = [key.place for key in KEYS]
    found = {
        subject: read(family, as_of.view, grounds.assumptions, asked=places) for subject, family in families.items()
    }
    return {key: found[key.subject].at(key.place) for key in KEYS}
