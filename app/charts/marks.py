"""Reports as marks of a chart: what of a development can be drawn at a height, and in which shape.

Reads developments as the interface shows them, and knows nothing of where they come from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Shown = Mapping[str, Any]

# A point; an arrow down from "up to"; an arrow up from "at least"; a bar's end; a tick for what has no height.
SHAPES = {
    "point": "circle",
    "up to": "M-0.8,0H0.8M0,0V1.1M-0.6,1.1H0.6L0,2.1Z",
    "at least": "M-0.8,0H0.8M0,0V-1.1M-0.6,-1.1H0.6L0,-2.1Z",
    "range": "M-0.8,0H0.8",
    "no figure": "M-0.2,-1.2H0.2V1.2H-0.2Z",
}
CROSS = "M-1,-1L1,1M-1,1L1,-1"

# Told apart also by those who see fewer colours. Black is the estimate's.
# Source: Okabe and Ito, Color Universal Design (2008); its yellow and sky blue darkened, for white paper.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#3a8fc4", "#7a4fa3")
OTHERS, OTHERS_COLOUR = "other origins", "#767676"
UNSTATED = "unstated@"


def marks(
    developments: Iterable[tuple[Shown, date | None]], *, measure: str, nature: str, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A mark for each quantity of the measure, in the order given, on the day beside it; None: it cannot be placed.

    `nature` is the measure's; `names` gives sources their names.
    """
    found = [
        _mark(development, quantity, day, nature, names)
        for development, day in developments
        for quantity in development["quantities"]
        if quantity["measure"] == measure and day is not None
    ]
    return _coloured(found)


def palette(found: Sequence[Shown]) -> dict[str, str]:
    """The legend: names of origins with their colours, the most talkative first, and one grey for all others."""
    legend: dict[str, str] = {}
    for mark in found:
        legend.setdefault(mark["legend"], mark["colour"])
    order = Counter(mark["legend"] for mark in found)
    return dict(sorted(legend.items(), key=lambda pair: (pair[0] == OTHERS, -order[pair[0]], pair[0])))


def speaker(origin: str, names: Mapping[str, str]) -> str:
    """An origin for people: a name, or what is said of one who is not named and by whom."""
    if not origin.startswith(UNSTATED):
        return names.get(origin, origin)
    by, _, descriptor = origin.removeprefix(UNSTATED).partition(":")
    return f"{descriptor or 'unnamed'} (unnamed, by {names.get(by, by) or 'nobody'})"


def chain_text(development: Shown, names: Mapping[str, str]) -> str:
    """From the publisher to whose word it is."""
    hops = [
        names.get(hop.get("source") or "", hop.get("source")) or hop.get("descriptor") or "unstated"
        for hop in development["provenance"]["chain"]
    ]
    return " → ".join(hops)


def shape_of(quantity: Shown, nature: str) -> str:
    """What kind of statement a quantity is. What came or went is no height of what is there."""
    low, best, high = (quantity.get(name) for name in ("low", "best", "high"))
    if (quantity.get("nature") or nature) != nature or (low is best is high is None):
        return "no figure"
    if low is not None and high is not None:
        return "range"
    if best is not None:
        return "point"
    return "up to" if low is None else "at least"


def _mark(development: Shown, quantity: Shown, day: date, nature: str, names: Mapping[str, str]) -> dict[str, Any]:
    shape = shape_of(quantity, nature)
    low, best, high = (quantity.get(name) for name in ("low", "best", "high"))
    heights = {"up to": high, "at least": low, "point": best, "range": best}
    return {
        "report": development["report"],
        "day": day.isoformat(),
        "shape": shape,
        "at": heights.get(shape),
        "low": low,
        "best": best,
        "high": high,
        "origin": development["origin"],
        "speaker": speaker(development["origin"], names),
        "wording": quantity.get("wording") or development["provenance"].get("wording"),
        "summary": development["summary"],
        "chain": chain_text(development, names),
        "grade": development["effective_grade"],
        "stance": development["stance"],
        "moved": (quantity.get("nature") or nature) != nature,
        "reported": development.get("reported") or development.get("reported_day"),
        "occurred": development.get("occurred"),
        "status": development["status"],
        "echo_of": development["echo_of"],
    }


def _coloured(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = Counter(mark["origin"] for mark in found).most_common()
    colours = {origin: COLOURS[place] for place, (origin, _) in enumerate(order) if place < len(COLOURS)}
    if len(order) == len(COLOURS) + 1:
        colours[order[-1][0]] = OTHERS_COLOUR  # a legend of "others" for a single one would say less than its name
    for mark in found:
        mark["colour"] = colours.get(mark["origin"], OTHERS_COLOUR)
        mark["legend"] = mark["speaker"] if mark["origin"] in colours else OTHERS
    return found
