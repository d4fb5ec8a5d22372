"""Which names events introduce and need, and how cycles are found."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checking import check
from app.domain.events import TYPES, Body, PlaceDefined, read_body
from app.domain.measures import BUILT_IN
from app.domain.names import RESERVED_PLACES, Introduced, Needed, find_cycle, introduced, needed, parents
from tests.strategies import (
    ACTORS,
    DOCUMENTS,
    EVENT_ID,
    LINKS,
    MEASURES,
    PLACES,
    REGIONS,
    REPORTS,
    SOURCES,
    TODAY,
    Raw,
    bodies,
)

GOLDEN = Path(__file__).parent.parent / "golden"
WORLD = {
    "source": SOURCES,
    "document": DOCUMENTS,
    "place": (*PLACES, *REGIONS),
    "actor": ACTORS,
    "measure": MEASURES,
    "report": REPORTS,
    "link": LINKS,
}


def golden(name: str) -> Body:
    return read_body(name, json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["body"])


def names_of(needs: list[Needed]) -> list[tuple[str, str]]:
    return [(need.kind, need.name) for need in needs]


def at(pointer: str, raw: Raw) -> object:
    value: object = {"body": raw, "event_id": EVENT_ID}
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]  # type: ignore[index]
    return value


@given(bodies())
def test_pointers_lead_to_the_names(event: tuple[str, Raw]) -> None:
    name, raw = event
    body = check(name, raw, event_id=EVENT_ID, today=TODAY).body
    entries: list[Introduced | Needed | None] = [introduced(body, EVENT_ID), *needed(body)]
    for entry in entries:
        assert entry is None or at(entry.pointer, raw) == entry.name


@given(bodies())
def test_generated_bodies_need_only_their_world(event: tuple[str, Raw]) -> None:
    name, raw = event
    for need in needed(check(name, raw, event_id=EVENT_ID, today=TODAY).body):
        assert need.name in WORLD[need.kind]


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [
        ("development_reported.v1", "report", "new"),
        ("assumptions_defined.v1", "assumptions", "new"),
        ("source_registered.v1", "source", "any"),
        ("document_captured.v1", "document", "any"),
        ("place_defined.v1", "place", "any"),
        ("actor_defined.v1", "actor", "any"),
        ("measure_defined.v1", "measure", "any"),
        ("reports_linked.v1", "link", "any"),
        ("sources_linked.v1", "link", "any"),
        ("report_retracted.v1", "retraction", "any"),
        ("report_corrected.v1", "retraction", "absent"),
    ],
)
def test_what_introduces_a_name_and_under_which_rule(name: str, kind: str, rule: str) -> None:
    entry = introduced(golden(name), EVENT_ID)
    assert entry is not None
    assert (entry.kind, entry.rule) == (kind, rule)


@pytest.mark.parametrize(
    "name",
    [
        "source_graded.v1",
        "document_status_changed.v1",
        "report_assessed.v1",
        "link_withdrawn.v1",
        "forecast_resolved.v1",
    ],
)
def test_the_other_types_introduce_nothing(name: str) -> None:
    assert introduced(golden(name), EVENT_ID) is None


def test_no_kind_of_name_is_both_new_and_taken_again() -> None:
    rules: dict[str, set[str]] = {}
    for name in TYPES:
        entry = introduced(golden(name), EVENT_ID)
        if entry is not None:
            rules.setdefault(entry.kind, set()).add(entry.rule)
    assert {kind for kind, found in rules.items() if "new" in found} == {"report", "assumptions"}
    assert not [kind for kind, found in rules.items() if {"new", "any"} <= found]


def test_a_link_is_named_by_its_event() -> None:
    wanted = Introduced(kind="link", name=EVENT_ID, rule="any", pointer="/event_id")
    assert introduced(golden("reports_linked.v1"), EVENT_ID) == wanted


def test_a_report_needs_all_that_it_speaks_of_and_rests_on() -> None:
    assert names_of(needed(golden("development_reported.v1"))) == [
        ("document", "herald-2024-10-28"),
        ("source", "herald"),
        ("source", "wire"),
        ("report", "SC01"),
        ("report", "SC02"),
        ("place", "ru-kursk"),
        ("actor", "kp-forces"),
        ("actor", "ua-forces"),
        ("document", "herald-2024-10-28"),
        ("report", "SC03"),
        ("report", "SC01"),
    ]


def test_a_correction_needs_its_report_and_all_that_the_replacement_needs() -> None:
    inner = needed(golden("development_reported.v1"))
    outer = needed(golden("report_corrected.v1"))
    assert names_of(outer) == [("report", "SC05"), *names_of(inner)]
    assert [need.pointer for need in outer[1:]] == [
        need.pointer.replace("/body/", "/body/replacement/", 1) for need in inner
    ]


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("source_registered.v1", [("source", "kr-government"), ("source", "us-dod")]),
        ("source_graded.v1", [("source", "kr-nis")]),
        ("sources_linked.v1", [("source", "wire"), ("source", "herald")]),
        ("document_captured.v1", [("source", "herald")]),
        ("document_status_changed.v1", [("document", "herald-2024-10-28")]),
        ("place_defined.v1", [("place", "ru"), ("place", "border-area")]),
        ("actor_defined.v1", [("actor", "kp")]),
        ("measure_defined.v1", []),
        ("report_assessed.v1", [("report", "SC05")]),
        ("report_retracted.v1", [("report", "SC05"), ("report", "SC06")]),
        ("reports_linked.v1", [("report", "SC06"), ("report", "SC05")]),
        ("link_withdrawn.v1", [("link", "0192d0a4-7b3e-7c00-8000-000000000013")]),
        ("forecast_resolved.v1", [("report", "SC03"), ("report", "SC06")]),
        ("assumptions_defined.v1", []),
    ],
)
def test_what_the_other_types_need(name: str, needs: list[tuple[str, str]]) -> None:
    assert names_of(needed(golden(name))) == needs


def test_built_in_measures_and_reserved_places_need_no_definition() -> None:
    needs = names_of(needed(golden("development_reported.v1")))
    assert not {name for kind, name in needs if kind == "measure"} & BUILT_IN.keys()
    assert not {name for kind, name in needs if kind == "place"} & RESERVED_PLACES


def test_a_place_lies_in_what_it_is_part_of_and_in_what_it_is_within() -> None:
    edges = parents(golden("place_defined.v1"))
    assert [(edge.kind, edge.child, edge.parent, edge.field) for edge in edges] == [
        ("place", "ru-kursk", "ru", "part_of"),
        ("place", "ru-kursk", "border-area", "within"),
    ]
    assert parents(PlaceDefined(place="ru", name="Russia", kind="country")) == []


def test_only_definitions_of_what_has_parts_assert_containment() -> None:
    with_parents = {name for name in TYPES if parents(golden(name))}
    assert with_parents == {"place_defined.v1", "actor_defined.v1", "source_registered.v1"}


def test_a_cycle_is_named_in_order() -> None:
    edges = {"a": {"b"}, "b": {"c", "x"}, "c": {"a"}, "x": {"y"}}
    assert find_cycle(edges, "b") == ["b", "c", "a", "b"]
    assert find_cycle(edges, "x") is None
    assert find_cycle({"a": {"a"}}, "a") == ["a", "a"]
    assert find_cycle({}, "a") is None


@given(st.dictionaries(st.integers(0, 7).map(str), st.sets(st.integers(0, 7).map(str))), st.integers(0, 7).map(str))
def test_a_cycle_is_found_exactly_where_one_can_walk_back(edges: dict[str, set[str]], start: str) -> None:
    cycle = find_cycle(edges, start)
    reached: set[str] = set()
    while (wider := reached.union(*(edges.get(name, set()) for name in {start} | reached))) != reached:
        reached = wider
    assert (cycle is not None) == (start in reached)
    if cycle is not None:
        assert cycle[0] == cycle[-1] == start
        assert all(parent in edges[child] for child, parent in pairwise(cycle))
        assert len(set(cycle)) == len(cycle) - 1
