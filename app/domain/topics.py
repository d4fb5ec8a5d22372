"""Which questions a report speaks to, by its own words alone: nothing is looked up, and no number is asked for.

A topic is named after what the report names: `capability:kp-forces`, `territorial_control@ru-kursk`,
`policy_signal:ministry>neighbour@border`. What a figure answers is left to the estimates.
"""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from app.domain.events import DevelopmentReported
from app.domain.events.report import ReportKind

NAMED_MAX = 8
"""So many names are spelled out in the name of a topic, which is part of a database's key; then a digest stands in."""

_COUNTED = {"force_presence", "force_movement", "casualties", "capture", "materiel_transfer", "population"}
_BETWEEN = {"command_and_control", "diplomatic_contact"}
_BY_PLACE = {"military_operation", *_COUNTED}
_DOING = ("subject", "participant", "supplier")
_DONE_TO = ("object", "recipient", "opponent")


class Topic(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A kind of question about `actors`, `towards` others, in `places`; each in order of names, any of them empty."""

    kind: ReportKind
    actors: tuple[str, ...] = ()
    towards: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The same for the same question, and for no other."""
        parts = ((":", self.actors), (">", self.towards), ("@", self.places))
        return self.kind + "".join(f"{mark}{_joined(names)}" for mark, names in parts if names)


def topics_of(body: DevelopmentReported) -> tuple[Topic, ...]:
    """In order of their names; none for a report whose figures are the answer.

    Who holds ground is asked of each place. An arrangement or a contact is one among all who are named. A policy is
    asked of each actor, towards those and in the places that are named with it; an operation, or a presence without
    a figure, of each actor in these places; what was delivered, of suppliers and recipients together; everything else,
    such as a capability, a training or an assessment, of each actor alone.
    """
    if body.kind in _COUNTED and body.quantities:
        return ()
    found = {topic.name: topic for topic in _topics(body)}
    return tuple(topic for _, topic in sorted(found.items()))


def _topics(body: DevelopmentReported) -> Iterable[Topic]:
    kind, places = body.kind, _sorted(place.place for place in body.places if place.place is not None)
    doing, done_to = _in_roles(body, _DOING), _in_roles(body, _DONE_TO)
    if kind == "territorial_control" and places:
        return [Topic(kind=kind, places=(place,)) for place in places]
    if kind in _BETWEEN:
        return [Topic(kind=kind, actors=_sorted((*doing, *done_to)))]
    if kind == "materiel_transfer":
        return [Topic(kind=kind, actors=doing, towards=done_to)]
    each: list[tuple[str, ...]] = [(actor,) for actor in doing] or [()]
    if kind == "policy_signal":
        return [Topic(kind=kind, actors=actor, towards=done_to, places=places) for actor in each]
    where = places if kind in _BY_PLACE or not doing else ()
    return [Topic(kind=kind, actors=actor, places=where) for actor in each]


def _in_roles(body: DevelopmentReported, roles: tuple[str, ...]) -> tuple[str, ...]:
    return _sorted(actor.actor for actor in body.actors if actor.role in roles)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _joined(names: tuple[str, ...]) -> str:
    if len(names) <= NAMED_MAX:
        return ",".join(names)
    digest = sha256(",".join(names).encode()).hexdigest()[:16]
    return f"{','.join(names[:NAMED_MAX])},+{len(names) - NAMED_MAX}.{digest}"
