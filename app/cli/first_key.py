"""The first admin key: made at the first start, kept in a file of its own, registered wherever it is not known yet.

The file comes first and the database second, so that a start that is killed in between leaves a key that the next
start registers, and never one that works and that nobody has.
"""

import os
import re
import stat
import tempfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from app.database.engine import writing
from app.domain.errors import Conflict, Refused
from app.ledger import keys

NAME = "admin"
KEY = re.compile(rf"{keys.PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)
MODE = 0o600


class Standing(Enum):
    """How it stands with the key in the file."""

    MADE = "made"
    KNOWN = "known"
    REGISTERED = "registered"
    REVOKED = "revoked"
    ELSEWHERE = "elsewhere"


class FirstKey(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is the key itself, and is given only when it was made just now."""

    standing: Standing
    file: Path
    text: str | None = None


def first_key(engine: Engine, file: Path, make: Callable[[], str]) -> FirstKey:
    """Without the file a key is made, unless somebody keeps an admin key for all timelines already.

    Raises Refused for a file that cannot be read or written, or that holds no key.
    """
    text = _read(file)
    with writing(engine) as connection:
        if text is not None:
            return FirstKey(standing=_register(connection, text), file=file)
        if any(one.administers_all for one in keys.list_keys(connection)):
            return FirstKey(standing=Standing.ELSEWHERE, file=file)
        text = make()
        _write(file, text)
        _register(connection, text)
    return FirstKey(standing=Standing.MADE, file=file, text=text)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def _read(file: Path) -> str | None:
    """None without the file."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"the key file {file} cannot be read: {_reason(error)}") from error
    if not KEY.fullmatch(text):
        raise Refused(f"the key file {file} holds no key", hint="remove it, and the next start makes a new key")
    return text


def _write(file: Path, text: str) -> None:
    """The key alone, without a line feed; under another name first, so that the file is whole or absent."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(text)
        Path(name).chmod(MODE)
        Path(name).rename(file)
    except OSError as error:
        raise Refused(f"the key file {file} cannot be written: {_reason(error)}") from error


def _register(connection: Connection, text: str) -> Standing:
    if keys.find(connection, text) is not None:
        return Standing.KNOWN
    taken = {one.name for one in keys.list_keys(connection)}
    name = next(name for number in range(1, len(taken) + 2) if (name := _numbered(number)) not in taken)
    try:
        keys.create(connection, name, text, role="admin")
    except Conflict:  # the name is free, so it is the key itself that is there, and it was not found because of this:
        return Standing.REVOKED
    return Standing.REGISTERED


def _numbered(number: int) -> str:
    return NAME if number == 1 else f"{NAME}-{number}"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
