"""Who relays whom: the edges of a graph, counted."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.asking import ARTICLE, RUSSIA, Asking

PATH = "/relays"
KBS = ("kbs", "kr-nis")


@pytest.mark.parametrize("timeline", [ARTICLE, RUSSIA])
def test_every_hop_that_passes_on_another_is_counted(seeded: Asking, timeline: str) -> None:
    ask = seeded.of(timeline)
    expected: Counter[tuple[str, str]] = Counter()
    for one in ask.items("/developments", limit=1000):
        hops = [hop["source"] for hop in one["provenance"]["chain"] if hop.get("source")]
        expected.update(pairwise(dict.fromkeys(hops)))
    found = ask.items(PATH, limit=1000)
    assert {(edge["from"], edge["to"]): edge["reports"] for edge in found} == expected
    assert [(edge["from"], edge["to"]) for edge in found] == sorted(expected)


def test_days_and_counts_are_those_of_the_view(russia: Asking) -> None:
    def edge(**times: str) -> tuple[int, str, str]:
        [found] = [one for one in russia.items(PATH, limit=1000, **times) if (one["from"], one["to"]) == KBS]
        return found["reports"], found["first"], found["last"]

    assert edge() == (2, "2024-10-29", "2025-02-05")
    assert edge(reported_by="2024-12-01") == (1, "2024-10-29", "2024-10-29")


def test_pages_follow_each_other(russia: Asking) -> None:
    whole = russia.items(PATH, limit=1000)
    answer = russia.get(PATH, limit=50)
    found = answer["items"]
    while answer["has_more"]:
        answer = russia.get(PATH, limit=50, cursor=answer["next_cursor"])
        found += answer["items"]
    assert found == whole


def test_what_does_not_apply_is_refused(russia: Asking) -> None:
    assert russia.get(PATH, 400, valid_at="2024-11-10")["code"] == "unknown-parameter"
    assert russia.get(PATH, 400, reported_by="soon")["errors"][0]["parameter"] == "reported_by"
