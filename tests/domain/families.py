"""Short ways to read all places of a measure and an actor together. Every step is the product's own."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.events import PlaceDefined
from app.domain.family import Family, Readings, read
from app.domain.flows import flows_in
from app.domain.nesting import Nesting, nesting_of
from app.domain.panel import Evaluation
from app.domain.selection import Case
from app.domain.sources import Merged
from app.domain.statements import Statement, Subject
from app.domain.streams import Traffic
from tests.domain.building import ACTOR, MEASURES, Withdrawer, case_of, said, statements, view
from tests.domain.moving import moved

COUNTRY: Mapping[str, str | None] = {"ru": None, "ru-kursk": "ru", "ru-east": "ru", "vladivostok": "ru-east"}
"""A small tree: a country with two parts, one of which has a part of its own. What is not in it lies in nothing."""

Within = Mapping[str, tuple[str, ...]]

_KIN = Merged()  # is compared by what it is and not by what is in it


def nesting(parts: Mapping[str, str | None] = COUNTRY, within: Within | None = None) -> Nesting:
    within = within or {}
    return nesting_of(
        {
            name: PlaceDefined(place=name, name=name, kind="area", part_of=parts.get(name), within=within.get(name, ()))
            for name in sorted({*parts, *within})
        }
    )


NESTING = nesting()


def family_of(
    reports: Sequence[Development],
    links: Sequence[Link] = (),
    *,
    measure: str = "personnel",
    places: Nesting = NESTING,
) -> Family:
    """Everything that these reports say of one measure, place by place."""
    subject, counted = Subject(measure=measure, actor=ACTOR), MEASURES[measure]
    own = [one for one in statements(reports) if one.key.subject == subject and one.key.countable]
    return Family(
        subject=subject,
        running_total=counted.nature == "cumulative",
        cases={place: _case(reports, links, measure, place) for place in sorted({one.key.place for one in own})},
        traffic=_traffic(reports, own, links, counted.class_),
        places=places,
    )


def _case(reports: Sequence[Development], links: Sequence[Link], measure: str, at: str) -> Case:
    """With the links of its own reports alone, as the ledger's rows give it."""
    found = case_of(reports, measure=measure, at=at, kin=_KIN)
    naming = _naming(links, found.statements)
    return msgspec.structs.replace(found, links=tuple(naming), linked=_ends(reports, naming))


def _traffic(
    reports: Sequence[Development], own: Sequence[Statement], links: Sequence[Link], measure_class: str
) -> Traffic:
    flows = flows_in(own)
    naming = _naming(links, flows)
    return Traffic(
        flows=flows,
        linked=_ends(reports, naming),
        links=tuple(naming),
        kin=_KIN,
        measure_class=measure_class,
    )


def _naming(links: Iterable[Link], among: Iterable[Statement]) -> list[Link]:
    named = {one.report for one in among}
    return [tie for tie in links if named & {tie.from_, tie.to}]


def _ends(reports: Sequence[Development], links: Iterable[Link]) -> dict[str, tuple[Statement, ...]]:
    every = statements(reports)
    return {
        report: tuple(one for one in every if one.report == report) for tie in links for report in (tie.from_, tie.to)
    }


def keeping(before: Family, after: Family) -> Family:
    """`after` with the very objects of `before` where nothing is new, as they are kept while events come in."""
    cases = {
        place: known if (known := before.cases.get(place)) == case else case for place, case in after.cases.items()
    }
    return msgspec.structs.replace(after, cases={place: case for place, case in cases.items() if case is not None})


def read_all(
    reports: Sequence[Development],
    on: int,
    *links: Link,
    reported_by: int | None = None,
    retrospect: bool = False,
    asked: Iterable[str] = (),
    measure: str = "personnel",
    places: Nesting = NESTING,
) -> Readings:
    family = family_of(reports, links, measure=measure, places=places)
    return read(family, view(on, reported_by), DEFAULT, retrospect=retrospect, asked=asked)


def people(found: Evaluation) -> tuple[int, int | None, int | None]:
    assert found.figures is not None
    return found.figures.low, found.figures.best, found.figures.high


PLACES = ("ru", "ru-kursk", "ru-east", "vladivostok", "outskirts")
ENDS = (*PLACES, "kp", "outside", None)

_withdrawers: st.SearchStrategy[Withdrawer] = st.sampled_from(("origin", "publisher"))
_figures = st.one_of(
    st.fixed_dictionaries({"best": st.sampled_from((0, 7, 3000, 10000, 13000))}),
    st.fixed_dictionaries({"high": st.sampled_from((3000, 10000))}),
    st.fixed_dictionaries({"low": st.sampled_from((3000, 10000))}),
    st.fixed_dictionaries({"low": st.integers(0, 9000), "high": st.integers(9001, 12000)}),
    st.fixed_dictionaries({"word": st.just("several hundred")}),
)


@st.composite
def stocks(draw: st.DrawFn, report: str) -> Development:
    """A count of those at one of the places, said from day 0 to day 20."""
    on = draw(st.integers(0, 20))
    return said(
        report,
        draw(st.sampled_from("abc")),
        on,
        via=draw(st.sampled_from((None, None, "herald"))),
        at=draw(st.sampled_from(PLACES)),
        grade=draw(st.sampled_from(("A1", "B2", "C3", "F6"))),
        occurred=draw(st.none() | st.integers(0, on)),
        retracted=draw(st.none() | st.none() | st.tuples(_withdrawers, st.integers(on, 25))),
        **draw(_figures),
    )


@st.composite
def flights(draw: st.DrawFn, report: str) -> Development:
    """A movement from one place to another, or from or to nobody knows where."""
    on = draw(st.integers(0, 20))
    first = draw(st.integers(0, on))
    return moved(
        report,
        draw(st.sampled_from("abc")),
        on,
        way=draw(st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)).filter(lambda way: way[0] != way[1])),
        occurred=draw(st.sampled_from((None, (first, on)))),
        best=draw(st.sampled_from((500, 2000, 40000))),
    )


def reports_called(report: str) -> st.SearchStrategy[Development]:
    return st.one_of(stocks(report), stocks(report), flights(report))


@st.composite
def histories(draw: st.DrawFn) -> list[Development]:
    """Up to eight reports r0, r1, … of stocks and movements in a small tree, by few origins."""
    return [draw(reports_called(f"r{at}")) for at in range(draw(st.integers(0, 8)))]


nestings = st.builds(
    nesting,
    st.fixed_dictionaries(
        {
            "ru": st.none(),
            "ru-kursk": st.sampled_from((None, "ru")),
            "ru-east": st.sampled_from((None, "ru", "ru-kursk")),
            "vladivostok": st.sampled_from((None, "ru", "ru-east")),
        }
    ),
    st.fixed_dictionaries({"outskirts": st.sampled_from(((), ("ru",), ("ru-kursk", "ru-east")))}),
)
"""Trees of the same places, and a region that at most lies within some of them."""
