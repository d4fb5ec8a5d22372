"""How a word is shown, wherever one stands: whose it is, its grade, and what speaks for it and against it."""

from collections.abc import Iterable
from typing import Any

from app.domain.situation import Answer, Bearing, Spoken
from app.domain.words import Past, Word


def show_word(word: Word) -> dict[str, Any]:
    """The body's own fields as they were recorded; the grade as it counts in the view."""
    one, body = word.development, word.development.body
    return {
        "report": word.report,
        "kind": body.kind,
        "stance": body.stance,
        "summary": body.summary,
        "origin": word.origin,
        "publisher": one.publisher,
        "grade": word.grade,
        "status": "retracted" if word.taken_back else "corrected" if one.written > one.position else "standing",
        "occurred": body.occurred,
        "reported": one.reported_text,
        "condition": body.condition,
        "wording": body.provenance.wording,
        "reading": body.provenance.reading,
    }


def show_spoken(spoken: Spoken) -> dict[str, Any]:
    return {**show_word(spoken.word), "for": _bearings(spoken.for_), "against": _bearings(spoken.against)}


def show_answer(answer: Answer) -> dict[str, Any]:
    return {
        "independent_origins": {"min": answer.least, "max": answer.most},
        "words": [show_spoken(one) for one in answer.words],
    }


def show_past(past: Past) -> dict[str, Any]:
    return {**show_word(past.word), "why": past.why, "by": past.by}


def _bearings(found: Iterable[Bearing]) -> list[dict[str, Any]]:
    return [
        {
            "relation": one.relation,
            "report": one.word.report,
            "origin": one.word.origin,
            "summary": one.word.development.body.summary,
            "by": one.by,
        }
        for one in found
    ]
