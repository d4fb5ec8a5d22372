"""Histories that bear on estimates: a small world, few keys, few sources, and everything that can be done to a report.

Built narrow on purpose: in a wide world two reports hardly ever meet on a key.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.projections.ledgers import (
    FIRST_DAY,
    KEYS,
    SOURCES,
    WORLD,
    Event,
    Ledger,
    evaluations,
    graded,
    report,
)

__all__ = [
    "KEYS",
    "WORLD",
    "Event",
    "Ledger",
    "evaluations",
    "graded",
    "histories",
    "movement",
    "remark",
    "report",
    "report_lists",
]

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


def remark(name: str, kind: str = "territorial_control", **given: Any) -> Event:
    """What no number answers, of the force in a place."""
    _, body = report(name, **given)
    return _REPORTING, {**body, "kind": kind, "quantities": []}


_relations = st.sampled_from(
    ["restates", "misquotes", "same_origin", "supersedes", "independent_of", "corroborates", "contradicts"]
)
REMARKS = ("R11", "R12", "R13", "R14")
"""Their names."""
KINDS = ("territorial_control", "capability", "policy_signal", "diplomatic_contact")


def _remarks(name: st.SearchStrategy[str]) -> st.SearchStrategy[Event]:
    return st.builds(
        remark,
        name,
        st.sampled_from(KINDS[:1] * 3 + KINDS),
        source=st.sampled_from(SOURCES),
        publisher=st.sampled_from([None, None, *SOURCES]),
        place=st.sampled_from(["kursk", "kursk", "east"]),
        day=_days,
        occurred=st.none() | _days,
        document=st.sampled_from([None, None, None, "paper"]),
        stance=st.sampled_from(["asserted"] * 4 + ["denied", "planned", "conditional"]),
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


def _treatments(names: list[str]) -> tuple[st.SearchStrategy[Event], ...]:
    """Everything that can be done to these reports, and to what they rest on; what does most to votes comes twice."""
    return (*_of_reports(st.sampled_from(names)), *_OF_SOURCES, *_OF_SOURCES[:1], *_OF_THE_WORLD)


def _of_reports(name: st.SearchStrategy[str]) -> tuple[st.SearchStrategy[Event], ...]:
    two = st.lists(name, min_size=2, max_size=2, unique=True)
    linked = st.builds(
        lambda pair, relation: (
            "reports_linked.v1",
            {"from": pair[0], "to": pair[1], "relation": relation, "by": "ann", "reason": "read together"},
        ),
        two,
        _relations,
    )
    return (
        st.builds(
            lambda name, by, day: (
                "report_retracted.v1",
                {"report": name, "by": by, "reported": str(day), "reason": "taken back"},
            ),
            name,
            st.sampled_from(["origin", "publisher", "recorder"]),
            _days,
        ),
        st.builds(
            lambda made: (
                "report_corrected.v1",
                {"report": made[1]["report"], "replacement": made[1], "reason": "misread"},
            ),
            _reports(name) | _remarks(name),
        ),
        st.builds(
            lambda name, digit, by: (
                "report_assessed.v1",
                {"report": name, "credibility": digit, "by": by, "reason": "weighed"},
            ),
            name,
            st.integers(1, 5),
            st.sampled_from(["ann", "bob"]),
        ),
        linked,
        linked,
    )


_OF_SOURCES: tuple[st.SearchStrategy[Event], ...] = (
    st.builds(graded, st.sampled_from(SOURCES), st.sampled_from("ABDE")),
    st.builds(
        lambda pair, relation: (
            "sources_linked.v1",
            {"from": pair[0], "to": pair[1], "relation": relation, "by": "ann", "reason": "known"},
        ),
        st.lists(st.sampled_from(SOURCES), min_size=2, max_size=2, unique=True),
        st.sampled_from(["same_as", "may_overlap", "independent_of"]),
    ),
)
_OF_THE_WORLD: tuple[st.SearchStrategy[Event], ...] = (
    st.builds(lambda place: ("link_withdrawn.v1", {"link": place, "reason": "wrong"}), st.integers(10, 25)),
    st.builds(
        lambda day: (
            "document_status_changed.v1",
            {"document": "paper", "status": "usable", "published": str(day), "reason": "dated"},
        ),
        _days,
    ),
    st.builds(
        lambda register: (
            "measure_defined.v1",
            {"measure": "killed", "name": "Killed", "unit": "persons", "nature": "cumulative", "class": register},
        ),
        st.sampled_from(["tally", "register"]),
    ),
    st.builds(
        lambda place, above: ("place_defined.v1", {"place": place, "name": place, "kind": "area", **above}),
        st.sampled_from(["kursk", "east", "border"]),
        st.sampled_from([{"part_of": "ru"}, {"within": ["ru"]}, {}]),
    ),
)


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
    for name in draw(st.lists(st.sampled_from(REMARKS), max_size=len(REMARKS), unique=True)):
        events.insert(draw(st.integers(1, len(events))), draw(_remarks(st.just(name))))
    names = [body["report"] for _, body in events]
    # each kind by its own toss: drawn from one list, what takes more choices to draw would hardly ever occur
    for treatments in _treatments(names):
        if draw(st.booleans()):
            treatment = draw(treatments)
            events.insert(draw(st.integers(_told(events, treatment), len(events))), treatment)
    return events


def _told(events: list[Event], treatment: Event) -> int:
    """After so many events all reports that the treatment names are there: it is seldom refused."""
    named = {treatment[1].get(field) for field in ("report", "from", "to")}
    places = [at for at, (kind, body) in enumerate(events, 1) if kind == _REPORTING and body["report"] in named]
    return max(places, default=1)


_REPORTING = "development_reported.v1"
