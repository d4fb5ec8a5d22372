"""What if: some reports had never been made, and some sources bore another grade. Nothing that is supposed is kept.

Pure: it makes of developments as they stand those that would stand, and says nothing of what follows from them.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.domain.developments import Development
from app.domain.sources import Sources, hops, letter_of


class Supposition(msgspec.Struct, frozen=True, kw_only=True):
    """What is supposed to be otherwise than the ledger has it.

    Left out are `reports`, and all in whose chain one of `sources` stands anywhere, whether as the origin or as one
    who passed it on. `letters` take the place of the grades of sources, by source.
    """

    sources: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    letters: Mapping[str, str] = {}


def silenced(supposition: Supposition, sources: Sources) -> frozenset[str]:
    """The sources left out under all their names: those that were linked as the same are one."""
    same = sources.same()
    left_out = {same.name(source) for source in supposition.sources}
    return frozenset(name for name in sources.registered if same.name(name) in left_out)


def supposed(
    developments: Iterable[Development], supposition: Supposition, sources: Sources
) -> dict[str, Development | None]:
    """Each development by its report as it would stand; None for one left out, the very same where nothing differs.

    A report that bears a letter of its own keeps it, as it would if the source were graded anew.
    """
    silent = silenced(supposition, sources)
    letters = {**sources.letters, **supposition.letters}
    found: dict[str, Development | None] = {}
    for one in developments:
        name, behind = one.body.report, hops(one.body)
        if name in supposition.reports or not silent.isdisjoint(behind):
            found[name] = None
        elif supposition.letters.keys().isdisjoint(behind):
            found[name] = one
        else:
            found[name] = _lettered(one, letter_of(one.body, letters))
    return found


def _lettered(one: Development, letter: str) -> Development:
    return one if one.letter == letter else msgspec.structs.replace(one, letter=letter)
