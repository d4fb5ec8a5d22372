"""One simulated history: a hidden truth, all that was said of it, and the product's own statements of that.

Reports are built as the ledger holds them and go through `developments` and `statements`; nothing of the truth is in
them. One seed gives one history, on every machine.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import msgspec

from app.domain import developments
from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.events import DevelopmentReported, ReportRetracted
from app.domain.events.report import ReportedActor, ReportedPlace
from app.domain.grading import Confidence
from app.domain.measures import BUILT_IN
from app.domain.provenance import Hop, Provenance
from app.domain.quantity import Quantity
from app.domain.selection import EVERYTHING, Case, View
from app.domain.sources import Merged
from app.domain.statements import Key, Statement, statements_of
from tests.simulation.regimes import Regime
from tests.simulation.sources import MEASURES, Origin, Remark, origins_of, says
from tests.simulation.truth import truth_of

START = date(2024, 10, 1)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """`truth` by day. `events` in the order of recording, each with what its report says from then on. `letters` are
    what an analyst made of origins and outlets, `links` what he saw of misquotes once he had both versions.
    """

    measure: str
    truth: tuple[int, ...]
    events: tuple[Statement, ...]
    letters: dict[str, str]
    links: tuple[Link, ...]

    def case(self, upto: int | None = None, *also: Statement) -> Case:
        """What the first `upto` events leave on the key, and what was said besides."""
        standing = {one.report: one for one in (*self.events[:upto], *also)}
        counted = BUILT_IN[self.measure]
        return Case(
            key=Key(measure=self.measure, actor="force", place="front"),
            statements=tuple(standing.values()),
            linked={end: (standing[end],) for link in self.links for end in (link.from_, link.to) if end in standing},
            links=self.links,
            kin=Merged(),
            measure_class=counted.class_,
            running_total=counted.nature == "cumulative",
        )


def day_of(number: int) -> date:
    return START + timedelta(days=number)


def real_time(number: int) -> View:
    """What could be said at the end of a day."""
    return View(day=day_of(number), reported=(day_of(number), EVERYTHING))


def history_of(regime: Regime, seed: int) -> History:
    chance = Random(f"{regime.name} {seed}")
    truth = truth_of(regime, chance)
    origins = origins_of(regime, chance)
    outlets = tuple(f"outlet-{at}" for at in range(regime.outlets))
    letters = {one.name: one.letter for one in origins} | {one: chance.choice(regime.outlet_letters) for one in outlets}
    said = _herded(_words(origins, truth, regime, chance), regime, chance)
    printed = [_prints(one, outlets, regime, chance) for one in said]
    remarks = [one for prints in printed for one in prints]
    return History(
        measure=MEASURES[regime.running_total],
        truth=truth,
        events=tuple(_recorded(remarks, letters, regime, chance)),
        letters=letters,
        links=tuple(link for prints in printed for link in _misquotes(prints)),
    )


def _words(origins: list[Origin], truth: tuple[int, ...], regime: Regime, chance: Random) -> list[Remark]:
    """What each origin says of its own, by the day on which it became known."""
    found = []
    for origin in origins:
        day = chance.uniform(0, origin.interval)
        while day < len(truth):
            of = int(day)
            reported = of + _lag(regime, chance)
            quantity, occurred, digit = says(origin, of, truth, regime, chance)
            found.append(
                Remark(
                    report=f"{origin.name}.{of}",
                    origin=origin.name,
                    via=None,
                    quantity=quantity,
                    occurred=occurred,
                    reported=reported,
                    digit=digit,
                )
            )
            day += max(1.0, chance.expovariate(1 / origin.interval))
    return sorted((one for one in found if one.reported < len(truth)), key=lambda one: (one.reported, one.report))


def _herded(said: list[Remark], regime: Regime, chance: Random) -> list[Remark]:
    """Now and then an origin gives out the last plain number of the last ten days, another's, as its own."""
    found: list[Remark] = []
    for one in said:
        public = [
            other
            for other in found
            if other.origin != one.origin and other.quantity.best and one.reported - 10 <= other.reported < one.reported
        ]
        follows = chance.random() < regime.herding and one.origin != "wild" and bool(public)
        found.append(msgspec.structs.replace(one, quantity=public[-1].quantity) if follows else one)
    return found


def _lag(regime: Regime, chance: Random) -> int:
    low, high, _ = chance.choices(regime.lags, [lag[2] for lag in regime.lags])[0]
    return chance.randint(low, high)


