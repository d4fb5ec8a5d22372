"""The situation: to each question that no number answers, what stands, its rivals, what is to come, and the past."""

from typing import Annotated, Any, get_args

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.narrowing import among
from app.api.tags import rest_on
from app.api.words import show_answer, show_past, show_spoken
from app.database.engine import reading
from app.domain.events.report import ReportKind
from app.domain.sheet import under
from app.projections.asof import resolve
from app.projections.topics.reading import Asked, Item, read_situation

Topics = Annotated[
    list[str] | None, QueryParameter(name="topic", description="A question by its name, or several for any of them.")
]
Kinds = Annotated[
    list[str] | None, QueryParameter(name="kind", description="A kind of report, or several for any of them.")
]
Actors = Annotated[
    list[str] | None,
    QueryParameter(name="actor", description="Who is named, or one that is part of it; or several for any of them."),
]
Places = Annotated[
    list[str] | None,
    QueryParameter(name="place", description="Where, or a place that lies in it; or several for any of them."),
]


COLUMNS = (
    *("topic", "kind", *under("about", ("actors", "towards", "places")), "contested"),
    *("standing", "rivals", "expected", "history"),
)


@get("/v1/timelines/{timeline:str}/situation", sync_to_thread=True, columns=COLUMNS)
def list_situation(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    topic: Topics = None,
    kind: Kinds = None,
    actor: Actors = None,
    place: Places = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By the name of the topic. A topic is a question that reports put by whom and what they name.

    `standing` has the answers against which nobody's present word stands, `rivals` those that stand against each other;
    which of these is right is not said, and grades are shown, not weighed. What is planned, foreseen or depends on a
    condition never stands and is `expected`. `history` says of every other word why it is past, and by which report.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=str)
    wanted = asked_for(topic, kind, actor, place)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="topics"))
        items = read_situation(connection, found, wanted, after=asked.after or "", limit=asked.limit + 1)
    return page(asked, items, key=lambda item: item.name, show=show, top={"as_of": as_of(found)})


def asked_for(
    topics: list[str] | None = None,
    kinds: list[str] | None = None,
    actors: list[str] | None = None,
    places: list[str] | None = None,
) -> Asked:
    """Raises Malformed for a kind that there is not."""
    return Asked(
        topics=tuple(topics or ()),
        kinds=among("kind", kinds, get_args(ReportKind)),
        actors=tuple(actors or ()),
        places=tuple(places or ()),
    )


def show(item: Item) -> dict[str, Any]:
    topic, situation = item.topic, item.situation
    return {
        "topic": item.name,
        "kind": topic.kind,
        "about": {"actors": topic.actors, "towards": topic.towards, "places": topic.places},
        "contested": situation.contested,
        "standing": [show_answer(answer) for answer in situation.standing],
        "rivals": [show_answer(answer) for answer in situation.rivals],
        "expected": [show_spoken(one) for one in situation.expected],
        "history": [show_past(one) for one in situation.history],
    }


HANDLERS = [list_situation]
