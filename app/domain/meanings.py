"""What codes say in plain words: one wording for the interface's document, the brief, the terminal and the pages."""

from app.domain import attribution, hierarchy, panel

FLAGS = {
    "contested": "contested: the reports disagree more than their grades explain, or their numbers exclude each other",
    "bounds_only": "bounds only: nobody gave a figure for this very place; its ends follow from places "
    "within or around it, or from who came",
    "from_parts": "from parts: nobody gave a figure for the whole; this is what its parts come to together",
    "from_words": "from words: every vote rests on a vague word, none on a number",
    "no_claims": "no claims: nothing reported of this may vote, so there is no estimate (which is not zero)",
    "stale": "stale: the newest vote is more than 30 days old",
    "falls": "falls: a running total that is lower than it was read before its newest report",
    "parts_exceed_whole": "parts exceed whole: the parts were said to come to more than the whole; both gave way, the "
    "less certain more",
}

LINES = {
    attribution.CLAIM: "what one vote gives",
    attribution.MOVEMENT: "who came or left since the votes' days is added to what they said",
    attribution.SHARED_ERROR: "an allowance for what all sources get wrong together",
    attribution.AGREEMENT_FLOOR: "however well votes agree, their errors are cut by no more than half",
    attribution.TWO_SIDES: "what is open between the votes before the day and those after it",
    attribution.ZERO_FLOOR: "nothing is below zero, so the low end stops there",
    attribution.TIME_PASSED: "the same votes, read on another day",
    hierarchy.PLACES: "made to fit what is said of the whole and of its parts",
    panel.ARRIVALS: "more came than left, so at least so many are there",
}

REASONS = {
    "echo_of": "repeats another report",
    "superseded": "its origin has said something newer",
    "retracted": "was taken back",
    "corrected": "since its correction it speaks of something else",
    "same_figure": "same figure as another origin's, not shown to be independent",
    "movement": "counts who moved, not who is there",
    "ratio": "a rate or a share, not a count",
    "existence": "says that there are some, not how many",
    "comparison": "only compares with another number",
    "denied": "denies it",
    "forecast": "a forecast",
    "planned": "a plan",
    "conditional": "depends on a condition",
    "judgement": "an opinion",
    "no_quantity": "gives no number",
    "other_measure": "counts something else",
    "unit_part": "speaks of a part of the actor",
    "ambiguous_key": "leaves open whom or where it counts",
    "derived": "worked out from other reports",
    "unlikely": "its source holds it for unlikely",
    "unknown_word": "a vague word without a value",
    "undated": "says neither when it was so nor when it was said",
    "misquoted": "misquotes its source",
    "other_place": "speaks of a place within",
    "later": "is about a later day",
}

CAUSES = {
    "new_report": "new report",
    "correction": "corrected",
    "retraction": "retracted",
    "re_grading": "graded anew",
    "assessment": "assessed",
    "link": "linked",
    "document_date": "document dated",
    "definition": "defined anew",
    "time_passed": "time passed",
}

DOINGS = {
    "new_report": "a new report",
    "correction": "a correction",
    "retraction": "a retraction",
    "re_grading": "a new grade",
    "assessment": "an assessment",
    "link": "a link",
    "document_date": "the date of a document",
    "definition": "a new definition",
}
"""The same causes as what was done: an estimate moves by them."""

STANCES = {
    "asserted": "said",
    "judgement": "judged",
    "forecast": "foreseen",
    "planned": "planned",
    "conditional": "on a condition",
    "denied": "denied",
}

OUTCOMES = {
    "fulfilled": "came true",
    "partly": "came true in part",
    "not_fulfilled": "did not come true",
    "lapsed": "lapsed",
}

BRIEF_FLAGS = {
    "contested": "contested",
    "from_words": "rests on vague words alone",
    "stale": "nothing newer than 30 days",
    "falls": "lower than it was before",
    "parts_exceed_whole": "its parts were said to be more",
}
"""Flags in so few words that they fit beside a figure."""

TOPICS = {
    "forces": "Forces: where they are and where they go",
    "fighting": "Fighting and losses",
    "readiness": "Training, command and what they are capable of",
    "materiel": "Arms and supplies",
    "politics": "Diplomacy and policy",
    "judgement": "Judgements and background",
}

SETTLED = {
    "retracted": "{ended} was taken back",
    "superseded": "{ended} was overtaken by {by_report}",
    "misquoted": "{ended} misquotes {by_report}",
    "withdrawn": "the two are no longer set against each other",
}
"""How a dispute ended."""


def in_units(value: int | None, unit: str) -> str:
    """What a figure counts: measures name their unit in the plural, and one of them is one."""
    return unit.removesuffix("s") if value == 1 and not unit.endswith("ss") else unit


def counted(value: int, noun: str) -> str:
    """So many of what a noun with an s names."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"
