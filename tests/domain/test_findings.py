"""How findings become one refusal."""

from itertools import count

from app.domain.findings import Finding, below, refusal
from app.domain.limits import FAULTS_MAX


def test_a_pointer_escapes_what_has_a_meaning_in_it() -> None:
    assert below("/body", "a/b~c") == "/body/a~1b~0c"
    assert below("/body/places", 0) == "/body/places/0"


def test_one_finding_is_the_whole_refusal() -> None:
    refused = refusal([Finding(pointer="/body/low", detail="Too low.", hint="look again")])
    assert refused.detail == "/body/low: Too low."
    assert refused.hint == "look again"
    assert [(fault.pointer, fault.detail) for fault in refused.faults] == [("/body/low", "Too low.")]


def test_a_shared_hint_is_given_once() -> None:
    refused = refusal([Finding(pointer=f"/body/{n}", detail="Wrong.", hint="look again") for n in range(3)])
    assert refused.detail == "3 things are wrong; the first: Wrong."
    assert refused.hint == "look again"


def test_it_looks_no_further_than_the_limit() -> None:
    endless = (Finding(pointer=f"/body/{n}", detail="Wrong.") for n in count())
    refused = refusal(endless)
    assert refused.detail.startswith(f"More than {FAULTS_MAX} things are wrong")
    assert len(refused.faults) == FAULTS_MAX
