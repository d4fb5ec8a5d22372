from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.movements import movements_of
from app.domain.selection import stands
from app.domain.wording import Figure, read_figure, variances
from tests.domain.building import ACTOR, body, day, development, link, links, said, view
from tests.domain.moving import all_of, flights, flow, found, moved, reasons, traffic

SEOUL = moved("seoul", "kr-nis", 9, occurred=(0, 5), best=1500)


def best_of(*reports: Development) -> float:
    (one,) = all_of(reports).found
    return one.best


def test_no_flows_are_no_movements() -> None:
    nothing = all_of([])
    assert (nothing.found, nothing.left_out) == ((), ())


def test_a_movement_is_what_its_first_report_says_of_days_and_ends() -> None:
    (one,) = all_of([moved("kyiv", "ua-hur", 8, occurred=(2, 7), best=2000), SEOUL]).found
    assert (one.from_, one.to, one.first_day, one.last_day) == ("kp", "ru", day(0), day(5))
    assert [member.report for member in one.members] == ["seoul", "kyiv"]
    assert one.movement is None


# -- which reports are of one movement -------------------------------------------------------------------------------


@pytest.mark.parametrize(("last", "movements"), [(5, 1), (8, 1), (9, 2)])
def test_what_ends_within_three_days_of_the_first_is_the_same_movement(last: int, movements: int) -> None:
    assert len(found([SEOUL, moved("kyiv", "ua-hur", 9, occurred=last, best=2000)])) == movements


def test_the_three_days_are_counted_from_the_first_and_not_from_the_last_that_joined() -> None:
    reports = [moved(name, name, on, best=on + 1) for name, on in (("a", 0), ("b", 3), ("c", 6))]
    assert found(reports) == [["a", "b"], ["c"]]


@pytest.mark.parametrize("way", [("kp", "ru-kursk"), (None, "ru"), ("outside", "ru")])
def test_another_way_is_another_movement(way: tuple[str | None, str]) -> None:
    assert found([SEOUL, moved("kyiv", "ua-hur", 10, occurred=5, way=way, best=2000)]) == [["seoul"], ["kyiv"]]


def test_a_second_movement_told_by_one_origin_opens_a_group() -> None:
    second = moved("second", "kr-nis", 9, occurred=(0, 6), best=1500)
    later = moved("kyiv", "ua-hur", 9, occurred=6, best=2000)
    assert found([SEOUL, second, later]) == [["seoul", "kyiv"], ["second"]]


def test_the_same_movement_told_again_by_its_origin_is_an_echo_and_another_figure_is_its_last_word() -> None:
    again = moved("t", "kr-nis", 10, occurred=(0, 5), best=1500)
    assert found([SEOUL, again]) == [["seoul"]]
    assert reasons([SEOUL, again]) == {"t": ("echo_of", "seoul")}
    revised = moved("t", "kr-nis", 10, occurred=(0, 5), best=1200)
    assert found([SEOUL, revised]) == [["t"]]
    assert reasons([SEOUL, revised]) == {"seoul": ("superseded", "t")}


def test_an_id_ties_reports_of_any_day_way_and_figure() -> None:
    first = moved("first", "a", 0, way=(None, "ru-kursk"), movement="wave", best=1000)
    other = moved("other", "b", 40, movement="wave", best=3000)
    (one,) = all_of([other, first]).found
    assert [member.report for member in one.members] == ["first", "other"]
    assert (one.from_, one.to, one.last_day, one.movement) == ("kp", "ru-kursk", day(0), "wave")


def test_an_id_holds_one_figure_of_each_origin_the_last() -> None:
    reports = [moved("first", "a", 0, movement="wave", best=1000), moved("more", "a", 9, movement="wave", best=3000)]
    (one,) = all_of(reports).found
    assert ([member.report for member in one.members], one.last_day) == (["more"], day(0))


def test_two_ids_are_two_movements_and_what_bears_none_joins_the_earlier() -> None:
    one, two = moved("one", "a", 0, movement="m1", best=1000), moved("two", "b", 1, movement="m2", best=1100)
    assert found([one, two, moved("plain", "c", 2, best=1200)]) == [["one", "plain"], ["two"]]


def test_what_bears_an_id_joins_what_bears_none() -> None:
    assert found([SEOUL, moved("two", "b", 6, movement="m2", best=1100)]) == [["seoul", "two"]]


