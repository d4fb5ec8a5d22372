import math

import pytest

from app.domain.hierarchy import reasons
from app.domain.panel import Evaluation, Figures
from tests.domain.building import said
from tests.domain.families import nesting, people, read_all
from tests.domain.moving import moved

EAST = said("east", "officials", 0, at="ru-east", high=10000)
FEW = said("few", "officials", 0, grade="B3", at="ua", word="a small number")
SEOUL = said("seoul", "kr-nis", 1, best=13000)
RELAY = said("relay", "kr-nis", 2, via="herald", grade="C3", best=13000)
US = said("us", "us-dod", 3, best=10000)
IN_KURSK = said("in-kursk", "us-dod", 4, at="ru-kursk", best=8000)
TROOPS = [EAST, FEW, SEOUL, RELAY, US, IN_KURSK]


def near(*figures: float) -> object:
    """Equal to within the half of the last of three digits."""
    return pytest.approx(figures, rel=0.005)


def figures(found: Evaluation) -> Figures:
    assert found.figures is not None
    return found.figures


# -- the worked figures --------------------------------------------------------------------------------------------


def test_troops_in_two_parts_of_a_country_that_was_said_to_hold_fewer() -> None:
    found = read_all(TROOPS, 4)
    assert people(found.at("ru")) == near(7880, 13700, 23700)
    assert people(found.at("ru-east")) == near(2870, 6250, 19300)
    assert people(found.at("ru-kursk")) == near(4400, 7430, 13500)
    tree = found.at("ru").tree
    assert tree is not None
    (overlap,) = reasons(tree, "ru")
    assert round(overlap.people) == 5845


def test_each_place_that_an_overlap_moved_has_a_line_that_tells_of_it() -> None:
    found = read_all(TROOPS, 4)
    for place in ("ru", "ru-east", "ru-kursk"):
        (line,) = found.at(place).beside
        assert (line.kind, line.detail) == ("places", "overlap of 5,845 between ru and ru-east, ru-kursk")
    assert found.at("ua").beside == ()


def test_what_is_said_of_one_country_leaves_another_as_it_is() -> None:
    assert read_all(TROOPS, 4).at("ua") == read_all([FEW], 4).at("ua")


@pytest.mark.parametrize(
    ("day", "place", "expected"),
    [
        (1, "ru", (7730, 13000, 21800)),
        (1, "ru-east", (4680, 9050, 17400)),
        (3, "ru", (6720, 11200, 18700)),
    ],
)
def test_before_anything_overlaps_a_place_is_what_was_said_of_it(
    day: int, place: str, expected: tuple[int, ...]
) -> None:
    found = read_all(TROOPS, day).at(place)
    assert people(found) == near(*expected)
    assert found.beside == ()


def test_an_outlet_that_relays_changes_nothing_anywhere_on_the_same_day() -> None:
    told, untold = (read_all(reports, 2) for reports in (TROOPS, [one for one in TROOPS if one is not RELAY]))
    assert {place: (found.panel, found.figures, found.lines) for place, found in told.final.items()} == {
        place: (found.panel, found.figures, found.lines) for place, found in untold.final.items()
    }


# -- movements -----------------------------------------------------------------------------------------------------

COUNTED = said("counted", "kr-nis", 0, best=10000)


def test_a_vote_is_carried_by_what_came_since_and_grows_less_sure() -> None:
    found = read_all([COUNTED, moved("more", "us-dod", 3, best=2000)], 4).at("ru")
    assert people(found)[1] == 12000
    assert found.panel is not None
    error, grain = 0.2 * 0.95, 1000 / (math.sqrt(12) * 10000)
    as_said = (10000 / 10050) ** 2 * (error**2 + grain**2) + (50 / 10050) ** 2
    assert found.panel.shares[0].r == pytest.approx(as_said + (0.35 * 2000) ** 2 / 12050**2)
    assert {line.kind for line in found.lines} == {"claim", "movement", "shared error"}


@pytest.mark.parametrize(("on", "best"), [(2, 10000), (3, 12000), (40, 12000)])
def test_a_movement_counts_from_its_day_on(on: int, best: int) -> None:
    assert people(read_all([COUNTED, moved("more", "us-dod", 3, best=2000)], on).at("ru"))[1] == best


def test_a_count_of_the_day_of_a_movement_already_contains_it() -> None:
    later = said("counted", "kr-nis", 3, best=10000)
    assert people(read_all([later, moved("more", "us-dod", 3, best=2000)], 9).at("ru"))[1] == 10000


def test_a_movement_larger_than_what_was_there_leaves_nobody() -> None:
    found = read_all([COUNTED, moved("gone", "us-dod", 3, way=("ru", "outside"), best=40000)], 4).at("ru")
    assert people(found)[:2] == (0, 0)
    assert (figures(found).high or 0) > 0


