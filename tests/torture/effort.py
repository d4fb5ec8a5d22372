"""How long and how often: seconds in the suite, minutes by `make torture`. One seed is one run."""

import os
from typing import TypeVar

FULL = os.environ.get("TORTURE") == "full"
SEED = int(os.environ.get("SEED", "20241127"))

T = TypeVar("T")


def effort(short: T, full: T) -> T:
    return full if FULL else short
