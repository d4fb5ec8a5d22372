"""What the door finds wrong, while it is still looking: faults with their advice, gathered and refused at once."""

from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from app.domain.errors import Fault, NotAllowed
from app.domain.limits import FAULTS_MAX


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`pointer` is a JSON pointer into the event; `hint` says what to do, where that is not plain from `detail`."""

    pointer: str
    detail: str
    hint: str | None = None


def below(pointer: str, key: str | int) -> str:
    """The pointer to a member of what `pointer` points to. Source: RFC 6901, section 3."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def refusal(findings: Iterable[Finding]) -> NotAllowed:
    """One refusal for all findings in their order; a hint that several share is given once.

    It looks no further than `FAULTS_MAX` faults, so that the worst body costs no more than a bad one.
    """
    found = list(islice(findings, FAULTS_MAX + 1))
    hints = dict.fromkeys(finding.hint for finding in found if finding.hint)
    return NotAllowed(
        _sentence(found),
        hint="; ".join(list(hints)[:3]) or None,
        faults=[Fault(pointer=finding.pointer, detail=finding.detail) for finding in found[:FAULTS_MAX]],
    )


def _sentence(found: Sequence[Finding]) -> str:
    first = found[0]
    if len(found) == 1:
        return f"{first.pointer}: {first.detail}"
    many = f"More than {FAULTS_MAX}" if len(found) > FAULTS_MAX else str(len(found))
    return f"{many} things are wrong; the first: {first.detail}"
