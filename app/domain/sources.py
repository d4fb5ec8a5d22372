"""Who is behind a report: its origin, its grade, and which origins may be one and the same.

Pure lookups over what the ledger says of sources at one position; what follows for an estimate stands in `selection`.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.domain.events import DevelopmentReported, SourceRegistered, SourcesLinked
from app.domain.provenance import Hop

UNSTATED = "unstated"
_LETTERS_WORST_FIRST = "EDCBA"


class Merged:
    """Names that stand for one thing: a union-find whose groups are named by their smallest member."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._above: dict[str, str] = {}
        for one, other in pairs:
            self.join(one, other)

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.name(one), self.name(other)))
        if first != second:
            self._above[second] = first

    def name(self, one: str) -> str:
        while (above := self._above.get(one)) is not None:
            one = above
        return one


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says of sources at one position."""

    registered: Mapping[str, SourceRegistered] = {}
    letters: Mapping[str, str] = {}
    links: tuple[SourcesLinked, ...] = ()

    def same(self) -> Merged:
        """Sources that are one under several names."""
        return Merged((link.from_, link.to) for link in self.links if link.relation == "same_as")

    def kin(self) -> Merged:
        """Sources that cannot be shown to be independent: every overlap, part and sameness taken as sameness.

        An analyst's `independent_of` undoes a direct tie between two sources, never one that runs through a third.
        """
        apart = {frozenset((link.from_, link.to)) for link in self.links if link.relation == "independent_of"}
        ties = [(name, other) for name, source in self.registered.items() for other in source.may_overlap]
        ties += [(name, source.part_of) for name, source in self.registered.items() if source.part_of]
        ties += [(link.from_, link.to) for link in self.links if link.relation in {"same_as", "part_of", "may_overlap"}]
        return Merged(pair for pair in ties if frozenset(pair) not in apart)


def hops(body: DevelopmentReported) -> tuple[str, ...]:
    """The identified sources of the chain, publisher first, each once."""
    return tuple(dict.fromkeys(hop.source for hop in body.provenance.chain if hop.source is not None))


def origin_of(chain: tuple[Hop, ...], same: Merged) -> str:
    """Whose word it is: the last hop, or `unstated@` the last identified hop, with the descriptor given.

    Unstated hops with different descriptors are different origins.
    """
    last = chain[-1]
    if last.source is not None:
        return same.name(last.source)
    known = next((same.name(hop.source) for hop in reversed(chain) if hop.source is not None), "")
    return f"{UNSTATED}@{known}" + (f":{last.descriptor}" if last.descriptor else "")


def is_unstated(origin: str) -> bool:
    return origin.startswith(f"{UNSTATED}@")


def publisher_of(chain: tuple[Hop, ...], same: Merged) -> str:
    """Who printed it; of an unstated publisher as much as is said."""
    return origin_of(chain[:1], same)


def letter_of(body: DevelopmentReported, letters: Mapping[str, str]) -> str:
    """The report's own letter, else the worst of A to E among the chain's hops, else F.

    F neither weakens nor helps: it says that nobody could judge.
    """
    if body.confidence is not None and body.confidence.reliability is not None:
        return body.confidence.reliability
    given = {letters.get(hop) for hop in hops(body)}
    return next((letter for letter in _LETTERS_WORST_FIRST if letter in given), "F")


def independence(origins: Iterable[str], ties: Iterable[tuple[str, str]], kin: Merged) -> list[list[str]]:
    """The origins in groups that cannot be shown to be independent of each other, in order of their names.

    `ties` are between some of them.
    """
    families = {one: one if is_unstated(one) else f"kin {kin.name(one)}" for one in sorted(set(origins))}
    joined = Merged((families[one], families[other]) for one, other in ties)
    groups: dict[str, list[str]] = {}
    for origin, family in families.items():
        groups.setdefault(joined.name(family), []).append(origin)
    return list(groups.values())


def count_independent(groups: list[list[str]]) -> int:
    """How many independent origins there are at least; an unstated origin adds none unless it is alone."""
    stated = sum(1 for group in groups if not all(is_unstated(origin) for origin in group))
    return stated or min(1, len(groups))
