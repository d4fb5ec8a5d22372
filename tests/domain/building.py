"""Short ways to say who reported what, and to read what it comes to. Every step is the product's own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from hypothesis import strategies as st

from app.domain import developments
from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.events import DevelopmentReported, ReportRetracted
from app.domain.events.report import ReportedActor, ReportedPlace
from app.domain.grading import Confidence
from app.domain.measures import BUILT_IN, Measure
from app.domain.panel import Evaluation, evaluate
from app.domain.provenance import Hop, Provenance
from app.domain.quantity import Quantity
from app.domain.selection import EVERYTHING, Case, View
from app.domain.sources import Merged
from app.domain.statements import Key, Statement, statements_of

START = date(2024, 11, 1)
ACTOR = "kp-forces"
MEASURES: Mapping[str, Measure] = {
    **BUILT_IN,
    "registered": Measure(measure="registered", name="Registered", unit="persons", nature="stock", class_="register"),
    "battalions": Measure(measure="battalions", name="Battalions", unit="battalions", nature="stock", class_="tally"),
}

Withdrawer = Literal["origin", "publisher", "recorder"]


def day(number: int) -> date:
    """Days are counted from START."""
    return START + timedelta(days=number)


def chain_of(*sources: str | None, descriptor: str | None = None) -> tuple[Hop, ...]:
    """Publisher first; `descriptor` is of the last hop."""
    last = len(sources) - 1
    return tuple(
        Hop(
            role="publisher" if at == 0 else "attributed",
            source=source,
            descriptor=descriptor if at == last else None,
        )
        for at, source in enumerate(sources)
    )


def body(report: str = "R1", **changes: Any) -> DevelopmentReported:
    """A report that 10,000 persons of one actor are in one place, by its publisher's own word."""
    plain: dict[str, Any] = {
        "report": report,
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "Persons at a place.",
        "provenance": Provenance(chain=chain_of("kr-nis")),
        "quantities": (Quantity(measure="personnel", best=10000),),
        "places": (ReportedPlace(place="ru", role="at"),),
        "actors": (ReportedActor(actor=ACTOR, role="subject"),),
        "reported": START.isoformat(),
    }
    return DevelopmentReported(**{**plain, **changes})


def development(said: DevelopmentReported, *, position: int = 1, same: Merged | None = None) -> Development:
    return developments.resolved(developments.report(position, said), letters={}, same=same or Merged(), document=None)


def said(
    report: str,
    origin: str | None,
    on: int = 0,
    *,
    via: str | None = None,
    grade: str = "B2",
    occurred: int | None = None,
    at: str | None = "ru",
    position: int = 1,
    retracted: tuple[Withdrawer, int] | None = None,
    measure: str = "personnel",
    stance: str = "asserted",
    word: str | None = None,
    **quantity: Any,
) -> Development:
    """`report`, of `origin`'s word (None: unstated), printed by `via` or by itself, `on` a day."""
    worded: dict[str, Any] = {"wording": word, "basis": "vague_word"} if word is not None else {}
    written = body(
        report,
        stance=stance,
        provenance=Provenance(chain=chain_of(*([via] if via is not None else []), origin)),
        quantities=(Quantity(measure=measure, **worded, **quantity),),
        places=(ReportedPlace(place=at, role="at"),) if at is not None else (),
        occurred=day(occurred).isoformat() if occurred is not None else None,
        reported=day(on).isoformat(),
    )
    graded = msgspec.convert({"reliability": grade[0], "credibility": int(grade[1])}, Confidence)
    found = development(msgspec.structs.replace(written, confidence=graded), position=position)
    if retracted is None:
        return found
    by, when = retracted
    taken_back = ReportRetracted(report=report, by=by, reason="", reported=day(when).isoformat())
    return developments.retract(found, position + 1, taken_back)


def link(relation: str, one: str, other: str) -> Link:
    return Link(link=f"{one} {relation} {other}", from_=one, to=other, relation=relation, by="analyst")


