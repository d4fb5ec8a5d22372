"""Rules for sources, documents, places, actors and measures."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.domain.events import TYPES
from app.domain.rules import findings

TODAY = date(2024, 11, 5)
PLACE = {"place": "ru-kursk", "name": "Kursk region", "kind": "adm1"}
MEASURE = {"measure": "containers", "name": "Containers", "unit": "containers"}
DOCUMENT = {"document": "d1", "publisher": "herald"}


def broken(name: str, /, *parts: dict[str, Any], **fields: Any) -> list[str]:
    raw = {key: value for part in (*parts, fields) for key, value in part.items()}
    return [finding.pointer for finding in findings(msgspec.convert(raw, TYPES[name]), TODAY)]


def test_a_source_is_not_part_of_itself_and_does_not_overlap_itself() -> None:
    source = {"source": "wire", "name": "Wire", "kind": "outlet"}
    assert broken("source_registered.v1", source, part_of="wire") == ["/body/part_of"]
    assert broken("source_registered.v1", source, may_overlap=["herald", "wire"]) == ["/body/may_overlap/1"]
    assert broken("source_registered.v1", source, part_of="press", may_overlap=["herald"]) == []


def test_a_source_is_linked_to_another() -> None:
    link = {"from": "wire", "relation": "relays", "by": "curator", "reason": "as printed"}
    assert broken("sources_linked.v1", link, to="wire") == ["/body/to"]
    assert broken("sources_linked.v1", link, to="herald") == []


@pytest.mark.parametrize(("published", "allowed"), [("2024-11-06", True), ("2024-11-07", False), ("2024-10/..", False)])
def test_a_document_was_published_by_the_day_after_recording(published: str, *, allowed: bool) -> None:
    wanted = [] if allowed else ["/body/published"]
    assert broken("document_captured.v1", DOCUMENT, published=published, published_basis="stated") == wanted
    status = {"document": "d1", "status": "usable", "reason": "dated"}
    assert broken("document_status_changed.v1", status, published=published) == wanted


def test_a_day_that_is_stated_or_inferred_is_given() -> None:
    assert broken("document_captured.v1", DOCUMENT, published_basis="inferred") == ["/body/published_basis"]
    assert broken("document_captured.v1", DOCUMENT, published_basis="unknown") == []


@pytest.mark.parametrize("reserved", ["unplaced", "outside"])
def test_reserved_places_are_never_defined_nor_contain_anything(reserved: str) -> None:
    assert broken("place_defined.v1", PLACE, place=reserved) == ["/body/place"]
    assert broken("place_defined.v1", PLACE, part_of=reserved) == ["/body/part_of"]
    assert broken("place_defined.v1", PLACE, within=["ru", reserved]) == ["/body/within/1"]


def test_a_place_does_not_lie_in_itself() -> None:
    assert broken("place_defined.v1", PLACE, part_of="ru-kursk", within=["ru-kursk"]) == [
        "/body/part_of",
        "/body/within/0",
    ]


def test_a_point_has_two_coordinates() -> None:
    assert broken("place_defined.v1", PLACE, lon="36.19") == ["/body/lat"]
    assert broken("place_defined.v1", PLACE, lat="51.73") == ["/body/lon"]


@pytest.mark.parametrize(
    ("lon", "lat", "wanted"),
    [
        ("180", "-90", []),
        ("-180.0", "90.0", []),
        ("180.000001", "0", ["/body/lon"]),
        ("0", "-90.5", ["/body/lat"]),
        ("51", "136", ["/body/lat"]),
    ],
)
def test_degrees_have_their_range(lon: str, lat: str, wanted: list[str]) -> None:
    assert broken("place_defined.v1", PLACE, lon=lon, lat=lat) == wanted


def test_an_actor_is_not_part_of_itself() -> None:
    actor = {"actor": "kp", "name": "North Korea", "kind": "state"}
    assert broken("actor_defined.v1", actor, part_of="kp") == ["/body/part_of"]


def test_a_running_total_is_no_presence() -> None:
    assert broken("measure_defined.v1", MEASURE, {"nature": "cumulative", "class": "presence"}) == ["/body/class"]
    assert broken("measure_defined.v1", MEASURE, {"nature": "cumulative", "class": "register"}) == []
    assert broken("measure_defined.v1", MEASURE, {"nature": "stock", "class": "presence"}) == []
