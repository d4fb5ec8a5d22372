"""Streams: what was said of movements between two ends, and what is taken over from an earlier reading."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.flows import flows_in
from app.domain.movements import movements_of
from app.domain.nets import moved_of
from app.domain.statements import statements_of
from app.domain.streams import Traffic, streams_of
from tests.domain.building import link, links, view
from tests.domain.moving import KINDS, PARTS, flights, moved, traffic

ties = st.lists(
    st.builds(
        link,
        st.sampled_from(("same_movement", "restates", "misquotes", "supersedes", "corroborates", "same_origin")),
        *[st.sampled_from([f"r{at}" for at in range(8)])] * 2,
    ).filter(lambda tie: tie.from_ != tie.to),
    max_size=4,
    unique_by=lambda tie: tie.link,
)
PLACES = sorted({*PARTS, *PARTS.values(), "outside"})
TOLD = [
    moved("a", "kr-nis", 1, best=1500, way=("kp", "ru")),
    moved("b", "ua-hur", 2, best=2000, way=("kp", "ru")),
    moved("c", "us-dod", 3, best=900, way=("ru-east", "ru-kursk")),
]


def grown(before: Traffic, reports: Sequence[Development], links: Sequence[Link]) -> Traffic:
    """The traffic of more reports and links, with the very same objects where they are equal, as a book keeps them."""
    after = traffic(reports, links)
    flows = {flow: flow for flow in before.flows}
    ties = {tie: tie for tie in before.links}
    said = {report: own for report, own in before.linked.items() if after.linked.get(report) == own}
    return Traffic(
        flows=tuple(flows.get(flow, flow) for flow in after.flows),
        linked={**after.linked, **said},
        links=tuple(ties.get(tie, tie) for tie in after.links),
        kin=before.kin,
        measure_class=before.measure_class,
    )


def test_a_stream_has_what_was_said_between_two_ends_in_order() -> None:
    streams = streams_of(traffic(TOLD[::-1]))
    assert {ends: [flow.report for flow in one.statements] for ends, one in streams.by_ends.items()} == {
        ("kp", "ru"): ["a", "b"],
        ("ru-east", "ru-kursk"): ["c"],
    }


def test_a_link_belongs_to_the_streams_whose_reports_it_names() -> None:
    tie = link("restates", "b", "a")
    streams = streams_of(traffic(TOLD, [tie]))
    assert streams.by_ends["kp", "ru"].links == (tie,)
    assert streams.by_ends["kp", "ru"].linked.keys() == {"a", "b"}
    assert streams.by_ends["ru-east", "ru-kursk"].links == ()


def test_a_link_between_reports_that_links_name_belongs_to_them_too() -> None:
    more = [*TOLD, moved("d", "x", 4, best=900, way=("kp", "ru-east"))]
    told = [link("corroborates", "c", "a"), link("corroborates", "c", "d"), link("restates", "a", "d")]
    assert streams_of(traffic(more, told)).by_ends["ru-east", "ru-kursk"].links == tuple(told)


def test_only_an_id_or_a_link_ties_a_stream_to_others() -> None:
    named = moved("n", "x", 5, best=7, way=("kp", "vladivostok"), movement="m1")
    streams = streams_of(traffic([*TOLD, named], [link("same_movement", "a", "c"), link("restates", "b", "a")]))
    assert {ends: one.tied for ends, one in streams.by_ends.items()} == {
        ("kp", "ru"): True,
        ("ru-east", "ru-kursk"): True,
        ("kp", "vladivostok"): True,
    }
    assert not streams_of(traffic(TOLD, [link("restates", "b", "a")])).by_ends["kp", "ru"].tied


def test_a_stream_in_which_nothing_changed_is_not_sifted_again() -> None:
    before = traffic(TOLD[:2])
    first = movements_of(before, view(30), DEFAULT)
    second = movements_of(grown(before, TOLD, ()), view(40), DEFAULT, like=first)
    assert second.memory.of.streams.by_ends["kp", "ru"] is first.memory.of.streams.by_ends["kp", "ru"]
    assert second.memory.of.sifted["kp", "ru"] is first.memory.of.sifted["kp", "ru"]
    assert second.found[0] is first.found[0]


def test_a_stream_is_sifted_again_when_a_linked_report_says_something_else() -> None:
    tie = link("supersedes", "x", "a")
    silent = traffic(TOLD[:2], [tie])
    first = movements_of(silent, view(30), DEFAULT)
    newer = moved("x", "kr-nis", 8, best=1, way=("kp", "outside"))
    said = {"x": tuple(statements_of(newer, KINDS, DEFAULT))}
    spoken = Traffic(
        flows=silent.flows,
        linked={**silent.linked, **said},
        links=silent.links,
        kin=silent.kin,
        measure_class="presence",
    )
    assert flows_in(said["x"])
    assert movements_of(spoken, view(30), DEFAULT, like=first) == movements_of(spoken, view(30), DEFAULT)


@given(st.data(), flights(), ties | links)
def test_what_is_taken_over_is_what_would_be_found_anew(
    data: st.DataObject, reports: list[Development], ties: list[Link]
) -> None:
    before = traffic(
        [one for one in reports if data.draw(st.booleans())], [tie for tie in ties if data.draw(st.booleans())]
    )
    seen = data.draw(st.sampled_from((view(30), view(30, 6))))
    like = moved_of(movements_of(before, data.draw(st.sampled_from((seen, view(12)))), DEFAULT), PARTS)
    for place in data.draw(st.sets(st.sampled_from(PLACES))):
        like.touching(place)
    after = grown(before, reports, ties)
    anew = moved_of(movements_of(after, seen, DEFAULT), PARTS)
    found = moved_of(movements_of(after, seen, DEFAULT, like=like.movements), PARTS, like=like)
    assert list(streams_of(after, like=streams_of(before)).by_ends.items()) == list(streams_of(after).by_ends.items())
    assert found.movements.found == anew.movements.found
    assert found.movements.left_out == anew.movements.left_out
    assert {place: found.touching(place) for place in PLACES} == {place: anew.touching(place) for place in PLACES}
