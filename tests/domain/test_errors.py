"""Refusals: what they carry, and which names are near."""

from app.domain.errors import Conflict, Fault, Malformed, MusterError, Refused, nearest, nearest_hint

KNOWN = ("personnel", "killed", "wounded", "captured")


def test_the_nearest_names_come_best_first_and_at_most_three() -> None:
    assert nearest("personel", KNOWN) == ["personnel"]
    assert nearest("ed", ("eda", "edb", "edc", "edd")) == nearest("ed", ("edd", "edc", "edb", "eda"))
    assert len(nearest("ed", ("eda", "edb", "edc", "edd"))) == 3


def test_far_names_are_not_offered() -> None:
    assert nearest("zzz", KNOWN) == []
    assert nearest_hint("zzz", KNOWN) is None


def test_a_hint_is_a_question() -> None:
    assert nearest_hint("wouned", KNOWN) == "did you mean wounded?"
    assert nearest_hint("ab", ("aba", "abb")) == "did you mean abb or aba?"


def test_a_refusal_has_the_code_of_its_kind_unless_it_is_given_one() -> None:
    assert Conflict("no").code == "conflict"
    assert Conflict("no", code="cycle").code == "cycle"


def test_a_refusal_carries_its_faults_and_is_a_value_error() -> None:
    fault = Fault(parameter="limit", detail="too large")
    refusal = Malformed("no", hint="try less", faults=[fault])
    assert (refusal.detail, refusal.hint, refusal.faults) == ("no", "try less", (fault,))
    assert isinstance(refusal, ValueError)
    assert issubclass(Refused, MusterError)
