"""What one report says of one movement, as something that can be told apart from, or pooled with, what others say.

A `Flow` is a statement that went a way. It never votes; what it does to those who do is decided for a place and a day,
in `movements` and `nets`.
"""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import asdict

from app.domain.statements import Statement
from app.domain.ways import Ends, Place, Way

__all__ = ["Ends", "Flow", "Place", "flows_in"]


class Flow(Statement, frozen=True, kw_only=True, gc=False):
    """`why` is None for one that may count, as of its way.

    The vote day is the movement's last day, and never before the first; an undated one has none.
    """

    way: Way

    @property
    def ends(self) -> Ends:
        return self.way.from_, self.way.to

    @property
    def movement(self) -> str | None:
        return self.way.movement

    @property
    def days(self) -> tuple[date, date]:
        """First and last day; of an undated one, which cannot count, the first of the calendar."""
        last = self.vote_day or date.min
        return self.way.first_day or last, last


def flows_in(statements: Iterable[Statement]) -> tuple[Flow, ...]:
    """Those that went a way, in their order and with their ordinals."""
    return tuple(Flow(**{**asdict(one), "why": one.way.why}) for one in statements if one.way is not None)
