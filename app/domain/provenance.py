"""Where a statement comes from: the document, the place in it, the words, and who told whom.

Shapes alone; what may be recorded is said in `rules`, what a chain means for an estimate in the panel.
"""

from typing import Literal

import msgspec

HopRole = Literal["publisher", "relay", "speaker", "attributed", "collector"]
Collection = Literal["OSINT", "HUMINT", "COMINT", "IMINT", "official_statement", "unstated"]
HopBasis = Literal["witnessed", "deduced", "induced", "told", "cannot_be_judged"]
HedgeClass = Literal[
    "reportedly",
    "believed",
    "presupposed",
    "factive",
    "approximate",
    "approximate_share",
    "upper_bound",
    "lower_bound",
    "vague_quantity",
    "comparison",
    "expectation",
    "intention",
    "possibility",
    "conditional",
    "doubt",
    "other",
]


class Locator(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Where in the document: paragraph and sentence, counted from 1, or [start, end) in code points."""

    paragraph: int | None = None
    sentence: int | None = None
    start: int | None = None
    end: int | None = None


class Hop(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One who passed it on. Without `source` it is unstated; unstated hops with other descriptors are others."""

    role: HopRole
    source: str | None = None
    descriptor: str | None = None
    collection: Collection | None = None
    basis: HopBasis | None = None


class Hedge(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, rename={"class_": "class"}):
    """The words, verbatim, with which the text steps back from its statement, and their class."""

    words: str
    class_: HedgeClass


class Provenance(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """`chain` runs from the publisher to the body spoken for and has at least one hop.

    `wording` is verbatim and short; `reading` says what it is taken to mean where the text is defective.
    """

    chain: tuple[Hop, ...]
    document: str | None = None
    locator: Locator | None = None
    wording: str | None = None
    reading: str | None = None
    hedges: tuple[Hedge, ...] = ()
