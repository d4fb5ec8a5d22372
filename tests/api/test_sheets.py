"""Lists as sheets: every list has one, and what JSON says of an item stands in its columns."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from tests.api.conftest import Client
from tests.asking import ARTICLE, RUSSIA, Asking

KEY = {"measure": "personnel", "actor": "kp-forces", "place": "ru"}
LISTS: dict[str, dict[str, Any]] = {
    "": {},
    "/actors": {},
    "/arrangements": {},
    "/assumptions": {},
    "/contacts": {},
    "/contested": {},
    "/developments": {},
    "/documents": {},
    "/estimates": {},
    "/estimates/changes": {**KEY, "from_reported_by": "2024-10-20", "to_reported_by": "2024-12-01"},
    "/estimates/explain": KEY,
    "/estimates/series": KEY,
    "/events": {},
    "/forces": {},
    "/forecasts": {},
    "/materiel": {},
    "/measures": {},
    "/movements": {},
    "/places": {},
    "/relays": {},
    "/revisions": {},
    "/situation": {},
    "/sources": {},
}
"""By path under a timeline, and "" for the timelines themselves: what has to be asked."""

KEYS = "/v1/keys"
"""The one list that only an administrator reads."""

UNDER = {"/estimates/changes": "steps", "/estimates/explain": "contributions", "/estimates/series": "points"}


def asked(seeded: Asking, path: str) -> Asking:
    return seeded.of(RUSSIA) if path else seeded


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def told(item: Any, path: str = "") -> Iterator[str]:
    """The paths of everything that an item says; those of objects are those of their fields."""
    for name, value in item.items():
        yield f"{path}{name}"
        if isinstance(value, dict):
            yield from told(value, f"{path}{name}.")


def test_every_list_is_here(seeded: Asking) -> None:
    app = seeded.client.app
    offered = {
        route.path_format.replace("/v1/timelines", "", 1).replace("/{timeline}", "", 1)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "columns" in handler.opt
    }
    declared = app.state.declared_parameters.items()
    paged = {path for (path, _), known in declared if "cursor" in known and path.startswith("/v1/timelines")}
    assert offered == {*LISTS, KEYS}
    assert {path.replace("/v1/timelines", "", 1).replace("/{timeline}", "", 1) for path in paged} <= offered


@pytest.mark.parametrize("path", LISTS)
def test_a_sheet_has_the_items_of_the_list(seeded: Asking, path: str) -> None:
    ask, parameters, where = asked(seeded, path), LISTS[path], path or "/timelines"
    shown = ask.get(where, **parameters)
    sheet = rows(ask.text(where, **parameters, format="csv"))
    assert len(sheet) == len(shown[UNDER.get(path, "items")]) > 0
    lines = ask.text(where, **parameters, format="ndjson", limit=50) if path == "/events" else None
    assert lines is None or len(lines.splitlines()) == len(sheet) + 1


@pytest.mark.parametrize(
    ("timeline", "path"),
    [*((RUSSIA, path) for path in LISTS), *((ARTICLE, path) for path in LISTS if path not in UNDER)],
)
def test_nothing_that_an_item_says_is_without_a_column(seeded: Asking, timeline: str, path: str) -> None:
    ask, parameters, where = seeded.of(timeline) if path else seeded, LISTS[path], path or "/timelines"
    columns = set(rows_header(ask.text(where, **parameters, format="csv")))
    parents = {column.rpartition(".")[0] for column in columns}
    for item in ask.get(where, **parameters)[UNDER.get(path, "items")]:
        for said in told(item):
            inside = any(said.startswith(f"{column}.") for column in columns)
            assert said in columns | parents or inside, said


def rows_header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline="")))


def test_the_header_says_what_comes(russia: Asking) -> None:
    answer = russia.client.get(f"/v1/timelines/{RUSSIA}/actors", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["etag"].endswith('-csv"')
    again = {"Accept": "text/csv", "If-None-Match": answer.headers["etag"]}
    assert russia.client.get(f"/v1/timelines/{RUSSIA}/actors", headers=again).status_code == 304


def test_sheets_lead_on_by_their_link(russia: Asking) -> None:
    whole = rows(russia.text("/developments", format="csv", limit=1000))
    answer = russia.client.get(f"/v1/timelines/{RUSSIA}/developments", params={"format": "csv", "limit": 60})
    found = rows(answer.text)
    while (link := answer.headers.get("link")) is not None:
        answer = russia.client.get(link[1 : link.index(">")])
        found += rows(answer.text)
    assert found == whole


def test_a_formula_of_a_report_stays_a_text(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of(RUSSIA)
    actor = {"actor": "spy", "name": '=HYPERLINK("http://example.org")', "kind": "person"}
    ask.post("/events", {"type": "actor_defined.v1", "body": actor})
    [found] = [row for row in rows(ask.text("/actors", format="csv")) if row["actor"] == "spy"]
    assert found["name"] == '\'=HYPERLINK("http://example.org")'


def test_what_is_no_list_has_no_sheet(russia: Asking) -> None:
    assert russia.get("/places/tree", 400, format="csv")["code"] == "unknown-parameter"


def test_keys_have_a_sheet_for_who_may_read_them(admin: Client) -> None:
    [found] = rows(admin.get(KEYS, params={"format": "csv"}).text)
    assert (found["name"], found["role"], found["timelines"]) == ("tests", "admin", "")
