"""The words that were said, as a question has them: with what links tie to them, and the digits that count.

Nothing that lies outside the view is named.
"""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import Connection

from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.words import Scene, Word, set_scene
from app.projections.asof import AsOf
from app.projections.developments.verdicts import read_digits
from app.projections.developments.view import read_seen, status_of
from app.projections.registry import read_links


def read_scene(connection: Connection, asof: AsOf, reports: Iterable[str]) -> Scene:
    """These reports with all that links tie to them and the evidence of their outcomes; of what is linked also what
    puts it away.
    """
    generations, at = asof.generations, asof.position
    links = {link.link: link for link in read_links(connection, generations, reports, at=at)}
    beside = _ends(links.values()).difference(reports)
    further = read_links(connection, generations, beside, at=at) if beside else []
    links |= {link.link: link for link in further if link.relation in {"supersedes", "misquotes"}}
    words = read_words(connection, asof, {*reports, *_ends(links.values())})
    evidence = {report for word in words if (outcome := word.development.outcome) for report in outcome.evidence}
    words += read_words(connection, asof, evidence.difference(word.report for word in words))
    return set_scene(words, links.values(), asof.view.day)


def read_words(connection: Connection, asof: AsOf, reports: Collection[str]) -> list[Word]:
    """Those of these reports that are in the view, in order of their names."""
    found = read_seen(connection, asof, reports)
    named = {report for one in found.values() for report in _conditions(one)}
    seen = found.keys() | read_seen(connection, asof, named - found.keys()).keys()
    digits = read_digits(connection, asof, found)
    return [
        Word(
            development=_within(one, seen),
            taken_back=status_of(one, asof.reported_by) == "retracted",
            digit=digits[report],
        )
        for report, one in found.items()
    ]


def _ends(links: Iterable[Link]) -> set[str]:
    return {end for link in links for end in (link.from_, link.to)}


def _conditions(one: Development) -> tuple[str, ...]:
    return one.body.condition if isinstance(one.body.condition, tuple) else ()


def _within(one: Development, seen: Collection[str]) -> Development:
    """With those of the reports that have to come true that are in the view."""
    if not (conditions := _conditions(one)):
        return one
    left = tuple(report for report in conditions if report in seen)
    return msgspec.structs.replace(one, body=msgspec.structs.replace(one.body, condition=left))
