"""Every code that a problem may bear, with the page that explains it. A test finds codes that are missing here."""

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is that of the answers that bear the code; `advice` is a paragraph for whoever got one."""

    status: int
    title: str
    advice: str


def _page(status: int, title: str, advice: str) -> Page:
    return Page(status=status, title=title, advice=advice)


PAGES: dict[str, Page] = {
    "malformed": _page(
        400,
        "The request cannot be read",
        "Something in the path, the parameters or the body is not what is asked for there. `errors` names each place.",
    ),
    "unknown-parameter": _page(
        400,
        "There is no such parameter",
        "A parameter that is not known is refused and not ignored: a misspelt filter would otherwise answer another"
        " question than was asked. `hint` names the nearest one.",
    ),
    "cursor-mismatch": _page(
        400,
        "The cursor belongs to another list",
        "A cursor continues the very list that gave it: the same path, the same filters. Begin again without one.",
    ),
    "future": _page(
        400,
        "The future cannot be asked",
        "`known_at` names a position or an instant that the ledger has not reached. Leave it out to ask for now.",
    ),
    "past-the-head": _page(
        400,
        "The timeline does not reach so far",
        "A replay goes up to a position that the timeline has. Leave `to` out to go to the head.",
    ),
    "bad-axis": _page(
        400,
        "A change lies along one time",
        "Say where it begins by exactly one of `from_known_at` and `from_reported_by`, not after where it ends; every"
        " other time is held still at both ends.",
    ),
    "unauthorised": _page(
        401,
        "A key is needed",
        "Send `Authorization: Bearer KEY`. The first start wrote an admin key into the data directory;"
        " `muster key create` makes others.",
    ),
    "forbidden": _page(
        403,
        "This key may not do that",
        "The key is good, but its role or its timelines do not reach so far. Ask whoever keeps the installation.",
    ),
    "unknown": _page(
        404,
        "There is no such thing",
        "The address, or a name in it, stands for nothing here. `hint` gives the nearest names, where there are any.",
    ),
    "unknown-timeline": _page(
        404,
        "There is no such timeline",
        "`GET /v1/timelines` lists all of them; `POST /v1/timelines` creates one.",
    ),
    "unknown-report": _page(
        404,
        "There is no such report",
        "It was never recorded, or not yet by the time that was asked about. `hint` gives the nearest ids.",
    ),
    **{
        f"unknown-{kind}": _page(
            404,
            f"There is no such {kind}",
            f"It is not defined in this timeline, or was not yet at the position that was asked about."
            f" `GET …/{kind}s` lists all of them, and `hint` names the nearest.",
        )
        for kind in ("source", "place", "actor", "measure", "document")
    },
    "unknown-topic": _page(
        404,
        "There is no such topic",
        "Nothing was said to this question by the times that were asked about. `GET …/situation` lists all topics, and"
        " `hint` gives the nearest.",
    ),
    "unknown-assumptions": _page(
        404,
        "There is no such set of assumptions",
        "It is not registered in this timeline, or was not yet at the position that was asked about."
        " `GET …/assumptions` lists all of them, the shipped one among them, and `hint` names the nearest.",
    ),
    "unknown-projection": _page(
        404, "There is no such projection", "`muster status` lists all of them with how far they have come."
    ),
    "unknown-replay": _page(404, "There is no such replay", "`muster replay list` lists all of them."),
    "unknown-key": _page(404, "There is no such key", "`muster key list` lists all of them."),
    "method-not-allowed": _page(
        405,
        "Only POST appends, and nothing is changed or deleted",
        "What was recorded stays. What turned out wrong is put right by another event, which `hint` names.",
    ),
    "not-acceptable": _page(
        406,
        "This is not offered in that form",
        "Ask for one of the media types that `hint` names, by `Accept` or by `format=`.",
    ),
    "conflict": _page(409, "It conflicts with what is stored", "`detail` says with what. Read that, and decide anew."),
    "replay-under-way": _page(
        409,
        "The projection is being replayed already",
        "Two replays of one projection of a timeline would build twice what only one of them could be switched to. Wait"
        " for the one that `detail` names, or end it with `muster replay drop`.",
    ),
    "replay-ended": _page(
        409, "The replay has come to its end", "There is nothing left of it to resume. Start another one."
    ),
    "replay-behind": _page(
        409,
        "The generation is behind the timeline",
        "Only a generation that has taken in everything can be made the active one. Resume its replay, or replay to the"
        " head.",
    ),
    "replay-failed": _page(
        409,
        "A generation cannot take an event",
        "`detail` names the event and the reason. What was active stays active.",
    ),
    "generation-active": _page(
        409,
        "The generation is the active one",
        "Answers come from it, so that it cannot be dropped. `muster replay rollback` makes the one before it active.",
    ),
    "generation-outdated": _page(
        409,
        "The generation rests on one that is not active any more",
        "What it rests on was replayed since, and the two would not fit each other. Replay it anew.",
    ),
    "generation-dropped": _page(
        409, "The generation was dropped", "Its rows are gone. A replay builds another one from the ledger."
    ),
    "nothing-to-roll-back": _page(
        409,
        "Nothing was switched to",
        "Only the last switch of a timeline can be undone. `muster replay list` shows all.",
    ),
    "name-taken": _page(
        409,
        "The name is taken",
        "A name stands for one thing for ever. Choose another one; to change what a report says, append a correction.",
    ),
    "event-id-taken": _page(
        409,
        "The event id stands for another event",
        "Sending the same event again is harmless; sending another one under the same id is refused. Use a new id.",
    ),
    "report-retracted": _page(
        409,
        "The report was retracted",
        "A retracted report cannot be corrected any more. Record what is right as a report of its own.",
    ),
    "cycle": _page(
        409,
        "Something would lie in itself",
        "Places, actors and sources lie in each other without circles. `errors` shows the circle.",
    ),
    "position-moved": _page(
        412,
        "The timeline has moved on",
        "Others appended since the position in `If-Match`. Read that, decide anew, send the new position.",
    ),
    "too-large": _page(
        413,
        "It is too large",
        "`detail` says how much is taken. One event has at most 1 MiB as sent. Many events go as NDJSON to"
        " `POST /v1/timelines/{timeline}/imports`, which takes any number of lines.",
    ),
    "too-many-requests": _page(
        429,
        "Too many requests",
        "This key, or this address where no key was sent, has used up what it may send in a minute. Wait as long as"
        " `Retry-After` says; many events go as one import.",
    ),
    "unsupported-media-type": _page(
        415,
        "The body is of another type than is taken here",
        "Say what you send: `Content-Type: application/json` for one event, `application/x-ndjson` for an import.",
    ),
    "not-allowed": _page(
        422,
        "Well formed, but not allowed",
        "The event can be read and breaks a rule of the catalogue. `errors` points to every fault by JSON pointer.",
    ),
    "undefined-name": _page(
        422,
        "A name is not defined yet",
        "Sources, places, actors, measures, documents and reports exist before they are named. Record the definition"
        " first, or take the name that `hint` proposes.",
    ),
    "setting": _page(
        400, "A setting cannot be used", "The variable of the environment that is named has to be changed or unset."
    ),
    "unavailable": _page(
        503,
        "Not available at the moment",
        "Nothing is wrong with the request. Send it again after the time in `Retry-After`; an event with an `event_id`"
        " of yours is recorded once, however often it is sent.",
    ),
    "not-ready": _page(
        503, "Not ready", "The process lives, but something that it rests on does not: `errors` lists what."
    ),
    "broken": _page(
        500,
        "Something is broken here",
        "It is not your fault. The server's log has the trace under this answer's `request_id`.",
    ),
    "error": _page(500, "Something went wrong", "The server's log has the trace under this answer's `request_id`."),
}
