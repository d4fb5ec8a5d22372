"""The application: all handlers, and what holds for every request."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from uuid import UUID

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler
from sqlalchemy import Engine

from app.api import (
    actors,
    arrangements,
    assumptions,
    brief,
    changes,
    contacts,
    contested,
    developments,
    docs,
    documents,
    estimates,
    events,
    forces,
    forecasts,
    health,
    imports,
    independence,
    integrity,
    keys,
    materiel,
    measures,
    metrics,
    movements,
    places,
    problems,
    relays,
    replays,
    revisions,
    series,
    situation,
    sources,
    tags,
    timelines,
    what_if,
)
from app.api.access import recognise, refuse_strangers
from app.api.events import BODY_BYTES_MAX
from app.api.frame import Frame
from app.api.guards import declared_parameters, refuse_misshapen
from app.api.keeping_up import keeping_up
from app.api.limiting import Buckets
from app.api.metrics import Metrics
from app.api.openapi import write_document
from app.api.replaying import replaying
from app.database.engine import POOL_SIZE
from app.projections.holding import hold
from app.room.pages import reading_room
from app.room.refusals import nowhere
from app.room.templating import templates
from app.settings import Settings

RESOURCES = (
    actors,
    arrangements,
    assumptions,
    contacts,
    contested,
    brief,
    changes,
    developments,
    docs,
    documents,
    estimates,
    events,
    forces,
    forecasts,
    health,
    independence,
    integrity,
    imports,
    keys,
    materiel,
    measures,
    metrics,
    movements,
    places,
    problems,
    relays,
    replays,
    revisions,
    series,
    situation,
    sources,
    timelines,
    what_if,
)
HANDLERS: list[ControllerRouterHandler] = [handler for resource in RESOURCES for handler in resource.HANDLERS]


def create_app(
    engine: Engine, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], UUID]
) -> Litestar:
    """`clock` gives the present instant in UTC, `new_id` a fresh UUID; only entry points can make them."""
    counted = Metrics(engine)
    hold(engine, settings.reports_held)
    dependencies = {
        "engine": Provide(lambda: engine, sync_to_thread=False),
        "clock": Provide(lambda: clock, sync_to_thread=False),
        "new_id": Provide(lambda: new_id, sync_to_thread=False),
    }
    app = Litestar(
        # In one router, so that all methods of a path are registered at once: a handler that is registered again
        # when its path gets a second method is sent to a thread twice, and never waited for.
        [Router("/", route_handlers=HANDLERS), reading_room(problems.answer)],
        dependencies=dependencies,
        exception_handlers={Exception: nowhere(problems.answer), tags.Unmodified: tags.answer},
        guards=[recognise, refuse_misshapen, refuse_strangers],
        lifespan=[_threads, keeping_up, replaying],
        logging_config=None,
        openapi_config=None,
        request_max_body_size=BODY_BYTES_MAX,
        state=State({"engine": engine, "settings": settings, "buckets": _buckets(settings), "metrics": counted}),
        template_config=templates(),
    )
    app.state.declared_parameters = declared_parameters(app)
    app.state.document = cache(lambda: write_document(HANDLERS, dependencies))
    app.state.inside = app.asgi_handler
    told = settings.access_log == "on"
    app.asgi_handler = Frame(app.asgi_handler, new_id=new_id, answered=counted.answered, told=told)
    return app


def _buckets(settings: Settings) -> Buckets | None:
    return Buckets(settings.requests_per_minute) if settings.requests_per_minute is not None else None


class Threads(ThreadPoolExecutor):
    """Who ends it waits for no handler that still works: nobody is there any more to be answered."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 -- as it is inherited
        super().shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def _threads(_: Litestar) -> AsyncGenerator[None, None]:
    """As many handlers at once as there are connections: more would only wait for one."""
    with Threads(POOL_SIZE, thread_name_prefix="request") as pool:
        asyncio.get_running_loop().set_default_executor(pool)
        yield
