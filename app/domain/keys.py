"""What an estimate is about, and which key the words of a report fall on."""

import msgspec

from app.domain.events import DevelopmentReported

UNPLACED = "unplaced"
OUTSIDE = "outside"
AMBIGUOUS = "(ambiguous)"  # no slug, so that nothing real can be called this


class Subject(msgspec.Struct, frozen=True, order=True, gc=False):
    """What is counted and of whom: all places of one subject are estimated together."""

    measure: str
    actor: str

    @property
    def countable(self) -> bool:
        """Whether anything of it can be counted: not without a measure, nor where several actors could be meant."""
        return bool(self.measure) and self.actor != AMBIGUOUS


class Key(msgspec.Struct, frozen=True, order=True, gc=False):
    """What an estimate is about."""

    measure: str
    actor: str
    place: str

    @property
    def subject(self) -> Subject:
        return Subject(measure=self.measure, actor=self.actor)

    @property
    def countable(self) -> bool:
        """Whether anything can have a vote here: not without a measure, nor where several names could be meant."""
        return self.subject.countable and self.place != AMBIGUOUS


def key_of(body: DevelopmentReported, measure: str, *, running_total: bool) -> Key:
    """Actor: the one subject, else the one supplier. Place: the one `at`, for a running total else the one `to`."""
    subjects = {actor.actor for actor in body.actors if actor.role == "subject"}
    suppliers = {actor.actor for actor in body.actors if actor.role == "supplier"}
    at = {place.place for place in body.places if place.role == "at"}
    to = {place.place for place in body.places if place.role == "to"} if running_total else set()
    return Key(
        measure=measure,
        actor=_the_one(subjects or suppliers, none=AMBIGUOUS),
        place=_the_one(at or to, none=UNPLACED),
    )


def _the_one(names: set[str] | set[str | None], *, none: str) -> str:
    known = {name for name in names if name is not None}
    if len(known) > 1:
        return AMBIGUOUS
    return known.pop() if known else none
