"""The table of roles: whole, in order, and the same in the README."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from app.domain.errors import Forbidden
from app.domain.events import TYPES
from app.domain.permissions import ACTS, APPENDS, ROLES, Role, may, refuse_to_append

README = Path(__file__).resolve().parents[2] / "README.md"
APPENDED = [(role, name) for role in ROLES for name in TYPES]


def may_append(role: Role, name: str) -> bool:
    try:
        refuse_to_append(role, name)
    except Forbidden:
        return False
    return True


def rows_of_the_readme() -> dict[str, set[str]]:
    """Each role with the events that the README says it may append besides those of the roles before it."""
    section = README.read_text(encoding="utf-8").split("## Who may what")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]*) \|", section, re.MULTILINE)
    return {role: set(re.findall(r"`([a-z_]+)`", cell)) for role, cell in rows if role in ROLES}


def test_every_type_of_event_is_somebodys() -> None:
    assert APPENDS.keys() == TYPES.keys()


def test_the_readme_says_who_may_append_what() -> None:
    added = {role: {name.removesuffix(".v1") for name, least in APPENDS.items() if least == role} for role in ROLES}
    assert rows_of_the_readme() == added


def test_each_role_may_do_all_that_those_before_it_may() -> None:
    able = [({act for act in ACTS if may(role, act)}, {n for n in TYPES if may_append(role, n)}) for role in ROLES]
    for (acts, types), (more_acts, more_types) in pairwise(able):
        assert acts <= more_acts
        assert types < more_types
    assert able[0] == ({"read"}, set())
    assert able[-1] == (set(ACTS), set(TYPES))


def test_who_may_append_anything_may_record() -> None:
    assert {role for role in ROLES if may(role, "record")} == {
        role for role, name in APPENDED if may_append(role, name)
    }


def test_a_reporter_records_and_does_not_judge() -> None:
    assert may_append("reporter", "development_reported.v1")
    assert may_append("reporter", "report_corrected.v1")
    with pytest.raises(Forbidden) as refused:
        refuse_to_append("reporter", "source_graded.v1")
    assert "source_graded.v1" in refused.value.detail
    assert refused.value.hint == "it takes a key with the role analyst or admin"
    assert [fault.pointer for fault in refused.value.faults] == ["/type"]


def test_what_is_no_type_is_for_others_to_refuse() -> None:
    refuse_to_append("reader", "nonsense.v1")