def test_a_link_ties_like_an_id_and_links_run_on() -> None:
    reports = [moved(name, name, on, best=on + 1) for name, on in (("a", 0), ("b", 10), ("c", 20))]
    tie, other = link("same_movement", "c", "a"), link("same_movement", "b", "c")
    assert found(reports, tie) == [["a", "c"], ["b"]]
    assert found(reports, tie, other) == [["a", "b", "c"]]


def test_a_link_joins_two_ids() -> None:
    reports = [moved("a", "a", 0, movement="m1", best=1), moved("b", "b", 9, movement="m2", best=2)]
    (one,) = all_of(reports, link("same_movement", "a", "b")).found
    assert (len(one.members), one.movement) == (2, "m1")


def test_a_link_to_an_echo_ties_what_it_repeats() -> None:
    relay = moved("relay", "kr-nis", 10, via="herald", occurred=(0, 5), best=1500)
    far = moved("far", "us-dod", 30, best=1400)
    assert found([SEOUL, relay, far], link("same_movement", "relay", "far")) == [["seoul", "far"]]


def test_a_link_with_a_report_that_was_taken_back_ties_nothing() -> None:
    middle = moved("b", "b", 10, retracted=("publisher", 11), best=5)
    reports = [moved("a", "a", 0, best=1), middle, moved("c", "c", 20, best=9)]
    ties = [link("same_movement", "a", "b"), link("same_movement", "b", "c")]
    assert found(reports, *ties) == [["a"], ["c"]]


def test_of_linked_reports_with_several_flows_those_on_one_way_are_tied() -> None:
    there, back = moved("x", "a", 0, best=10), moved("y", "b", 9, way=("ru", "kp"), best=20)
    both = development(
        body(
            "two",
            quantities=(*there.body.quantities, *back.body.quantities),
            places=back.body.places,
            reported=day(9).isoformat(),
        )
    )
    # neither of two flows the other way is the one that is meant
    assert found([there, both], link("same_movement", "x", "two")) == [["x"], ["two"]]


# -- what counts ---------------------------------------------------------------------------------------------------


def test_a_relay_is_an_echo_as_it_is_among_votes() -> None:
    relay = moved("relay", "kr-nis", 3, via="herald", occurred=(0, 3), best=1500)
    assert found([relay, SEOUL]) == [["seoul"]]
    assert reasons([relay, SEOUL]) == {"relay": ("echo_of", "seoul")}


def test_a_restatement_is_an_echo_and_a_misquote_counts_nowhere() -> None:
    other = moved("us", "us-dod", 5, best=2000)
    assert reasons([SEOUL, other], link("restates", "us", "seoul")) == {"us": ("echo_of", "seoul")}
    assert reasons([SEOUL, other], link("misquotes", "us", "seoul")) == {"us": "misquoted"}


def test_a_newer_word_does_not_put_a_movement_away() -> None:
    later = moved("later", "kr-nis", 30, best=900)
    assert found([SEOUL, later], link("supersedes", "later", "seoul")) == [["seoul"], ["later"]]


def test_the_same_figure_of_two_origins_counts_for_both() -> None:
    assert found([SEOUL, moved("us", "us-dod", 10, occurred=5, best=1500)]) == [["seoul", "us"]]


def test_what_cannot_count_says_why() -> None:
    plan = moved("plan", "us-dod", 5, changes={"stance": "planned"}, best=2000)
    assert (found([SEOUL, plan]), reasons([SEOUL, plan])) == ([["seoul"]], {"plan": "planned"})


def test_an_origin_that_takes_its_word_back_takes_the_echoes_along_and_a_publisher_only_its_own() -> None:
    relay = moved("relay", "kr-nis", 10, via="herald", occurred=(0, 5), best=1500)
    by_origin = moved("seoul", "kr-nis", 9, occurred=(0, 5), retracted=("origin", 12), best=1500)
    by_publisher = moved("seoul", "kr-nis", 9, occurred=(0, 5), retracted=("publisher", 12), best=1500)
    assert (found([by_origin, relay]), found([by_publisher, relay])) == ([], [["relay"]])
    assert found([by_origin, relay], seen=view(11, 11)) == [["seoul"]]


