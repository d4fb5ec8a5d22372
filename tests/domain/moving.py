"""Short ways to say who reported which movement. Every step is the product's own."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from app.domain import developments
from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.events import ReportRetracted
from app.domain.events.report import ReportedPlace
from app.domain.flows import Flow, flows_in
from app.domain.grading import Confidence
from app.domain.measures import Measure
from app.domain.movements import Movement, Movements, movements_of
from app.domain.provenance import Provenance
from app.domain.quantity import Quantity
from app.domain.selection import View
from app.domain.sources import Merged
from app.domain.statements import statements_of
from app.domain.streams import Traffic
from tests.domain.building import MEASURES, Withdrawer, body, chain_of, day, development, statements, view

PARTS = {"ru-kursk": "ru", "ru-east": "ru", "vladivostok": "ru-east", "kp-north": "kp"}
"""A tree of places, each with what it is part of."""

KINDS: dict[str, Measure] = {
    **MEASURES,
    "sorties": Measure(measure="sorties", name="Sorties", unit="sorties", nature="flow", class_="tally"),
    "share": Measure(measure="share", name="Share", unit="percent", nature="ratio", class_="presence"),
}


def moved(
    report: str,
    origin: str | None,
    on: int = 0,
    *,
    via: str | None = None,
    way: tuple[str | None, str | None] = ("kp", "ru"),
    occurred: int | tuple[int, int] | None = None,
    grade: str = "B2",
    position: int = 1,
    retracted: tuple[Withdrawer, int] | None = None,
    changes: dict[str, Any] | None = None,
    measure: str = "personnel",
    **quantity: Any,
) -> Development:
    """`report`, of `origin`'s word, printed by `via` or by itself `on` a day: some went a `way`."""
    first, last = occurred if isinstance(occurred, tuple) else (occurred, occurred)
    written = body(
        report,
        kind="force_movement",
        provenance=Provenance(chain=chain_of(*([via] if via is not None else []), origin)),
        quantities=(Quantity(**{"measure": measure, "nature": "flow", **quantity}),),
        places=(ReportedPlace(place=way[0], role="from"), ReportedPlace(place=way[1], role="to")),
        occurred=f"{day(first)}/{day(last)}" if first is not None and last is not None else None,
        reported=day(on).isoformat(),
        confidence=msgspec.convert({"reliability": grade[0], "credibility": int(grade[1])}, Confidence),
    )
    found = development(msgspec.structs.replace(written, **(changes or {})), position=position)
    if retracted is None:
        return found
    by, when = retracted
    taken_back = ReportRetracted(report=report, by=by, reason="", reported=day(when).isoformat())
    return developments.retract(found, position + 1, taken_back)


def flow(one: Development) -> Flow:
    (found,) = flows_in(statements_of(one, KINDS, DEFAULT))
    return found


def traffic(reports: Sequence[Development], links: Sequence[Link] = ()) -> Traffic:
    named = {report for tie in links for report in (tie.from_, tie.to)}
    every = statements(reports)
    return Traffic(
        flows=tuple(one for report in reports for one in flows_in(statements_of(report, KINDS, DEFAULT))),
        linked={report: tuple(one for one in every if one.report == report) for report in named},
        links=tuple(links),
        kin=Merged(),
        measure_class="presence",
    )


def all_of(reports: Sequence[Development], *links: Link, seen: View | None = None) -> Movements:
    return movements_of(traffic(reports, links), seen or view(0), DEFAULT)


def found(reports: Sequence[Development], *links: Link, seen: View | None = None) -> list[list[str]]:
    """The reports of each movement that have a part in its figure."""
    return [[one.report for one in each.members] for each in all_of(reports, *links, seen=seen).found]


def reasons(reports: Sequence[Development], *links: Link, seen: View | None = None) -> dict[str, Any]:
    return {
        left.statement.report: left.why if left.by is None else (left.why, left.by)
        for left in all_of(reports, *links, seen=seen).left_out
    }


def movement(
    best: float, days: int | tuple[int, int], way: tuple[str | None, str | None] = ("outside", "ru")
) -> Movement:
    """A movement as it is found, without the reports of it."""
    first, last = days if isinstance(days, tuple) else (days, days)
    return Movement(
        movement=None,
        from_=way[0],
        to=way[1],
        first_day=day(first),
        last_day=day(last),
        best=best,
        members=(),
        order=(day(last), day(last), f"{way} {best}", 0),
    )


places = st.sampled_from(("ru", "ru-kursk", "ru-east", "vladivostok", "kp", "kp-north", "outside", None))
ways = st.tuples(places, places)
spans = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda span: (span[0], span[0] + span[1]))
found_movements = st.lists(st.builds(movement, st.floats(0, 1e5), spans, ways), max_size=6)
_withdrawers: st.SearchStrategy[Withdrawer] = st.sampled_from(("origin", "publisher"))


@st.composite
def flights(draw: st.DrawFn) -> list[Development]:
    """Up to eight reports r0, r1, … of movements, by few origins and on few ways, so that much is alike."""
    return [
        moved(
            f"r{at}",
            draw(st.sampled_from(("a", "b", "c"))),
            on := draw(st.integers(0, 9)),
            via=draw(st.sampled_from((None, None, "herald"))),
            way=draw(st.sampled_from((("kp", "ru"), ("kp", "ru"), (None, "ru")))),
            occurred=draw(st.none() | st.integers(0, 9) | st.tuples(st.integers(0, 4), st.integers(5, 9))),
            grade=draw(st.sampled_from(("A1", "B2", "F6"))),
            retracted=draw(st.none() | st.none() | st.tuples(_withdrawers, st.integers(on, 12))),
            movement=draw(st.sampled_from((None, None, None, "m1", "m2"))),
            best=draw(st.sampled_from((0, 1500, 2000))),
        )
        for at in range(draw(st.integers(0, 8)))
    ]
