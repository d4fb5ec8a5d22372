"""`muster up` with its own PostgreSQL, as a process that can be killed and started again while clients look for it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.cli.processes import Up, up
from tests.torture.load import Load, asking_at


class Served:
    """The server that lives now. Its log is a file: a pipe would fill up, and stop it."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home = home
        self._stack = stack
        self.now = self._start()

    @property
    def url(self) -> str:
        return str(self.now.ready["url"])

    @property
    def key(self) -> str:
        return Path(self.now.ready["key_file"]).read_text(encoding="ascii")

    def kill(self) -> None:
        self.now.process.kill()
        self.now.process.wait()

    def start_again(self) -> None:
        self.now = self._start()

    def load(self, timeline: str, *, clients: int) -> Load:
        """Clients of whichever server lives by then; the timeline is made."""
        made = Load(asking_at(lambda: self.url), self.key, timeline, clients=clients)
        made.prepare()
        return made

    def _start(self) -> Up:
        log = self.home / "served.log"
        return self._stack.enter_context(up(self.home, log=log, MUSTER_SEED="never"))


@contextmanager
def served(home: Path) -> Iterator[Served]:
    with ExitStack() as stack:
        yield Served(home, stack)
