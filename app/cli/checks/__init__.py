"""What a check finds: one thing looked at, how it stands, and one sentence about it."""

from enum import Enum

import msgspec


class State(Enum):
    """`weak` works, and could be safer; `bad` does not work, or does not protect what it should."""

    OK = "ok"
    WEAK = "weak"
    BAD = "bad"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    state: State
    found: str