def test_in_retrospect_what_came_between_is_taken_back_from_the_later_word() -> None:
    reports = [said("later", "kr-nis", 10, best=13000), moved("more", "us-dod", 8, best=2000)]
    bests = [people(read_all(reports, on, retrospect=True).at("ru"))[1] for on in (5, 7, 8, 10)]
    assert bests == [11000, 11000, 13000, 13000]
    assert read_all(reports, 5, asked=["ru"]).at("ru").figures is None


def test_in_retrospect_ten_thousand_before_and_thirteen_after_are_eleven_between() -> None:
    reports = [said("before", "a", 0, best=10000), said("after", "b", 10, best=13000)]
    assert people(read_all(reports, 4, retrospect=True).at("ru")) == near(6050, 11200, 20600)


def test_in_retrospect_both_sides_speak_of_the_same_day() -> None:
    reports = [COUNTED, moved("more", "us-dod", 5, best=2000), said("later", "kr-nis", 10, best=12000)]
    for on, best in ((4, 10000), (5, 12000), (6, 12000)):
        found = read_all(reports, on, retrospect=True).at("ru")
        assert people(found)[1] == best
        assert found.panel is not None
        assert found.panel.two_sides == pytest.approx(0)


@pytest.mark.parametrize(
    ("way", "changes"),
    [
        (("outside", "ru-kursk"), (2000, 2000, 0)),
        (("ru-east", "ru-kursk"), (0, 2000, -2000)),
        (("ru-kursk", "ua"), (-2000, -2000, 0)),
        ((None, "ru-kursk"), (0, 2000, 0)),
        (("ru-east", None), (0, 0, -2000)),
        (("vladivostok", "ru-east"), (0, 0, 0)),
        (("outskirts", "ru-kursk"), (0, 2000, 0)),
    ],
)
def test_a_movement_changes_both_its_ends_and_what_only_one_of_them_lies_in(
    way: tuple[str | None, str | None], changes: tuple[int, ...]
) -> None:
    places = nesting(within={"outskirts": ("ru",)})
    bests = {"ru": 50000, "ru-kursk": 9000, "ru-east": 8000}
    counts = [said(place, "kr-nis", 0, at=place, best=best) for place, best in bests.items()]
    found = read_all([*counts, moved("way", "us-dod", 1, way=way, best=2000)], 2, places=places)
    assert [people(found.at(place))[1] for place in bests] == [
        best + change for best, change in zip(bests.values(), changes, strict=True)
    ]


def test_what_moved_has_no_vote_where_it_is_and_says_what_became_of_it() -> None:
    way = ("outside", "ru-kursk")
    flows = [
        moved("first", "kr-nis", 1, way=way, best=2000),
        moved("relay", "kr-nis", 1, via="herald", way=way, best=2000),
        moved("again", "us-dod", 1, way=way, best=3000),
        moved("last", "us-dod", 1, way=way, best=4000),
    ]
    found = read_all(flows, 2)
    told = {left.statement.report: (left.why, left.by) for left in found.left_out("unplaced")}
    assert told == {
        "first": ("movement", None),
        "relay": ("echo_of", "first"),
        "again": ("superseded", "last"),
        "last": ("movement", None),
    }


# -- places without votes ------------------------------------------------------------------------------------------


def test_a_place_that_nobody_spoke_of_has_nothing_of_its_own() -> None:
    found = read_all([FEW], 4, asked=["ru"]).at("ru")
    assert (found.panel, found.figures, found.beside, found.flags) == (None, None, (), ())
    with pytest.raises(KeyError):
        read_all([FEW], 4).at("ru")


def test_a_part_without_votes_is_at_most_what_its_siblings_leave() -> None:
    found = read_all([SEOUL, said("kursk", "us-dod", 1, at="ru-kursk", best=8000)], 1, asked=["ru-east", "vladivostok"])
    left = (figures(found.at("ru")).high or 0) - figures(found.at("ru-kursk")).low
    for place in ("ru-east", "vladivostok"):
        low, best, high = people(found.at(place))
        assert (low, best) == (0, None)
        assert high == pytest.approx(left, abs=1)
        assert found.at(place).panel is None


def test_a_whole_without_votes_is_the_sum_of_its_parts() -> None:
    kursk, port = said("kursk", "kr-nis", 0, at="ru-kursk", best=8000), said("port", "a", 0, at="vladivostok", best=900)
    found = read_all([kursk, port], 0, asked=["ru", "ru-east"])
    assert people(found.at("ru"))[1] == 8900
    assert people(found.at("ru-east")) == people(found.at("vladivostok"))
    assert found.at("ru").flags == ("from_parts",)
    assert found.at("ru").panel is None
    (line,) = found.at("ru").beside
    assert (line.low, line.best, line.high) == figures(found.at("ru")).units


