"""The one file that the domain reads: the set of assumptions that comes with the program, once, when it is imported.

It lies in the package like a module, is read like one, and never again. What its numbers mean is said elsewhere.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

_FILE = "origin-panel.v1.toml"


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """`parameters` as an event would hold them. `sources` tells where they are from, by name: `half_life_days`, or
    `classes.tally` for one of a group.
    """

    name: str
    reason: str
    parameters: Mapping[str, Any]
    sources: Mapping[str, str]


def read_shipped() -> Shipped:
    """Raises KeyError for a value without a source, or the other way round: a slip of ours."""
    written = tomllib.loads(files("app.domain").joinpath(_FILE).read_text(encoding="utf-8"))
    sources: dict[str, str] = {}
    name, reason = written.pop("name"), written.pop("reason")
    return Shipped(name=name, reason=reason, parameters=_values(written, "", sources), sources=sources)


def _values(group: Mapping[str, Any], above: str, sources: dict[str, str]) -> dict[str, Any]:
    """The values without their sources, which go into `sources`. What has neither is a group of such."""
    found = {}
    for key, entry in group.items():
        name = f"{above}{key}"
        if entry.keys() & {"value", "source"}:
            found[key], sources[name] = entry["value"], entry["source"]
        else:
            found[key] = _values(entry, f"{name}.", sources)
    return found
