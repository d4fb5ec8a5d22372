"""What a server that has come up says of itself: where it is, what it holds, and how to ask and record."""

import os
from typing import Any

import rich_click as click

from app.cli.first_key import FirstKey, Standing
from app.cli.printing import print_json
from app.domain.meanings import counted
from app.seeding import Seeded
from app.settings import Settings

_KEYS = {
    Standing.MADE: "{file} (made just now; shown only this once: {text})",
    Standing.KNOWN: "{file}",
    Standing.REGISTERED: "{file} (registered just now in this database)",
    Standing.REVOKED: "the one in {file} is revoked; `muster key create` makes another",
    Standing.ELSEWHERE: "there is one, not in {file}; `muster key create` makes another",
}
ASKED = "kp-in-russia-2024-25"


def greet(
    settings: Settings, url: str, key: FirstKey, seeded: list[Seeded], timelines: list[str], *, as_json: bool
) -> None:
    """One write: the lines of the log come from other threads."""
    if as_json:
        print_json(_facts(settings, url, key, seeded, timelines))
    else:
        click.echo("\n".join(_lines(settings, url, key, seeded, timelines)))


def _facts(settings: Settings, url: str, key: FirstKey, seeded: list[Seeded], timelines: list[str]) -> dict[str, Any]:
    return {
        "url": url,
        "docs": f"{url}/docs",
        "timelines": timelines,
        "seeded": seeded,
        "key_file": str(key.file),
        "key": key.standing.value,
        "database": "bundled" if settings.embedded else "DATABASE_URL",
        "read": settings.read,
    }


def _lines(settings: Settings, url: str, key: FirstKey, seeded: list[Seeded], timelines: list[str]) -> list[str]:
    events = {one.timeline: one.events for one in seeded}
    held = [f"{one} ({counted(events[one], 'event')}, loaded just now)" if one in events else one for one in timelines]
    home = f"bundled PostgreSQL in {settings.data_dir}{_as_root()}" if settings.embedded else "the one of DATABASE_URL"
    return [
        f"Muster is ready at {url}",
        "",
        f"  Reading room   {url}/",
        f"  Documentation  {url}/docs",
        f"  Timelines      {f'{chr(10)}                 '.join(held) or 'none yet'}",
        f"  Database       {home}",
        f"  Reading        {'open to all' if settings.read == 'open' else 'takes a key'}",
        f"  Admin key      {_KEYS[key.standing].format(file=key.file, text=key.text)}",
        "",
        "Ask:",
        *_ask(settings, url, key, timelines),
        "Record:",
        f"  curl -H {_bearer(key)} -H 'Content-Type: application/json' \\",
        f'    -d \'{{"timeline": "mine", "title": "Mine"}}\' {url}/v1/timelines',
        "",
        "Ctrl-C stops it.",
    ]


def _ask(settings: Settings, url: str, key: FirstKey, timelines: list[str]) -> list[str]:
    header = "" if settings.read == "open" else f"-H {_bearer(key)} "
    if ASKED in timelines:
        path = f"/v1/timelines/{ASKED}/estimates?measure=personnel&actor=kp-forces&place=ru"
    else:
        path = "/v1/timelines"
    return [f"  curl {header}'{url}{path}'"]


def _as_root() -> str:
    """PostgreSQL does not run as root: the user it runs as has to get to its files."""
    return " (as root: the directories above it are open to pass)" if os.geteuid() == 0 else ""


def _bearer(key: FirstKey) -> str:
    return f'"Authorization: Bearer $(cat {key.file})"'