def test_movements_carry_the_parts_of_which_a_whole_is_the_sum() -> None:
    kursk = said("kursk", "kr-nis", 0, at="ru-kursk", best=8000)
    found = read_all([kursk, moved("more", "a", 1, way=("outside", "ru-kursk"), best=2000)], 1, asked=["ru"])
    assert people(found.at("ru"))[1] == 10000


def test_where_nobody_voted_and_no_tree_speaks_what_came_is_the_least_and_there_is_no_most() -> None:
    came = moved("came", "kr-nis", 1, way=("outside", "outskirts"), best=2000)
    found = read_all([came], 4, asked=["outskirts"]).at("outskirts")
    assert people(found) == (2000, None, None)
    assert [line.kind for line in found.lines] == ["net arrivals"]
    assert found.lines[0].low == figures(found).low_u
    left = moved("left", "kr-nis", 3, way=("outskirts", "outside"), best=500)
    assert people(read_all([came, left], 4, asked=["outskirts"]).at("outskirts")) == (1500, None, None)
    all_left = moved("left", "kr-nis", 3, way=("outskirts", "outside"), best=2000)
    assert read_all([came, all_left], 4, asked=["outskirts"]).at("outskirts").figures is None


def test_what_came_is_the_least_within_the_most_that_the_tree_leaves() -> None:
    came = moved("came", "kr-nis", 1, way=("outside", "ru-kursk"), best=2000)
    bound = read_all([COUNTED], 4, asked=["ru-kursk"]).at("ru-kursk")
    found = read_all([said("later", "a", 1, best=10000), came], 4, asked=["ru-kursk"]).at("ru-kursk")
    low, best, high = people(found)
    assert (low, best) == (2000, None)
    assert (high or 0) > 10000
    assert [line.kind for line in found.beside] == ["places", "net arrivals"]
    assert people(bound)[0] == 0


def test_where_more_came_than_the_tree_leaves_nobody_knows_how_many_stayed() -> None:
    came = moved("came", "kr-nis", 1, way=("outside", "ru-kursk"), best=90000)
    found = read_all([said("later", "a", 1, best=10000), came], 4, asked=["ru-kursk"]).at("ru-kursk")
    assert people(found)[:2] == (0, None)
    assert [line.kind for line in found.beside] == ["places"]


def test_what_came_adds_nothing_where_there_is_a_sum_of_parts() -> None:
    reports = [said("kursk", "a", 1, at="ru-kursk", best=100), moved("came", "b", 1, way=("outside", "ru"), best=9000)]
    found = read_all(reports, 1, asked=["ru"]).at("ru")
    assert people(found)[1] == 100
    assert [line.kind for line in found.beside] == ["places"]


# -- the tree ------------------------------------------------------------------------------------------------------


def test_a_place_that_only_lies_within_another_adds_nothing_to_it_and_is_bounded_by_nothing() -> None:
    places = nesting(within={"outskirts": ("ru",)})
    beside = said("beside", "us-dod", 1, at="outskirts", best=40000)
    found = read_all([SEOUL, beside], 1, places=places)
    alone = read_all([SEOUL], 1, places=places)
    assert found.at("ru") == alone.at("ru")
    assert people(found.at("outskirts"))[1] == 40000
    assert read_all([SEOUL], 1, places=places, asked=["outskirts"]).at("outskirts").figures is None
    assert read_all([beside], 1, places=places, asked=["ru"]).at("ru").figures is None


def test_places_of_a_circle_are_read_each_for_itself() -> None:
    circle = nesting({"ru": "ru-east", "ru-east": "ru", "ru-kursk": "ru"})
    east, kursk = said("east", "b", 1, at="ru-east", best=40000), said("kursk", "c", 1, at="ru-kursk", best=20000)
    found = read_all([SEOUL, east, kursk], 1, places=circle)
    assert people(found.at("ru-east"))[1] == 40000
    assert found.at("ru-east").beside == ()
    overlap = found.at("ru").beside
    assert [line.kind for line in overlap] == ["places"]  # what hangs on the circle still is a part


def test_parts_beyond_their_whole_leave_a_part_of_nobody_at_nobody() -> None:
    nobody = said("nobody", "a", 1, at="ru-east", best=0)
    found = read_all([said("whole", "b", 1, best=100), nobody, said("kursk", "c", 1, at="ru-kursk", best=400)], 1)
    assert people(found.at("ru-east"))[1] == 0
    assert people(found.at("ru"))[1] == people(found.at("ru-kursk"))[1]


def test_a_stale_part_gives_way_to_a_fresh_whole() -> None:
    stale, fresh = said("stale", "a", 0, at="ru-kursk", best=3000), said("fresh", "b", 60, best=1000)
    found = read_all([stale, fresh], 60)
    assert people(found.at("ru"))[1] == pytest.approx(1000, rel=0.01)
    assert people(found.at("ru-kursk"))[1] == pytest.approx(1000, rel=0.01)
