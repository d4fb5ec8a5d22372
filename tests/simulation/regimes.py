"""The twelve worlds in which the panel is tried, as numbers with their reasons, and nothing else.

No number here may follow from a score. Where a reason names the record, the number was counted in a list of 134 dated
public claims on a real deployment, from December 2023 to September 2025, 96 of them with a number. Such a list shows
what was said, when, by whom, in what words and through whom. It cannot show what was true: how wrong, how stale and how
alike in error the speakers are, and how well an analyst judges them, are guesses. One thing can be compared: numbers of
two origins on one thing within a fortnight are a factor of 1.5 apart in the record (median of 61 pairs) and of 1.6
here; and 5 of 24 equal what another origin gave in the ten days before, a quarter here, nearly all by being round.

A misquote is noticed as it was in the record, where both versions were held and linked: wherever another, right print
of the same remark is there, from the day on which both are. Where none is, nobody notices.

Every world has some of everything; each of the twelve turns one thing up, and its reason stands beside it. Chances are
per day, errors are standard deviations of the logarithm.
"""

import msgspec

Span = tuple[float, float]
Lags = tuple[tuple[int, int, float], ...]


class Regime(msgspec.Struct, frozen=True, kw_only=True):
    """One world. The defaults are the common ground; `running_total` makes the truth a toll instead of a strength."""

    name: str
    # the truth
    days: int = 120  # the record is dense for four months
    size: Span = (300, 30_000)  # from a battalion to a corps; the record speaks of 1,500 to 15,000
    drift: float = 0.01  # 4,000 lost of 12,000 in 75 days is half a percent a day; replacements blur it
    ramps: float = 1 / 60  # one build-up or thinning out in two months
    ramp_size: Span = (1.3, 3.0)  # 3,000 became 10,000 within three weeks
    ramp_days: tuple[int, int] = (7, 21)
    jumps: float = 1 / 90  # a brigade appears, or leaves, overnight
    jump_size: Span = (1.3, 2.2)
    withdrawals: float = 1 / 250  # pulled off the front in January, back in February
    returns: float = 1 / 40
    running_total: bool = False
    # who speaks
    origins: int = 6  # services, ministries and presidents that give numbers of their own
    interval: float = 12.0  # days between two words of one origin: half a report a day on the key, as in autumn 2024
    error: float = 0.3  # of the typical origin: figures for one place and fortnight scatter by 0.2 to 0.55
    unlike: float = 0.5  # how unlike each other the origins' errors are, of the logarithm of the error
    biased: float = 0.5  # the part of an origin's error variance that is the same in all it says
    together: float = 0.2  # what all get wrong together: one set of images, one definition of who counts
    misgraded: float = 0.35  # error of the analyst who judges an origin's error, of its logarithm
    ungraded: float = 0.25  # chance that nobody judged an origin, and that nobody judged a report
    wild_interval: float = 30.0  # one source speaks seldom and at random
    wild_error: float = 1.0
    wild_letters: str = "DEF"  # and is known for it
    # how it is said
    stale: int = 4  # at most so many days between what was seen and the day that it is said of
    # days from the day it is said of until it is said, from, to, how often: of the record's 80 numbers with a day
    lags: Lags = ((0, 0, 0.71), (1, 5, 0.21), (6, 14, 0.05), (15, 30, 0.03))
    # chance that a day is given for it, by whoever keeps the record: 80 of 81. Of 67 numbers that can vote 23 state a
    # day in words; 38 of the other 44 were set to the day of print. What nobody can know is `stale`
    dated: float = 0.99
    digits: tuple[float, float, float] = (
        0.54,
        0.46,
        0.0,
    )  # one, two or three that are no trailing 0: of 68 from 100 on
    at_least: float = 0.17  # 16 of 96; what is left is a plain or an "about" number
    up_to: float = 0.12  # 8 of 96, and 4 "nearly"
    between: float = 0.04  # 4 of 96
    word: float = 0.03  # 3 beside the 96
    # who repeats it
    printed: float = 0.985  # known through an outlet alone: all of the record but 2
    relays: float = 1.0  # further outlets, on average: 7 in the record, at most three of one, but picked for variety
    # how unlike their number is, of its logarithm: in the record the 7 fall on 4 of 89 numbers (3, 2, 1, 1), a variance
    # of twice the mean, where chance alone would give once; most is printed once, and a few things by everybody
    relays_unlike: float = 1.5
    outlets: int = 60  # 61 publishers in the record, two of which print what they say themselves
    # nobody judges most outlets: of the record's 132 relayed reports 122 come through one without a letter, 6 through a
    # B, 1 through a C, 3 through a D; what letter an outlet has tells nothing of the truth
    outlet_letters: str = "F" * 23 + "BD"
    anonymous: float = 0.16  # of all that is printed names nobody: 15 of 96
    misquoted: float = 0.03  # of all that is printed: 3 of 96, all found because the record has both versions
    # chance that an origin gives the last public figure out as its own: rare, since round numbers alone meet as often
    herding: float = 0.05
    recorded_late: float = 0.1  # chance that a report comes into the ledger up to a month later
    taken_back: float = 0.03


REGIMES = (
    # 1,500 to 11,000 in three weeks, and again
    Regime(name="ramps", ramps=1 / 25, ramp_size=(1.5, 5.0)),
    # an army that moves by the night: a change of half to three times every month
    Regime(name="jumps", jumps=1 / 30, jump_size=(1.5, 3.0)),
    # an expedition that comes and goes
    Regime(name="withdrawals", withdrawals=1 / 60, returns=1 / 30),
    # each side has its number and keeps to it, and all look through one window
    Regime(name="biased", error=0.4, biased=0.85, together=0.3),
    # no two looks are alike
    Regime(name="noisy", error=0.45, biased=0.2),
    # closed briefings that leak weeks after, seldom with a date
    Regime(name="delayed", stale=10, lags=((0, 0, 0.25), (1, 30, 0.75)), dated=0.3),
    # "up to", "more than", "between", "thousands": four in five numbers hedged, most of them very round
    Regime(name="hedged", digits=(0.7, 0.3, 0.0), at_least=0.25, up_to=0.25, between=0.15, word=0.15),
    # a story that everybody prints, half of them as "officials say", and that officials then repeat
    Regime(name="copied", relays=4.0, anonymous=0.4, herding=0.35),
    # the wild one speaks as often as two others, and nobody has seen through it
    Regime(name="wild", wild_interval=6.0, wild_error=1.2, wild_letters="CDF"),
    # letters that say next to nothing of the error, and half of the origins without one
    Regime(name="misgraded", misgraded=0.9, ungraded=0.5),
    # a theatre that hardly anybody watches
    Regime(name="sparse", origins=3, interval=25.0),
    # killed and wounded so far: 4,000 in 75 days, in bursts and pauses
    Regime(name="toll", running_total=True),
)
