"""Short ways to say what no number answers: who said it, when, and to which question."""

from typing import Any

import msgspec

from app.domain import developments
from app.domain.events import ForecastResolved, ReportRetracted
from app.domain.events.report import ReportedActor
from app.domain.provenance import Provenance
from app.domain.words import Word
from tests.domain.building import Withdrawer, body, chain_of, day, development

HELD = "territorial_control"  # one answer at a time
ABLE = "capability"  # many sides


def word(
    report: str,
    origin: str | None = "kr-nis",
    on: int = 0,
    *,
    via: str | None = None,
    occurred: int | None = None,
    kind: str = ABLE,
    stance: str = "asserted",
    retracted: Withdrawer | None = None,
    outcome: tuple[str, ...] | None = None,
    **changes: Any,
) -> Word:
    """`report`, of `origin`'s word (None: unstated), printed by `via` or by itself, `on` a day.

    `outcome` is how it ended, and by what evidence.
    """
    written = body(
        report,
        kind=kind,
        stance=stance,
        provenance=Provenance(chain=chain_of(*([via] if via is not None else []), origin)),
        quantities=(),
        occurred=day(occurred).isoformat() if occurred is not None else None,
        reported=day(on).isoformat(),
        **changes,
    )
    found = development(written)
    if outcome is not None:
        resolved = {"report": report, "outcome": outcome[0], "evidence": outcome[1:], "by": "ann"}
        found = developments.resolve_outcome(found, msgspec.convert(resolved, ForecastResolved))
    if retracted is not None:
        withdrawn = ReportRetracted(report=report, by=retracted, reason="", reported=day(on).isoformat())
        found = developments.retract(found, 2, withdrawn)
    return Word(development=found, digit=found.digit, taken_back=retracted is not None)


def actors(**roles: str) -> tuple[ReportedActor, ...]:
    """Each with its role."""
    return tuple(msgspec.convert({"actor": name, "role": role}, ReportedActor) for name, role in roles.items())
