"""The registry of actors."""

from tests.seeded import ARTICLE, Ask, load_seeds, serve_seeds  # noqa: F401 -- the last two: fixtures


def test_actors_come_by_name_with_what_they_are_part_of(ask: Ask) -> None:
    actors = ask(f"{ARTICLE}/actors")["items"]
    assert len(actors) == 20
    names = [actor["actor"] for actor in actors]
    assert names == sorted(names)
    assert {
        "actor": "xi-army-corps",
        "name": "XI Army Corps",
        "kind": "unit",
        "part_of": "north-korean-forces",
    } in actors


def test_before_the_first_event_there_is_nobody(ask: Ask) -> None:
    assert ask(f"{ARTICLE}/actors", known_at="position:0")["items"] == []


def test_a_page_continues_behind_the_last_name(ask: Ask) -> None:
    first = ask(f"{ARTICLE}/actors", limit=19)
    rest = ask(f"{ARTICLE}/actors", limit=19, cursor=first["next_cursor"])
    assert [len(first["items"]), len(rest["items"]), rest["has_more"]] == [19, 1, False]