def statements(reports: Iterable[Development]) -> list[Statement]:
    return [one for report in reports for one in statements_of(report, MEASURES, DEFAULT)]


def case_of(
    reports: Sequence[Development],
    links: Sequence[Link] = (),
    *,
    measure: str = "personnel",
    at: str = "ru",
    kin: Merged | None = None,
) -> Case:
    """Everything that these reports say of one key; what they say of others can only be linked."""
    key, every = Key(measure=measure, actor=ACTOR, place=at), statements(reports)
    counted = MEASURES[measure]
    return Case(
        key=key,
        statements=tuple(one for one in every if one.key == key),
        linked={
            report: tuple(one for one in every if one.report == report)
            for tie in links
            for report in (tie.from_, tie.to)
        },
        links=tuple(links),
        kin=kin or Merged(),
        measure_class=counted.class_,
        running_total=counted.nature == "cumulative",
    )


def view(on: int, reported_by: int | None = None) -> View:
    return View(day=day(on), reported=None if reported_by is None else (day(reported_by), EVERYTHING))


def read(
    reports: Sequence[Development],
    on: int,
    *links: Link,
    reported_by: int | None = None,
    retrospect: bool = False,
    **changes: Any,
) -> Evaluation:
    return evaluate(case_of(reports, links, **changes), view(on, reported_by), DEFAULT, retrospect=retrospect)


def voters(evaluation: Evaluation) -> list[str]:
    """The reports that vote, in order."""
    return [one.report for one, _ in evaluation.selection.votes]


def reasons(evaluation: Evaluation) -> dict[str, str | tuple[str, str]]:
    """Why each of the other reports has no vote, and which report stands in its way, where one does."""
    return {
        left.statement.report: left.why if left.by is None else (left.why, left.by)
        for left in evaluation.selection.left_out
    }


def figures(evaluation: Evaluation) -> tuple[int, int, int]:
    found = evaluation.figures
    assert found is not None
    return found.people


_names = st.sampled_from([f"r{at}" for at in range(8)])
_relations = st.sampled_from(
    ("restates", "supersedes", "misquotes", "same_origin", "independent_of", "corroborates", "possibly_same_origin")
)
links = st.lists(
    st.builds(link, _relations, _names, _names).filter(lambda one: one.from_ != one.to),
    max_size=6,
    unique_by=lambda one: one.link,
)
"""Links among the reports of a history."""

_withdrawers: st.SearchStrategy[Withdrawer] = st.sampled_from(("origin", "publisher"))
_figures = st.one_of(
    st.fixed_dictionaries({"best": st.sampled_from((0, 7, 9000, 10000, 13000))}),
    st.fixed_dictionaries({"high": st.sampled_from((9000, 10000))}),
    st.fixed_dictionaries({"low": st.sampled_from((9000, 10000))}),
    st.fixed_dictionaries({"word": st.sampled_from(("several hundred", "a great many"))}),
    st.fixed_dictionaries({"low": st.integers(0, 9000), "high": st.integers(9001, 12000)}),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Development]:
    """Up to eight reports r0, r1, …, said from day 0 to day 40 by few origins, so that much is alike."""
    return [
        said(
            f"r{at}",
            origin := draw(st.sampled_from(("a", "b", "c", None))),
            on := draw(st.integers(0, 40)),
            via="herald" if origin is None else draw(st.sampled_from((None, "herald", "wire"))),
            grade=draw(st.sampled_from(("A1", "B1", "B2", "C3", "E5", "F6"))),
            occurred=draw(st.none() | st.integers(0, 40)),
            retracted=draw(st.none() | st.tuples(_withdrawers, st.integers(on, 45))),
            stance=draw(st.sampled_from(("asserted", "asserted", "asserted", "denied"))),
            **draw(_figures),
        )
        for at in range(draw(st.integers(0, 8)))
    ]
