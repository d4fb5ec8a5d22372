"""What can be seen without the database: versions, permissions, room on the disk, the address, the key's file."""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.api.health import program_version
from app.cli.checks import Check, State
from app.cli.first_key import MODE, mode_of
from app.settings import Settings, is_loopback

MEBIBYTE = 1024 * 1024
FREE_WEAK_BYTES = 1024 * MEBIBYTE
FREE_BAD_BYTES = 100 * MEBIBYTE
OTHERS = 0o077


def machine_checks(settings: Settings) -> Iterator[Check]:
    versions = f"Muster {program_version()} on Python {platform.python_version()}."
    yield Check(name="version", state=State.OK, found=versions)
    if settings.data_dir.is_dir():
        yield _permissions(settings)
        yield _room(settings.data_dir)
    if settings.embedded:
        yield _user()
    yield _key_file("key file", settings.key_file, "the first start makes it")
    yield _key_file("signing key", settings.signing_key, "the first checkpoint makes it")
    yield _address(settings)


def _permissions(settings: Settings) -> Check:
    directory, mode = settings.data_dir, mode_of(settings.data_dir)
    state, found = State.OK, f"{directory} is its owner's alone."
    if mode & 0o022:
        state, found = State.BAD, f"{directory} can be written to by others (mode {mode:o}): make it 700."
    elif mode & OTHERS == 0o001:
        state, found = State.WEAK, f"{directory} lets others pass through (mode {mode:o}), not list: root's PostgreSQL."
    elif mode & OTHERS:
        state, found = State.WEAK, f"{directory} can be looked into by others (mode {mode:o}): make it 700."
    return Check(name="data directory", state=state, found=found)


def _room(directory: Path) -> Check:
    free = shutil.disk_usage(directory).free
    state = State.BAD if free < FREE_BAD_BYTES else State.WEAK if free < FREE_WEAK_BYTES else State.OK
    return Check(name="disk", state=state, found=f"{free // MEBIBYTE:,} MiB are free where {directory} is.")


def _user() -> Check:
    if os.geteuid() != 0:
        return Check(name="user", state=State.OK, found="Muster does not run as root.")
    found = "As root, the bundled PostgreSQL runs as another user, and every directory above it is opened to pass."
    return Check(name="user", state=State.WEAK, found=found)


def _key_file(name: str, file: Path, made: str) -> Check:
    try:
        mode = mode_of(file)
    except FileNotFoundError:
        return Check(name=name, state=State.OK, found=f"There is no {file}; {made}.")
    except OSError as error:
        return Check(name=name, state=State.BAD, found=f"{file} cannot be looked at: {error.strerror}.")
    if mode & OTHERS:
        found = f"{file} is not its owner's alone (mode {mode:o}): make it {MODE:o}."
        return Check(name=name, state=State.BAD if mode & 0o006 else State.WEAK, found=found)
    return Check(name=name, state=State.OK, found=f"{file} is its owner's alone.")


def _address(settings: Settings) -> Check:
    if is_loopback(settings.host):
        return Check(name="address", state=State.OK, found=f"{settings.host} is reached from this machine alone.")
    open_to = "and whoever reaches it may read" if settings.read == "open" else "and reading takes a key"
    found = f"{settings.host} is reached from other machines without encryption, {open_to}."
    return Check(name="address", state=State.WEAK, found=found)
