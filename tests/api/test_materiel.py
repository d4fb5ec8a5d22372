"""Materiel over HTTP: each measure by itself, and what may be the same goods is named."""

import pytest
from sqlalchemy import Engine

from tests.api.conftest import Client
from tests.asking import ARTICLE, RUSSIA, Asking
from tests.projections.histories import Event, Ledger, report

PATH = "/materiel"
SHELLS: Event = (
    "measure_defined.v1",
    {"measure": "shells", "name": "Shells", "unit": "shells", "nature": "cumulative"},
)


def overlap(one: str, other: str) -> Event:
    body = {"from": one, "to": other, "relation": "overlaps_quantity", "by": "ann", "reason": "never add"}
    return "reports_linked.v1", body


def test_containers_and_rounds_are_never_summed(article: Asking) -> None:
    containers, rounds = sorted(article.items(PATH), key=lambda item: -len(item["measure"]))[::-1]
    assert (containers["measure"], containers["best"]) == ("containers", 11_000)
    assert (rounds["measure"], rounds["best"]) == ("artillery-rounds", 2_000_000)
    key = {"actor": "north-korea", "place": "ru"}
    assert containers["overlaps"] == [{"report": "SC42", "other": "SC43", "measure": "artillery-rounds", **key}]
    assert rounds["overlaps"] == [{"report": "SC43", "other": "SC42", "measure": "containers", **key}]
    assert "2011000" not in str(article.get(PATH))


def test_it_is_the_estimate_and_nothing_else(russia: Asking) -> None:
    for item in russia.items(PATH):
        key = {name: item[name] for name in ("measure", "actor", "place")}
        [estimate] = russia.items("/estimates", **key)
        reports = item.pop("reports")
        assert item == estimate
        assert reports


@pytest.mark.parametrize("timeline", [ARTICLE, RUSSIA])
def test_every_transfer_is_counted_or_said_to_have_no_amount(seeded: Asking, timeline: str) -> None:
    ask = seeded.of(timeline)
    found = ask.get(PATH)
    told = {report for item in found["items"] for report in item["reports"]}
    told |= {one["report"] for one in found["without_amount"]}
    transfers = ask.items("/developments", kind="materiel_transfer", status=["standing", "corrected"], limit=1000)
    assert told == {one["report"] for one in transfers}


def test_support_without_an_amount_is_told_too(article: Asking) -> None:
    assert [one["report"] for one in article.get(PATH)["without_amount"]] == ["SC29"]


def test_an_overlap_holds_while_both_stand(engine: Engine, client: Client) -> None:
    def told(*events: Event, **times: str) -> list[tuple[str, str]]:
        ledger = Ledger(engine, [SHELLS, *events])
        path = f"/v1/timelines/{ledger.timeline}/estimates"
        asked = {"measure": "personnel", "actor": "force", "place": "ru", **times}
        [item] = client.get(path, params=asked).json()["items"]
        return [(one["report"], one["other"]) for one in item["overlaps"]]

    other = report("R2", measure="shells", source="dod")
    both = (report("R1"), other, overlap("R2", "R1"))
    assert told(*both) == [("R1", "R2")]
    back = ("report_retracted.v1", {"report": "R2", "by": "origin", "reported": "2024-10-05", "reason": "wrong"})
    assert told(*both, back) == []
    assert told(*both, back, reported_by="2024-10-04") == [("R1", "R2")]
    assert told(report("R1"), other) == []
