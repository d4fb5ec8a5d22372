"""The registry of actors."""

from tests.asking import Asking


def test_actors_come_by_name_with_what_they_are_part_of(article: Asking) -> None:
    actors = article.items("/actors")
    assert len(actors) == 20
    names = [actor["actor"] for actor in actors]
    assert names == sorted(names)
    assert {
        "actor": "xi-army-corps",
        "name": "XI Army Corps",
        "kind": "unit",
        "part_of": "north-korean-forces",
    } in actors


def test_before_the_first_event_there_is_nobody(article: Asking) -> None:
    assert article.items("/actors", known_at="position:0") == []


def test_a_page_continues_behind_the_last_name(article: Asking) -> None:
    first = article.get("/actors", limit=19)
    rest = article.get("/actors", limit=19, cursor=first["next_cursor"])
    assert [len(first["items"]), len(rest["items"]), rest["has_more"]] == [19, 1, False]
