"""Every way in which Muster says no, and what the caller should do about it.

    MusterError
    ├── Refused             what was handed in cannot be taken: change it
    │   ├── Malformed       it cannot be read
    │   ├── Forbidden       this key may not
    │   ├── Unauthorised    no key, or one that does not exist
    │   ├── Unknown         it names something that is not there
    │   ├── Conflict        it conflicts with what is stored
    │   ├── Moved           the expected position has moved on: look again, then retry
    │   ├── NotAllowed      it can be read, but a rule of the catalogue forbids it
    │   ├── TooLarge        it is longer than is taken
    │   └── TooMany         too many requests: wait as long as it says
    ├── Unavailable         nothing is wrong with the request: try again later
    └── Broken              an invariant does not hold: an operator has to look

The domain raises these; `api` turns them into problem documents, `cli` into one sentence and an exit code.
"""

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: where (a JSON pointer into the event, or a parameter's name) and why."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class MusterError(Exception):
    """Root of the tree. `code` is stable and has a page of its own; `detail` is one sentence for a person."""

    code = "error"

    def __init__(
        self, detail: str, *, code: str | None = None, hint: str | None = None, faults: Iterable[Fault] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.hint = hint
        self.faults = tuple(faults)


class Refused(MusterError, ValueError):
    """What was handed in cannot be taken; nothing was stored. `ordinal`: which of several events, from 0, if known."""

    ordinal: int | None = None


class Malformed(Refused):
    """The request cannot be read."""

    code = "malformed"


class Unauthorised(Refused):
    """A key is needed."""

    code = "unauthorised"


class Forbidden(Refused):
    """This key may not do that."""

    code = "forbidden"


class Unknown(Refused):
    """The request names something that does not exist."""

    code = "unknown"


class Conflict(Refused):
    """The request conflicts with what is stored."""

    code = "conflict"


class Moved(Refused):
    """The timeline is no longer at the expected position."""

    code = "position-moved"


class NotAllowed(Refused):
    """Well formed, but a rule of the catalogue forbids it."""

    code = "not-allowed"


class TooLarge(Refused):
    """It is longer than is taken here."""

    code = "too-large"


class TooMany(Refused):
    """More requests than this key or address may send. `seconds`: how long to wait, at least 1."""

    code = "too-many-requests"

    def __init__(self, detail: str, *, seconds: int) -> None:
        super().__init__(detail, hint=f"wait {seconds} second{'' if seconds == 1 else 's'}")
        self.seconds = seconds


class Unavailable(MusterError):
    """The database cannot be reached or has no time for us; nothing was stored."""

    code = "unavailable"


class Broken(MusterError):
    """An invariant does not hold."""

    code = "broken"


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known names most like `name`, best first; empty when none is near (difflib's cutoff, 0.6)."""
    return get_close_matches(name, sorted(known), n=most)


def nearest_hint(name: str, known: Iterable[str]) -> str | None:
    """`did you mean a, b or c?`, or None when nothing is near."""
    near = nearest(name, known)
    return f"did you mean {' or '.join(near)}?" if near else None
