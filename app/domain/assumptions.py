"""The numbers behind an estimate, as one named set, and nothing else: no formula stands here.

The shipped set is `origin-panel.v1` (`DEFAULT`), kept in a file of its own with the source of each number (`SHIPPED`).
Another one is registered by an `assumptions_defined` event, whose `parameters` are a set written out in decimal
strings: an event holds no floats, so that every number is exact. The shipped set is read by the same rules.
"""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from app.domain.errors import Fault, NotAllowed
from app.domain.parameters import Leaf, Range, Shape, Table, laid_over, leaves, read, write
from app.domain.shipped import read_shipped


class MeasureClass(msgspec.Struct, frozen=True, kw_only=True):
    """How one class of measures is seen: `kappa` and `shared` are in people (or pieces) and on the scale of y."""

    kappa: float  # below it the scale is linear, above it proportional
    error: float  # factor on the error of every vote
    shared: float  # sd of what all sources get wrong together
    q_stock: float  # variance that a vote gains per day of age
    q_total: float | None  # the same for a running total; None: the class admits none


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What a vague word stands for; `spread` is a standard deviation on the logarithmic scale."""

    centre: int
    spread: float


class Assumptions(msgspec.Struct, frozen=True, kw_only=True):
    """One set. `letters` has A to F, `digits` 1 to 6, `classes` presence, tally and register, and never others.

    `likelihood` maps a lower-case word to a factor on the error, or to None: no vote. `words` are lower case.
    """

    name: str
    # the panel
    half_life_days: float
    z: float
    stated_z: float
    spread_prior: float
    spread_floor: float
    spread_cap: float
    age_cap: float
    letters: Mapping[str, float]
    digits: Mapping[str, float]
    classes: Mapping[str, MeasureClass]
    # wording
    likelihood: Mapping[str, float | None]
    grains: tuple[int, ...]
    bound_shift: float
    bound_loose: float
    bound_tight: float
    words: Mapping[str, Word]
    # what votes
    echo_days: int
    same_figure_days: int
    # movements, two sides of a past day, parts and totals
    flow_error: float
    flow_variance_cap: float
    movement_days: int
    sides_floor: float
    sides_gap: float
    age_days_max: int
    # flags
    contested_above: float
    stale_days: int

    def likelihood_factor(self, term: str | None) -> float | None:
        """Factor on the error; None: no vote. A word that is not listed changes nothing."""
        return 1.0 if term is None else self.likelihood.get(term, 1.0)


_FACTOR = Range(0.01, 3)  # wider errors would leave the numbers that a float can hold
_RATE = Range(0, 1)
_DAYS = Range(0, 3650, whole=True)
_CLASS = {
    "kappa": Range(0.1, 10_000),
    "error": _FACTOR,
    "shared": Range(0.001, 3),
    "q_stock": _RATE,
    "q_total": _RATE,
}
_SHAPE: Mapping[str, Shape] = {
    "half_life_days": Range(0.1, 3650),
    "z": Range(0.5, 4),
    "stated_z": Range(0.5, 4),
    "spread_prior": Range(0.1, 100),
    "spread_floor": _RATE,
    "spread_cap": Range(1, 100),
    "age_cap": Range(0, 10),
    "letters": dict.fromkeys("ABCDEF", _FACTOR),
    "digits": dict.fromkeys("123456", _FACTOR),
    "classes": {
        "presence": {**_CLASS, "q_total": Range(0, 1, optional=True)},  # no measure of it is a running total
        "tally": _CLASS,
        "register": _CLASS,
    },
    "likelihood": Table(Range(0.01, 3, optional=True)),
    "grains": (Range(1, 1_000_000_000, whole=True),),
    "bound_shift": _RATE,
    "bound_loose": _FACTOR,
    "bound_tight": _FACTOR,
    "words": Table({"centre": Range(1, 1_000_000_000, whole=True), "spread": _FACTOR}),
    "echo_days": _DAYS,
    "same_figure_days": _DAYS,
    "flow_error": _FACTOR,
    "flow_variance_cap": Range(0, 10),
    "movement_days": _DAYS,
    "sides_floor": _RATE,
    "sides_gap": _RATE,
    "age_days_max": Range(1, 36_500, whole=True),
    "contested_above": Range(0.5, 100),
    "stale_days": _DAYS,
}


def to_parameters(assumptions: Assumptions) -> dict[str, object]:
    """The whole set but its name, every number a decimal string: fit for JSON and for `from_parameters`."""
    fields = msgspec.to_builtins(assumptions)
    return {name: write(fields[name]) for name in _SHAPE}


def from_parameters(name: str, parameters: object) -> Assumptions:
    """The set that was written out. Raises NotAllowed with every fault: a parameter that is missing, unknown,
    not a decimal string, or out of its range.
    """
    return _read(name, parameters, "/parameters")


def overridden(assumptions: Assumptions, parameters: object) -> Assumptions:
    """The set with some of its parameters replaced, for a question that is asked and not kept.

    `parameters` are a part of what `to_parameters` writes: objects are merged by key, a list replaces a list whole.
    A set that comes out different bears a name that nothing can be registered under. Raises NotAllowed as
    `from_parameters` does, each fault pointing below `/assumptions`.
    """
    whole = laid_over(to_parameters(assumptions), parameters)
    found = _read(assumptions.name, whole, "/assumptions")
    return found if found == assumptions else replace(found, name=f"{assumptions.name} (overridden)")


def explained(parameters: Mapping[str, object]) -> list[Leaf]:
    """Each number of a set that was written out, with the range that it may have, in the order of the shipped set."""
    return list(leaves(parameters, _SHAPE))


def _read(name: str, parameters: object, pointer: str) -> Assumptions:
    faults: list[Fault] = []
    fields = read(parameters, _SHAPE, pointer, faults)
    if faults:
        raise NotAllowed("These parameters do not make a set of assumptions.", faults=faults)
    return msgspec.convert({**fields, "name": name}, Assumptions)


SHIPPED = read_shipped()
DEFAULT = from_parameters(SHIPPED.name, SHIPPED.parameters)
