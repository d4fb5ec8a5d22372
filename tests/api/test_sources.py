"""The registry of sources, and one source with its record."""

from tests.asking import Asking

LINKED = 106
"""The position at which kr-nis and kr-jcs are said to overlap."""


def test_all_sources_come_by_name_page_by_page(russia: Asking) -> None:
    whole = russia.get("/sources", limit=1000)
    first = russia.get("/sources", limit=60)
    rest = russia.get("/sources", limit=60, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == whole["items"]
    assert (len(whole["items"]), rest["has_more"]) == (103, False)
    names = [source["source"] for source in whole["items"]]
    assert names == sorted(names)


def test_a_source_that_nobody_graded_has_no_grade(article: Asking) -> None:
    assert {source["grade"] for source in article.items("/sources")} == {None}
    assert article.get("/sources/w-intel")["grades"] == []


def test_grades_are_listed_with_the_position_from_which_they_held(russia: Asking) -> None:
    now = russia.get("/sources/ua-hur")
    assert len(now["grades"]) == 2
    assert now["grade"] == now["grades"][-1]["reliability"]
    regraded = now["grades"][-1]["position"]
    before = russia.get("/sources/ua-hur", known_at=f"position:{regraded - 1}")
    assert before["grades"] == now["grades"][:1]
    assert before["grade"] == now["grades"][0]["reliability"]


def test_a_list_has_the_grade_of_its_own_position(russia: Asking) -> None:
    for times, expected in (({"known_at": "position:107"}, None), ({"known_at": "position:108"}, "B"), ({}, "B")):
        listed = russia.items("/sources", limit=1000, **times)
        assert [source["grade"] for source in listed if source["source"] == "kr-nis"] == [expected]


def test_a_source_is_shown_with_what_it_had_a_part_in(russia: Asking) -> None:
    reports = russia.items("/developments", limit=1000, source="kbs")
    kbs = russia.get("/sources/kbs")
    assert kbs["reports"]["corrected"] == 1
    assert sum(kbs["reports"].values()) == len(reports)
    assert kbs["documents"] > 0
    assert russia.get("/sources/ua-otg-kharkiv")["reports"] == {"standing": 1, "corrected": 0, "retracted": 1}


def test_the_record_is_that_of_its_position(article: Asking, russia: Asking) -> None:
    then = russia.get("/sources/ua-otg-kharkiv", known_at="position:395")
    assert then["reports"] == {"standing": 2, "corrected": 0, "retracted": 0}
    assert article.get("/sources/pub", known_at="position:12")["documents"] == 0
    assert article.get("/sources/pub")["documents"] == 1


def test_links_and_kin_are_those_of_its_position(russia: Asking) -> None:
    before, after = (russia.get("/sources/kr-nis", known_at=f"position:{at}") for at in (LINKED - 1, LINKED))
    assert len(after["links"]) == len(before["links"]) + 1
    assert after["links"][-1]["relation"] == "may_overlap"
    assert {"kr-military-intelligence", "kr-jcs"} <= set(after["kin"])
    assert "kr-nis" not in after["kin"]


def test_who_may_overlap_is_kin_from_both_sides(article: Asking) -> None:
    assert article.get("/sources/intel-assess")["may_overlap"] == ["w-intel"]
    assert article.get("/sources/w-intel")["may_overlap"] == []
    assert "intel-assess" in article.get("/sources/w-intel")["kin"]
    assert article.get("/sources/rok-intel")["kin"] == []


def test_an_unknown_source_is_not_found_and_the_nearest_known_then_are_named(russia: Asking) -> None:
    assert "kr-nis" in russia.get("/sources/kr-nsi", 404)["hint"]
    assert "kr-nis" not in (russia.get("/sources/kr-nis", 404, known_at="position:0")["hint"] or "")


def test_only_what_the_ledger_held_limits_a_registry(russia: Asking) -> None:
    answer = russia.get("/sources", known_at="position:108", limit=1)
    assert answer["as_of"]["position"] == 108
    assert answer["as_of"]["known_at"] == "position:108"
    assert answer["as_of"]["valid_at"] is None
    for path in ("sources", "sources/kr-nis", "actors", "assumptions", "measures", "places", "places/tree"):
        for name in ("valid_at", "reported_by"):
            problem = russia.get(f"/{path}", 400, **{name: "2024-11-10"})
            assert problem["code"] == "unknown-parameter"
            assert problem["errors"][0]["parameter"] == name


def test_what_a_source_said_is_counted_by_kind_and_stance(russia: Asking) -> None:
    reports = russia.items("/developments", limit=1000, origin="kr-nis")
    said = russia.get("/sources/kr-nis")["said"]
    assert said["reports"] == len(reports) == sum(said["by_kind"].values()) == sum(said["by_stance"].values())
    assert said["by_stance"]["asserted"] == sum(1 for one in reports if one["stance"] == "asserted")
    assert said["echoes"] == sum(1 for one in reports if one["echo_of"])
    assert (said["first"], said["last"]) == ("2024-10-18", "2025-09-02")
    assert (said["standing"], said["corrected"], said["retracted"]) == (len(reports) - 1, 1, 0)


def test_through_whom_and_for_whom_it_speaks(russia: Asking) -> None:
    service, outlet = russia.get("/sources/kr-nis"), russia.get("/sources/kbs")
    through = {one["source"]: one["reports"] for one in service["said"]["through"]}
    assert through["kbs"] == {one["source"]: one["reports"] for one in outlet["relays"]}["kr-nis"] == 2
    assert "kr-nis" not in through
    assert (outlet["said"]["reports"], outlet["said"]["forecasts"]) == (0, None)
    assert [one["source"] for one in service["said"]["repeated_by"]] == ["a-news", "devdiscourse", "unn", "urdupoint"]


def test_a_record_has_its_forecasts(russia: Asking) -> None:
    tally = russia.get("/sources/kr-nis")["said"]["forecasts"]
    assert (tally["fulfilled"], tally["share"]) == (2, None)
    [listed] = [one for one in russia.get("/forecasts")["by_origin"] if one["origin"] == "kr-nis"]
    assert tally == listed


def test_names_for_one_source_have_one_record(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-russia-2024-25")
    before = ask.get("/sources/kr-nis")["said"]
    link = {"from": "kr-nis", "to": "south-korean-service", "relation": "same_as", "reason": "one", "by": "ann"}
    other = {"source": "south-korean-service", "name": "The same", "kind": "service"}
    ask.post("/events", {"type": "source_registered.v1", "body": other})
    ask.post("/events", {"type": "sources_linked.v1", "body": link})
    assert ask.get("/sources/south-korean-service")["said"] == ask.get("/sources/kr-nis")["said"]
    assert ask.get("/sources/kr-nis")["said"]["reports"] == before["reports"]


def test_a_second_outlet_is_another_voice_and_no_other_origin(seeded_afresh: Asking) -> None:
    ask = seeded_afresh.of("kp-in-ukraine-article")
    before = ask.get("/sources/rok-intel")["said"]
    outlet = {"source": "daily", "name": "Daily", "kind": "outlet"}
    ask.post("/events", {"type": "source_registered.v1", "body": outlet})
    ask.tell(
        "development_reported",
        report="D1",
        kind="force_presence",
        stance="asserted",
        summary="Some 13,000 are in Russia, Seoul says.",
        provenance={
            "chain": [{"role": "publisher", "source": "daily"}, {"role": "attributed", "source": "rok-intel"}],
            "wording": "about 13,000",
        },
        quantities=[{"measure": "personnel", "best": 13000}],
        actors=[{"actor": "north-korean-forces", "role": "subject"}],
        places=[{"place": "ru", "role": "at"}],
        reported="2024-11-04",
    )
    after = ask.get("/sources/rok-intel")["said"]
    assert (after["reports"], after["echoes"]) == (before["reports"] + 1, before["echoes"] + 1)
    assert after["repeated_by"] == [{"source": "daily", "reports": 1}]
    assert ask.get("/independence", report=["SC35", "D1"])["max"] == 1
    [estimate] = ask.items("/estimates", measure="personnel", actor="north-korean-forces", place="ru")
    assert estimate["votes"] == 1