def _prints(one: Remark, outlets: Sequence[str], regime: Regime, chance: Random) -> list[Remark]:
    """How it came to be known: its first print, on the day, and those who print it too: half of them the same day, a
    tenth weeks later.
    """
    printing = chance.sample(outlets, min(len(outlets), 1 + _reprints(regime, chance)))
    first = _print(one, printing[0], regime, chance) if chance.random() < regime.printed else one
    others = [
        msgspec.structs.replace(
            _print(one, outlet, regime, chance),
            report=f"{one.report}.{outlet}",
            reported=one.reported + _relay_days(chance),
            digit=one.digit if chance.random() < 0.5 else 3,
            repeats=True,
        )
        for outlet in printing[1:]
    ]
    return [first, *others]


def _print(one: Remark, outlet: str, regime: Regime, chance: Random) -> Remark:
    origin = None if chance.random() < regime.anonymous else one.origin
    quantity, misquoted = _retold(one.quantity, regime, chance)
    return msgspec.structs.replace(one, origin=origin, via=outlet, quantity=quantity, misquoted=misquoted)


def _relay_days(chance: Random) -> int:
    low, high = chance.choices(((0, 0), (1, 1), (2, 5), (6, 30)), (0.5, 0.25, 0.15, 0.1))[0]
    return chance.randint(low, high)


def _reprints(regime: Regime, chance: Random) -> int:
    """A log-normal number, rounded up as often as its fraction says: so its mean stays what it is."""
    drawn = regime.relays * math.exp(chance.gauss(-(regime.relays_unlike**2) / 2, regime.relays_unlike))
    return math.floor(drawn + chance.random())


def _misquotes(prints: Sequence[Remark]) -> list[Link]:
    """Each misquote with every right print of the same remark: it is noticed from the day on which one is there."""
    wrong = [one.report for one in prints if one.misquoted]
    right = [one.report for one in prints if not one.misquoted]
    return [
        Link(link=f"{one} {other}", from_=one, to=other, relation="misquotes", by="analyst")
        for one in wrong
        for other in right
    ]


_MISQUOTED = (10.0, 1.17, 1.13)
"""A zero too many; two alternatives added; a part added to its whole: what went wrong in the record's three."""


def _retold(quantity: Quantity, regime: Regime, chance: Random) -> tuple[Quantity, bool]:
    """In one of seven "up to 10,000" has become 10,000; and now and then the number is another, which is a misquote."""
    bound = quantity.high if quantity.low is None else quantity.low if quantity.high is None else None
    number = quantity.best if bound is None else bound if chance.random() < 0.15 else None
    if number is None:
        return quantity, False
    factor = chance.choice(_MISQUOTED) if chance.random() < regime.misquoted else 1.0
    return Quantity(measure=quantity.measure, best=round(number * factor)), factor != 1.0


def _recorded(remarks: list[Remark], letters: dict[str, str], regime: Regime, chance: Random) -> list[Statement]:
    """The statement that each event leaves, in the order of recording: reports, and later some retractions."""
    due: list[_Event] = []
    for one in remarks:
        if one.reported >= regime.days:
            continue
        recorded = one.reported + (chance.randint(1, 30) if chance.random() < regime.recorded_late else 0)
        due.append((recorded, one.report, one, None))
        if chance.random() < regime.taken_back and not one.repeats:
            withdrawn = one.reported + chance.randint(1, 10)
            due.append((max(withdrawn, recorded), one.report, one, withdrawn))
    known: dict[str, Development] = {}
    found: list[Statement] = []
    for position, (_, report, one, taken_back) in enumerate(sorted(due, key=_when), start=1):
        if taken_back is None:
            known[report] = developments.resolved(
                developments.report(position, _body(one)), letters=letters, same=Merged(), document=None
            )
        else:
            gone = ReportRetracted(report=report, by="origin", reason="wrong", reported=day_of(taken_back).isoformat())
            known[report] = developments.retract(known[report], position, gone)
        found += statements_of(known[report], BUILT_IN, DEFAULT)
    return found


_Event = tuple[int, str, Remark, int | None]
"""The day of recording, the report, what it says, and the day on which it was taken back where the event does that."""


def _when(event: _Event) -> tuple[int, str, bool]:
    return event[0], event[1], event[3] is not None


def _body(one: Remark) -> DevelopmentReported:
    printed = [Hop(role="publisher", source=one.via)] if one.via is not None else []
    spoken = Hop(role="attributed" if printed else "publisher", source=one.origin)
    return DevelopmentReported(
        report=one.report,
        kind="casualties" if one.quantity.measure == "killed" else "force_presence",
        stance="asserted",
        summary="So many of a force at a front.",
        provenance=Provenance(chain=(*printed, spoken)),
        confidence=msgspec.convert({"credibility": one.digit}, Confidence) if one.digit is not None else None,
        quantities=(one.quantity,),
        places=(ReportedPlace(place="front", role="at"),),
        actors=(ReportedActor(actor="force", role="subject"),),
        occurred=day_of(one.occurred).isoformat() if one.occurred is not None else None,
        reported=day_of(one.reported).isoformat(),
    )
