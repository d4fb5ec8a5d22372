"""What is answered beside the figures: rivals, envelope, independence, and the flags that warn."""

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.estimate import Estimate, estimate
from app.domain.family import Family
from app.domain.family import read as readings
from app.domain.nesting import Nesting
from app.domain.selection import EVERYTHING, View
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from tests.domain.building import ACTOR, START, case_of, day, link, said, statements
from tests.domain.moving import traffic


def read(
    *reports: Development,
    on: int = 1,
    links: tuple[Link, ...] = (),
    near: tuple[Development, ...] = (),
    measure: str = "personnel",
    kin: Merged | None = None,
) -> Estimate:
    case = case_of(reports, links, measure=measure, kin=kin)
    nearby: list[Statement] = [one for one in statements(near) if one.key != case.key]
    family = Family(
        subject=case.key.subject,
        running_total=case.running_total,
        cases={case.key.place: case},
        traffic=traffic([]),
        places=Nesting(),
    )
    then = View(day=day(on), reported=(day(on), EVERYTHING))
    return estimate(readings(family, then, DEFAULT, retrospect=True), case.key.place, nearby, DEFAULT)


def names(found: Estimate) -> list[str]:
    return [rival.report for rival in found.rivals]


def test_without_a_vote_there_is_no_figure_and_a_flag_says_so() -> None:
    found = read(said("R1", "kr-nis", stance="planned", best=10))
    assert found.figures is None
    assert found.flags == ("no_claims",)
    assert found.newest_vote is None
    assert (found.independence.min, found.independence.max) == (0, 0)


def test_the_envelope_spans_the_numbers_stated_and_leaves_comparisons_out() -> None:
    found = read(
        said("R1", "kr-nis", best=13000),
        said("R2", "us-dod", high=10000),
        said("R3", "gb-mod", high=20000, high_exclusive=True),
        said("R4", "wire", low=8000),
    )
    assert (found.envelope.low, found.envelope.high) == (8000, 20000)
    compared = read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", stance="denied", best=90000))
    assert (compared.envelope.low, compared.envelope.high) == (13000, 13000)


def test_an_upper_bound_alone_leaves_the_lower_end_of_the_envelope_unknown() -> None:
    found = read(said("R1", "us-dod", high=10000))
    assert (found.envelope.low, found.envelope.high) == (None, 10000)


def test_a_vague_word_here_or_within_makes_it_at_least_one() -> None:
    here = read(said("R1", "us-dod", word="a small number"))
    assert (here.envelope.low, here.envelope.high) == (1, None)
    assert here.flags == ("from_words",)
    within = read(near=(said("R1", "us-dod", at="kursk", word="dozens"),))
    assert (within.envelope.low, within.figures) == (1, None)


def test_a_word_that_is_denied_makes_nobody_present() -> None:
    assert read(near=(said("R1", "us-dod", at="kursk", stance="denied", word="dozens"),)).envelope.low is None


def test_rivals_are_votes_first_then_what_is_said_nearby() -> None:
    found = read(
        said("R1", "kr-nis", best=13000),
        said("R2", "us-dod", 1, best=8000),
        near=(said("R3", "hur", at="kursk", best=3000),),
    )
    assert names(found) == ["R2", "R1", "R3"]
    assert [rival.place for rival in found.rivals] == ["ru", "ru", "kursk"]


def test_a_denial_is_a_rival_without_a_vote() -> None:
    found = read(said("R1", "kr-nis", best=13000), said("R2", "moscow", stance="denied", best=13000))
    (denial,) = [rival for rival in found.rivals if rival.report == "R2"]
    assert (denial.why, denial.stance) == ("denied", "denied")
    assert len(found.evaluation.selection.votes) == 1


def test_only_the_last_word_of_an_origin_is_a_rival() -> None:
    found = read(said("R1", "kr-nis", best=13000), said("R2", "kr-nis", 1, best=10900))
    assert names(found) == ["R2"]


def test_what_is_reported_later_is_no_rival_yet() -> None:
    found = read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", 5, stance="denied", best=1), on=1)
    assert names(found) == ["R1"]


def test_numbers_that_exclude_each_other_are_contested() -> None:
    assert "contested" in read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", high=12000)).flags
    assert "contested" not in read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", high=13400)).flags


def test_a_point_reaches_as_far_as_it_is_rounded() -> None:
    near = read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", high=12600))
    assert "contested" not in near.flags


def test_none_seen_excludes_any_number_of_people() -> None:
    assert "contested" in read(said("R1", "kr-nis", best=400), said("R2", "us-dod", best=0)).flags


def test_an_exclusive_bound_is_not_reached() -> None:
    reached = read(said("R1", "kr-nis", low=12000, high=12000), said("R2", "us-dod", high=12000))
    assert "contested" not in reached.flags
    short = read(said("R1", "kr-nis", low=12000, high=12000), said("R2", "us-dod", high=12000, high_exclusive=True))
    assert "contested" in short.flags


def test_a_link_between_two_reports_of_the_answer_makes_it_contested() -> None:
    both = (said("R1", "kr-nis", best=10000), said("R2", "us-dod", best=9500))
    assert "contested" not in read(*both).flags
    assert "contested" in read(*both, links=(link("rival_of", "R1", "R2"),)).flags
    assert "contested" not in read(*both, links=(link("corroborates", "R1", "R2"),)).flags


def test_an_old_vote_is_stale_after_thirty_days() -> None:
    assert "stale" not in read(said("R1", "kr-nis", best=10), on=30).flags
    assert "stale" in read(said("R1", "kr-nis", best=10), on=31).flags


def test_the_newest_vote_is_one_that_counts() -> None:
    repeated = read(said("R1", "kr-nis", best=13000), said("R2", "us-dod", 6, best=13000), on=31)
    assert [one.report for one, _ in repeated.evaluation.selection.votes] == ["R1"]
    assert repeated.newest_vote == day(0)
    assert "stale" in repeated.flags


def test_a_running_total_that_is_lower_than_before_falls() -> None:
    high, low = said("R1", "kr-nis", measure="killed", best=1000), said("R2", "hur", 5, measure="killed", best=300)
    assert "falls" in read(high, low, on=5, measure="killed").flags
    rising = said("R2", "hur", 5, measure="killed", best=1300)
    assert "falls" not in read(high, rising, on=5, measure="killed").flags
    assert "falls" not in read(said("R1", "kr-nis", best=1000), said("R2", "hur", 5, best=300), on=5).flags


def test_a_running_total_of_the_first_of_all_days_has_nothing_to_fall_from() -> None:
    first = 1 - START.toordinal()
    found = read(said("R1", "kr-nis", first, measure="killed", best=1000), on=first, measure="killed")
    assert found.figures is not None
    assert "falls" not in found.flags


def test_origins_that_may_overlap_are_fewer_at_least_than_at_most() -> None:
    votes = (said("R1", "us-off", best=10000), said("R2", "w-off", best=8000), said("R3", "kr-nis", best=13000))
    apart, tied = read(*votes), read(*votes, kin=Merged([("us-off", "w-off")]))
    assert (apart.independence.min, apart.independence.max) == (3, 3)
    assert (tied.independence.min, tied.independence.max) == (2, 3)


def test_the_key_is_the_one_asked_for() -> None:
    assert read().key == Key(measure="personnel", actor=ACTOR, place="ru")
