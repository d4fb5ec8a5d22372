"""The numbers behind an estimate, as one named set, and nothing else: no formula stands here.

The shipped set is `origin-panel.v1` (`DEFAULT`). Another one is registered by an `assumptions_defined` event, whose
`parameters` are this set written out in decimal strings: an event holds no floats, so that every number is exact.

Where the numbers come from:

- `letters`, `digits`: the two halves of the Admiralty code, each as an error (letter: a standard deviation on the
  logarithmic scale; digit: a factor on it). Readers place the same letter very far apart and let one half colour the
  other, so the ladders are mild and never stand for a chance of being true. F and 6 say that nobody could judge: they
  sit in the middle, not at the bottom. Source: Baker et al. 1968; Samet 1975; Irwin and Mandel 2019.
- `likelihood`: the ICD 203 words say whether something is so, not how many; from `roughly even` upwards they widen the
  error. Words of the PHIA yardstick and of Kent's list weigh the same where they are the same words, and nothing where
  they are not. Anything less likely than even carries no vote. Source: ICD 203 (2015), PHIA yardstick, Kent 1964.
- `bound_shift`, `bound_loose`, `bound_tight`: speakers who say "up to N" or "more than N" have a value near N in mind
  and hardly change it for the hedge; three kinds of wording (point, upper, lower) are all that can be told apart.
  Source: Williams and Power 2013.
- `stated_z`: a range that somebody states is read as nine chances in ten; so is the interval that is given (`z`).
- `spread_prior`, `spread_floor`, `spread_cap`: the Birge ratio (Birge 1932: the errors are multiplied when the values
  scatter more than they should), tamed for few votes by `spread_prior` votes that scatter just as stated.
- `words`: what a vague word stands for. Conventions of this set, not measurements.
- `half_life_days`, `age_cap`, `classes`, `sides_*`, `flow_*`: chosen on simulated histories with a known truth and on
  real claims, for nine in ten intervals to hold the truth at the smallest width.
"""

from collections.abc import Mapping

import msgspec

from app.domain.errors import Fault, NotAllowed
from app.domain.parameters import Range, Shape, Table, read, write


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


DEFAULT = Assumptions(
    name="origin-panel.v1",
    half_life_days=5.0,
    z=1.645,
    stated_z=1.645,
    spread_prior=3.0,
    spread_floor=0.5,
    spread_cap=12.0,
    age_cap=0.5,
    letters={"A": 0.12, "B": 0.2, "C": 0.3, "D": 0.5, "E": 0.8, "F": 0.5},
    digits={"1": 0.8, "2": 0.95, "3": 1.2, "4": 1.6, "5": 2.2, "6": 1.3},
    classes={
        "presence": MeasureClass(kappa=50.0, error=1.0, shared=0.25, q_stock=0.02, q_total=None),
        "tally": MeasureClass(kappa=1.0, error=1.0, shared=0.25, q_stock=0.02, q_total=0.02),
        "register": MeasureClass(kappa=1.0, error=0.2, shared=0.05, q_stock=0.002, q_total=0.01),
    },
    likelihood={
        "almost certain": 1.0,
        "nearly certain": 1.0,
        "very likely": 1.1,
        "highly probable": 1.1,
        "likely": 1.3,
        "probable": 1.3,
        "roughly even chance": 1.7,
        "roughly even odds": 1.7,
        "unlikely": None,
        "improbable": None,
        "very unlikely": None,
        "highly improbable": None,
        "almost no chance": None,
        "remote": None,
        "remote chance": None,  # PHIA
        "highly unlikely": None,  # PHIA
        "probably not": None,  # Kent
        "almost certainly not": None,  # Kent
        "impossible": None,  # Kent
    },
    grains=(1000, 500, 100, 50, 10, 5, 1),
    bound_shift=0.1,
    bound_loose=0.3,
    bound_tight=0.2,
    words={
        "a handful": Word(centre=8, spread=0.8),
        "a small number": Word(centre=70, spread=1.5),
        "dozens": Word(centre=50, spread=0.6),
        "scores": Word(centre=60, spread=0.6),
        "hundreds": Word(centre=400, spread=0.6),
        "several hundred": Word(centre=500, spread=0.45),
        "more than a thousand": Word(centre=1400, spread=0.4),
        "thousands": Word(centre=4000, spread=0.65),
        "several thousand": Word(centre=5000, spread=0.5),
        "tens of thousands": Word(centre=30000, spread=0.5),
    },
    echo_days=21,
    same_figure_days=7,
    flow_error=0.35,
    flow_variance_cap=2.25,
    movement_days=3,
    sides_floor=0.5,
    sides_gap=0.5,
    age_days_max=3650,
    contested_above=1.2,
    stale_days=30,
)


_FACTOR = Range(0.01, 3)  # wider errors would leave the numbers that a float can hold
_RATE = Range(0, 1)
_DAYS = Range(0, 3650, whole=True)
_CLASS: Shape = {
    "kappa": Range(0.1, 10_000),
    "error": _FACTOR,
    "shared": Range(0.001, 3),
    "q_stock": _RATE,
    "q_total": Range(0, 1, optional=True),
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
    "classes": dict.fromkeys(("presence", "tally", "register"), _CLASS),
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
    faults: list[Fault] = []
    fields = read(parameters, _SHAPE, "/parameters", faults)
    if faults:
        raise NotAllowed("These parameters do not make a set of assumptions.", faults=faults)
    return msgspec.convert({**fields, "name": name}, Assumptions)
