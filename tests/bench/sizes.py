"""How much of everything a run measures; part of what it prints, since a ratio holds for its sizes."""

import msgspec


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """`events` are the timeline that is replayed, asked and grown; the small one beside it has `small`."""

    rounds: int = 5
    events: int = 5_000
    small: int = 1_000
    appends: int = 2_400
    """By one crew in one round, however many they are."""
    lines: int = 20_000
    requests: int = 400
    posts: int = 48
    """Few, since the small timeline grows by them from round to round."""


QUICK = Sizes(rounds=2, events=1_000, small=200, appends=480, lines=2_000, requests=80, posts=16)
