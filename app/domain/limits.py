"""Every limit on what one event may hold, in one place. Units stand last in the names."""

BODY_BYTES_MAX = 64 * 1024
"""Of the canonical body: what is hashed and stored."""

DEPTH_MAX = 32
"""Levels of nesting, the body itself being the first."""

INTEGER_MAX = 2**53 - 1
"""In either direction. Source: RFC 8785, 3.2.2.3, and RFC 7493, 2.2: what every reader of JSON reads alike."""

FAULTS_MAX = 50
"""Faults listed in one refusal."""

TEXT_CHARACTERS_MAX = 500
"""Of any text without an entry of its own below, such as `wording`, `reading` or `name`."""

TEXT_CHARACTERS_MAX_BY_FIELD = {
    "summary": 2000,
    "reason": 2000,
    "condition": 2000,
    "url": 2000,
    "by": 128,
    "unit": 80,
}

ITEMS_MAX = 100
"""Of any list without an entry of its own below, such as `quantities` or `evidence`."""

ITEMS_MAX_BY_FIELD = {"chain": 50, "hedges": 50, "places": 50, "actors": 50}

RECORDING_LEAD_DAYS_MAX = 1
"""How far a day on which something was said may lie after the day of recording: the other side of the world."""
