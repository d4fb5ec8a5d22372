"""The workhorse: one source's statement of one development."""

from typing import Literal

import msgspec

from app.domain.grading import Confidence
from app.domain.provenance import Provenance
from app.domain.quantity import Quantity

ReportKind = Literal[
    "force_presence",
    "force_movement",
    "unit_identification",
    "training",
    "capability",
    "command_and_control",
    "military_operation",
    "territorial_control",
    "casualties",
    "capture",
    "materiel_transfer",
    "diplomatic_contact",
    "policy_signal",
    "assessment",
    "population",
    "background_fact",
]
"""For reading and filtering; it never decides what votes."""

Stance = Literal["asserted", "judgement", "forecast", "planned", "conditional", "denied"]
PlaceRole = Literal["at", "from", "to"]
Precision = Literal[1, 2, 3, 4, 5, 6, 7]
"""From 1, the exact spot, to 7, international waters or airspace. Source: UCDP GED codebook, where_prec."""

ActorRole = Literal["subject", "object", "participant", "recipient", "supplier", "opponent"]


class ReportedPlace(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Without `place` it is the unknown end of a movement; `outside` lies out of the tree."""

    role: PlaceRole
    place: str | None = None
    precision: Precision | None = None


class ReportedActor(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    actor: str
    role: ActorRole


class DevelopmentReported(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`report` is unique in its timeline; the door writes the event's UUID where the client names none.

    `occurred` and `reported` are EDTF; without `reported` the document's `published` holds. `condition` is free
    text, or the reports that have to come true. `about` are the reports that the source itself builds on.
    """

    report: str
    kind: ReportKind
    stance: Stance
    summary: str
    provenance: Provenance
    confidence: Confidence | None = None
    quantities: tuple[Quantity, ...] = ()
    places: tuple[ReportedPlace, ...] = ()
    actors: tuple[ReportedActor, ...] = ()
    occurred: str | None = None
    occurred_wording: str | None = None
    occurred_anchor: str | None = None
    reported: str | None = None
    condition: str | tuple[str, ...] | None = None
    about: tuple[str, ...] = ()
