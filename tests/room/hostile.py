"""A timeline in which every field that takes text holds what would run if any page forgot that it is text."""

from typing import Any

from tests.cli.processes import Up

TIMELINE = "hostile"
SCRIPT = "</title></script><script>window.ran=1</script>"
TEXT = f'{SCRIPT}"\'><img src=x onerror=window.ran=1> " onmouseover="window.ran=1" {{{{7*7}}}}'
ADDRESS = "https://example.org/'onmouseover='window.ran=1'//lt;script;"
REPORTS = ("R1", "R2", "R3")


def record(served: Up) -> None:
    """Through the door, as anybody with a key could."""
    bearer = f"Bearer {(served.home / 'admin.key').read_text()}"
    answer = served.ask("POST", "/v1/timelines", _timeline(), Authorization=bearer)
    assert answer[0] == 201, answer
    for name, body in _events():
        event = {"type": f"{name}.v1", "body": {field: value for field, value in body.items() if value is not None}}
        answer = served.ask("POST", f"/v1/timelines/{TIMELINE}/events", event, Authorization=bearer)
        assert answer[0] == 201, answer


def _timeline() -> dict[str, str]:
    return {"timeline": TIMELINE, "title": TEXT, "description": TEXT}


def _events() -> list[tuple[str, dict[str, Any]]]:
    by = {"by": TEXT, "reason": TEXT}
    described = {"name": TEXT, "kind": "outlet", "descriptor": TEXT}
    return [
        ("source_registered", {"source": "paper", **described}),
        ("source_registered", {"source": "service", **described, "kind": "service", "may_overlap": ["paper"]}),
        ("source_graded", {"source": "service", "reliability": "B", **by}),
        ("sources_linked", {"from": "paper", "to": "service", "relation": "relays", **by}),
        ("document_captured", {"document": "doc", "publisher": "paper", "title": TEXT, "url": ADDRESS}),
        ("document_status_changed", {"document": "doc", "status": "corrected", "reason": TEXT}),
        ("place_defined", {"place": "ru", "name": TEXT, "kind": "country"}),
        ("actor_defined", {"actor": "force", "name": TEXT, "kind": "force"}),
        (
            "measure_defined",
            {"measure": "things", "name": TEXT, "unit": "things", "nature": "stock", "class": "presence"},
        ),
        *(("development_reported", _report(report, number)) for number, report in enumerate(REPORTS)),
        ("report_assessed", {"report": "R1", "credibility": 2, **by}),
        ("reports_linked", {"from": "R1", "to": "R2", "relation": "contradicts", **by}),
        ("report_corrected", {"report": "R2", "replacement": _report("R2", 5), "reason": TEXT}),
        ("report_retracted", {"report": "R3", "by": "recorder", "reason": TEXT}),
    ]


def _report(report: str, number: int) -> dict[str, Any]:
    chain = [{"role": "publisher", "source": "paper", "descriptor": TEXT}, {"role": "attributed", "descriptor": TEXT}]
    provenance = {"chain": chain, "document": "doc", "wording": TEXT, "reading": TEXT}
    return {
        "report": report,
        "kind": "force_presence",
        "stance": "conditional" if report == "R2" else "asserted",
        "summary": TEXT,
        "provenance": {**provenance, "hedges": [{"words": TEXT, "class": "believed"}]},
        "quantities": [{"measure": "things", "best": 100 + number, "wording": TEXT}],
        "actors": [{"actor": "force", "role": "subject"}],
        "places": [{"place": "ru", "role": "at"}],
        "occurred": f"2024-10-{20 + number}",
        "occurred_wording": TEXT,
        "reported": f"2024-10-{20 + number}",
        "condition": TEXT if report == "R2" else None,
    }
