"""What is really there, by the names that parameters have: a request made of nothing but chance finds nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from tests.asking import ARTICLE, RUSSIA

DAYS = ("2024-10-12", "2024-10-30", "2024-11-10", "2025-06-01")
MOMENTS = ("position:1", "position:140", "position:400", "2999-01-01T00:00:00Z")
_LISTED = {"source": "sources", "actor": "actors", "measure": "measures", "place": "places", "report": "developments"}

World = Mapping[str, Sequence[Any]]


def look_around(client: TestClient[Litestar]) -> World:
    """Both seed timelines, and a few of the names, days and positions that there are in the larger one."""
    here = f"/v1/timelines/{RUSSIA}"
    found = {
        name: [item[name] for item in client.get(f"{here}/{path}", params={"limit": 1000}).json()["items"]]
        for name, path in _LISTED.items()
    }
    replays = [client.get(f"{here}/events", params={"limit": 1}).json()["items"][0]["event_id"]]
    days = dict.fromkeys(("valid_at", "reported_by", "since", "until", "from", "to"), DAYS)
    ends = {f"{end}_{axis}": values for end in ("from", "to") for axis, values in _AXES.items()}
    return {
        **found,
        **days,
        **ends,
        "timeline": [RUSSIA, ARTICLE],
        "origin": found["source"],
        "known_at": MOMENTS,
        "position": [1, 2, 140, 533],
        "first": [1, 100],
        "second": [100, 533],
        "size": [140, 533],
        "after": [0, 500],
        "assumptions": ["origin-panel.v1"],
        "name": ["origin-panel.v1"],
        "replay": replays,
        "topic": ["troops", "weapons"],
    }


_AXES = {"known_at": MOMENTS[:3], "reported_by": DAYS, "valid_at": DAYS, "occurred": DAYS, "reported": DAYS}
