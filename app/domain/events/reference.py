"""What reports speak of: sources, documents, places, actors, measures.

Fields in the order of the catalogue. A second definition of a name replaces the first from its position on.
"""

from typing import Literal

import msgspec

from app.domain.grading import Reliability
from app.domain.quantity import Nature

SourceKind = Literal["outlet", "service", "official", "collective", "sensor", "dataset", "other"]
SourceRelation = Literal["relays", "part_of", "same_as", "may_overlap", "independent_of"]
PartyToConflict = Literal["yes", "no", "unknown"]
PublishedBasis = Literal["stated", "inferred", "unknown"]
DocumentStatus = Literal["usable", "corrected", "withheld", "canceled"]
ActorKind = Literal["state", "force", "unit", "person", "organisation", "population", "programme"]
MeasureClass = Literal["presence", "tally", "register"]


class SourceRegistered(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`country` is ISO 3166-1 alpha-2; `part_of` and `may_overlap` name sources."""

    source: str
    name: str
    kind: SourceKind
    country: str | None = None
    descriptor: str | None = None
    party_to_conflict: PartyToConflict | None = None
    part_of: str | None = None
    may_overlap: tuple[str, ...] = ()


class SourceGraded(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    source: str
    reliability: Reliability
    reason: str
    by: str


class SourcesLinked(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, rename={"from_": "from"}):
    from_: str
    to: str
    relation: SourceRelation
    reason: str
    by: str


class DocumentCaptured(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`published` is EDTF; `sha256` of the bytes retrieved, lower-case hex; `retrieved_at` RFC 3339 in UTC."""

    document: str
    publisher: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    published: str | None = None
    published_basis: PublishedBasis | None = None
    sha256: str | None = None
    retrieved_at: str | None = None


class DocumentStatusChanged(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`published` where it is known better now; everything dated by the document is then dated anew.

    Source of the four words: IPTC NewsCodes, publishing status.
    """

    document: str
    status: DocumentStatus
    reason: str
    published: str | None = None


class Codes(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Names of the place elsewhere: `RU`, `RU-KRS`, `538560`."""

    iso3166: str | None = None
    iso3166_2: str | None = None
    geonames: str | None = None


class PlaceDefined(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Siblings under `part_of` are disjoint and totals run along it; `within` may be vague and only filters.

    Containment is sovereignty, never control. `lon` and `lat` are decimal degrees as text, both or neither.
    """

    place: str
    name: str
    kind: str
    part_of: str | None = None
    within: tuple[str, ...] = ()
    codes: Codes | None = None
    lon: str | None = None
    lat: str | None = None


class ActorDefined(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    actor: str
    name: str
    kind: ActorKind
    part_of: str | None = None


class MeasureDefined(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, rename={"class_": "class"}
):
    """Without `class` a running total is a tally and everything else presence (see `measures.measure_of`)."""

    measure: str
    name: str
    unit: str
    nature: Nature
    class_: MeasureClass | None = None
