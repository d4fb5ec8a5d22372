"""Why an estimate moved: what each vote does to it, in whole micro-units of y that add up without a rest.

The best is a weighted mean, so a vote's part in it is its share times its place. Half the width is a root of a sum of
variances; a difference of two roots is the difference of the sums over the sum of the roots, so it too splits along
the variances. Both splits sum exactly, and swapping the two states flips every sign: undoing gives back just what
doing took. Of a vote that movements carried the claim's part is that of what was said; the rest is the line `movement`.
"""

from collections.abc import Mapping, Sequence
from math import trunc

import msgspec

from app.domain.errors import Broken
from app.domain.shares import Panel
from app.domain.wording import MICRO

CLAIM, SHARED_ERROR, AGREEMENT_FLOOR, ZERO_FLOOR = "claim", "shared error", "agreement floor", "zero floor"
MOVEMENT, TWO_SIDES, TIME_PASSED = "movement", "two sides", "time passed"
_REST = (MOVEMENT, SHARED_ERROR, AGREEMENT_FLOOR, TWO_SIDES, ZERO_FLOOR)

Key = tuple[str, str]  # kind, and the report's id or nothing


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one thing did to low, best and high, in whole micro-units of y. `report` is set for a claim alone.

    `detail` says more in words where there is more to say.
    """

    kind: str
    report: str | None = None
    low: int
    best: int
    high: int
    detail: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def moves(self) -> bool:
        """Whether it did anything at all."""
        return bool(self.low or self.best or self.high)


def breakdown(panel: Panel) -> list[Line]:
    """What a standing estimate is made of, with the order and the exactness of `change`."""
    return change(None, panel)


def change(before: Panel | None, after: Panel | None) -> list[Line]:
    """What led from one state to the other: claims by report id, then the other lines, those all zero left out.

    The lines sum to the difference of the two states' rounded figures, a state without votes (None) being 0, and
    `change(a, b)` is `change(b, a)` with every sign flipped.
    """
    if before is after:
        return []
    effects = _effects(before, after)
    low_u, best_u, high_u = (new - old for old, new in zip(_units(before), _units(after), strict=True))
    low = round_to(low_u, [effect[1] for effect in effects])
    best = round_to(best_u, [effect[2] for effect in effects])
    high = round_to(high_u, [effect[3] for effect in effects])
    return [
        Line(kind=kind, report=report or None, low=low[at], best=best[at], high=high[at])
        for at, ((kind, report), *_) in enumerate(effects)
        if low[at] or best[at] or high[at]
    ]


def round_to(total: int, parts: Sequence[float]) -> list[int]:
    """Whole numbers near the parts that sum to `total`; parts in the order in which ties are settled.

    Each is cut towards zero; what is then missing goes, one by one, to those that lost most of it. Flipping every sign
    flips every answer. Raises Broken where the total is further off than one for each part.
    """
    whole = list(map(trunc, parts))
    missing = total - sum(whole)
    if not missing:
        return whole
    sign = 1 if missing > 0 else -1
    if abs(missing) > len(parts):
        raise Broken(f"A rest of {missing} cannot be spread over {len(parts)} lines.")
    lost = sorted(range(len(parts)), key=lambda at: sign * (whole[at] - parts[at]))
    for at in lost[: abs(missing)]:
        whole[at] += sign
    return whole


_Part = tuple[float, float, float, float]
"""What one line holds in one state: its part of best, of the squared half-widths to high and to low, and of the zero
floor.
"""

_NOTHING: _Part = (0.0, 0.0, 0.0, 0.0)


def _units(panel: Panel | None) -> tuple[int, int, int]:
    return panel.units if panel else (0, 0, 0)


def _effects(before: Panel | None, after: Panel | None) -> list[tuple[Key, float, float, float]]:
    """Low, best and high of each line, in micro-units not yet rounded: claims by report id, then the others."""
    centre = (before.m + after.m) / 2 if before and after else 0.0
    (said, rest), (now_said, now_rest) = _parts(before, centre), _parts(after, centre)
    high = (before.h if before else 0.0) + (after.h if after else 0.0)
    low = (before.h_low if before else 0.0) + (after.h_low if after else 0.0)
    effects = []
    for kind, name, was, now in (
        *(
            (CLAIM, report, said.get(report, _NOTHING), now_said.get(report, _NOTHING))
            for report in _all(said, now_said)
        ),
        *((kind, "", rest.get(kind, _NOTHING), now_rest.get(kind, _NOTHING)) for kind in _REST),
    ):
        moved, floor = now[0] - was[0], now[3] - was[3]
        up, down = (now[1] - was[1]) / high, (now[2] - was[2]) / low
        effects.append(((kind, name), (moved - down + floor) * MICRO, moved * MICRO, (moved + up) * MICRO))
    return effects


def _all(one: Mapping[str, _Part], other: Mapping[str, _Part]) -> list[str]:
    return sorted(one.keys() | other.keys())


def _parts(panel: Panel | None, centre: float) -> tuple[dict[str, _Part], dict[str, _Part]]:
    """Those of the claims by report, and the others by kind."""
    if panel is None:
        return {}, {}
    squared, carried = panel.z**2, 0.0
    said: dict[str, _Part] = {}
    for side in panel.sides:
        near = (part[side.near] for part in (side.claims, side.w, side.v, side.v_low))
        for claim, w, v, v_low in zip(*near, strict=True):
            own = w * (claim.y - claim.carried - centre)
            said[claim.vote.report] = (own, squared * v, squared * v_low, 0.0)
            carried += w * claim.carried
    shared, apart = squared * panel.shared, squared * panel.two_sides
    return said, {
        MOVEMENT: (carried, 0.0, 0.0, 0.0),
        SHARED_ERROR: (0.0, shared, shared, 0.0),
        AGREEMENT_FLOOR: (0.0, squared * panel.agreement_floor, squared * panel.agreement_floor_low, 0.0),
        TWO_SIDES: (0.0, apart, apart, 0.0),
        ZERO_FLOOR: (0.0, 0.0, 0.0, panel.zero_floor),
    }
