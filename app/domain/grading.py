"""The words in which confidence is given, and nothing about what they weigh (that is the parameter set's).

Four things that are never mixed up: reliability is of a source, credibility of a report, likelihood of the
development, analytic confidence of the basis. Nothing here is filled in when it was not given.
"""

from typing import Literal

import msgspec

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""Of a source. F cannot be judged, which is not a low mark. Source: Admiralty code, NATO AJP-2.1."""

Credibility = Literal[1, 2, 3, 4, 5, 6]
"""Of a report. 6 cannot be judged, which is not a low mark. Source: Admiralty code, NATO AJP-2.1."""

AnalyticConfidence = Literal["low", "moderate", "high"]
Lexicon = Literal["icd203", "phia", "kent"]

LEXICONS: dict[Lexicon, tuple[str, ...]] = {
    "icd203": (
        "almost no chance",
        "remote",
        "very unlikely",
        "highly improbable",
        "unlikely",
        "improbable",
        "roughly even chance",
        "roughly even odds",
        "likely",
        "probable",
        "very likely",
        "highly probable",
        "almost certain",
        "nearly certain",
    ),
    "phia": (
        "remote chance",
        "highly unlikely",
        "unlikely",
        "realistic possibility",
        "likely",
        "probable",
        "highly likely",
        "almost certain",
    ),
    "kent": (
        "impossible",
        "almost certainly not",
        "probably not",
        "chances about even",
        "probable",
        "almost certain",
        "certain",
    ),
}
"""The terms of each lexicon in lower case, from the least to the most probable; synonyms stand side by side.

Sources: icd203: US Intelligence Community Directive 203 (2015), D.6.e.(2)(a). phia: UK Professional Head of
Intelligence Assessment, probability yardstick (2018). kent: S. Kent, Words of Estimative Probability (1964).
"""


class Likelihood(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """How probable the development is, in a `term` of the named lexicon (lower case)."""

    term: str
    lexicon: Lexicon


class Confidence(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What the report itself says of its confidence. `reliability` only where it departs from the source's grade."""

    credibility: Credibility | None = None
    reliability: Reliability | None = None
    likelihood: Likelihood | None = None
    analytic_confidence: AnalyticConfidence | None = None