def test_what_was_not_yet_reported_is_not_even_named() -> None:
    other = moved("us", "us-dod", 11, occurred=5, best=2000)
    assert found([SEOUL, other], seen=view(30, 10)) == [["seoul"]]
    assert reasons([SEOUL, other], seen=view(30, 10)) == {}
    assert found([SEOUL, other], seen=view(-30)) == [["seoul", "us"]]  # the day asked for cuts none


# -- how large it is -------------------------------------------------------------------------------------------------


def test_one_report_is_the_movement() -> None:
    assert best_of(SEOUL) == pytest.approx(1500)


def test_reports_are_pooled_by_their_errors_and_never_added_up() -> None:
    def r(best: int, error: float) -> float:
        both = variances(read_figure(Figure(best=best), 1, DEFAULT), error, 50)
        return sum(both) / 2

    weights = [(1500, 1 / r(1500, 0.2 * 0.95)), (2000, 1 / r(2000, 0.5 * 1.3))]
    pooled = sum(n * weight for n, weight in weights) / sum(weight for _, weight in weights)
    ungraded = moved("kyiv", "ua-hur", 6, grade="F6", best=2000)
    assert best_of(SEOUL, ungraded) == pytest.approx(pooled)
    assert 1500 < pooled < 1600  # the better graded has the greater part


def test_a_bound_has_the_mean_of_its_two_sides() -> None:
    # loose and tight change places between "up to" and "at least", so that their mean is one
    upper, lower = moved("u", "a", 5, high=2000), moved("l", "b", 5, low=2000)
    assert best_of(upper) < best_of(upper, lower) < best_of(lower)
    assert best_of(upper, lower) == pytest.approx(2000, rel=0.01)


def test_confirmed_counts_as_probable_until_two_origins_show_it() -> None:
    sure, other = moved("sure", "a", 5, grade="B1", best=1000), moved("b", "b", 5, best=2000)
    alone, shown = best_of(sure, other), all_of([sure, other], link("corroborates", "b", "sure")).found[0].best
    assert alone == pytest.approx(best_of(moved("sure", "a", 5, grade="B2", best=1000), other))
    assert shown < alone


def test_none_moved_is_a_movement_of_none() -> None:
    assert best_of(moved("none", "a", 5, best=0)) == 0


# -- laws ------------------------------------------------------------------------------------------------------------


movement_links = st.lists(
    st.builds(
        link,
        st.sampled_from(("same_movement", "restates", "misquotes", "supersedes")),
        *[st.sampled_from([f"r{at}" for at in range(8)])] * 2,
    ).filter(lambda tie: tie.from_ != tie.to),
    max_size=4,
)


@given(st.data(), flights(), movement_links | links)
def test_the_order_of_arrival_changes_no_bit(data: st.DataObject, reports: list[Development], ties: list[Link]) -> None:
    seen = data.draw(st.sampled_from((view(30), view(30, 6))))
    told = traffic(reports, ties)
    shuffled = traffic(data.draw(st.permutations(reports)), data.draw(st.permutations(ties)))
    first, second = movements_of(told, seen, DEFAULT), movements_of(shuffled, seen, DEFAULT)
    assert first.found == second.found
    left = [sorted((one.statement.report, one.why, one.by) for one in each.left_out) for each in (first, second)]
    assert left[0] == left[1]


@given(flights(), movement_links)
def test_each_flow_is_in_one_movement_or_says_why_not(reports: list[Development], ties: list[Link]) -> None:
    movements = all_of(reports, *ties)
    members = [one.report for each in movements.found for one in each.members]
    others = [left.statement.report for left in movements.left_out]
    assert sorted([*members, *others]) == [report.body.report for report in reports]
    assert all(stands(one, view(0)) for each in movements.found for one in each.members)


@given(flights())
def test_a_movement_has_one_word_of_each_origin_and_lies_among_them(reports: list[Development]) -> None:
    for each in all_of(reports).found:
        origins = [one.origin for one in each.members]
        counts = [one.figure.best or 0 for one in each.members]
        assert len(set(origins)) == len(origins) > 0
        assert min(counts) <= each.best * (1 + 1e-9)
        assert each.best <= max(counts) * (1 + 1e-9)
        assert each.first_day <= each.last_day


def test_a_stock_is_no_movement() -> None:
    assert found([said("stock", "kr-nis", 1, best=13000)]) == []
    assert (flow(SEOUL).key.actor, flow(SEOUL).vote_day) == (ACTOR, date(2024, 11, 6))
