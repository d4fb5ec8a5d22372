"""Contacts: who met, briefed or pressed whom, about what, how often and since when."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.api.words import show_past, show_spoken
from app.database.engine import reading
from app.domain.contacts import Contact, Parties
from app.domain.sheet import under
from app.projections.asof import resolve
from app.projections.topics.contacts import read_contacts

Actors = Annotated[
    list[str] | None,
    QueryParameter(name="actor", description="Who took part, or whose part did; or several for any of them."),
]


COLUMNS = (
    *("by", "manner", "to", "actors", *under("times", ("min", "max")), "first_day", "last_day"),
    *("told", "planned", "denied", "accounts", "history"),
)


@get("/v1/timelines/{timeline:str}/contacts", sync_to_thread=True, columns=COLUMNS)
def list_contacts(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    actor: Actors = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By the parties, which are the bodies that the actors belong to in the end.

    `manner` follows from the roles in the reports: `met` where all took part alike, in a room or by telephone;
    `briefed` where `to` are recipients, `pressed` where they are objects. `times` is how many contacts there were at
    least, if all that may be one is one, and at most; nothing planned, denied or past is counted. `accounts` are
    reports whose account was told there: who was told them confirms nothing.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=Parties)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="topics"))
        items = read_contacts(connection, found, actors=actor or ())
    left = [item for item in items if asked.after is None or item.parties > asked.after]
    return page(asked, left[: asked.limit + 1], key=lambda item: item.parties, show=show, top={"as_of": as_of(found)})


def show(item: Contact) -> dict[str, Any]:
    first, last = item.days or (None, None)
    return {
        "by": item.parties.by,
        "manner": item.parties.manner,
        "to": item.parties.to,
        "actors": item.actors,
        "times": {"min": item.least, "max": item.most},
        "first_day": first,
        "last_day": last,
        "told": [show_spoken(one) for one in item.told],
        "planned": [show_spoken(one) for one in item.planned],
        "denied": [show_spoken(one) for one in item.denied],
        "accounts": [
            {
                "relation": one.relation,
                "report": one.word.report,
                "origin": one.word.origin,
                "summary": one.word.development.body.summary,
            }
            for one in item.accounts
        ],
        "history": [show_past(one) for one in item.history],
    }


HANDLERS = [list_contacts]
