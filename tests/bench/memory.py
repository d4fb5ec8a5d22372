"""P10: the most memory that a replay and an import ever hold, with a timeline and with one a tenth as long.

Each runs in a process of its own, which tells its own peak, as Linux keeps it for the program that runs now (`VmHWM`):
`ru_maxrss` would still know how large the process was that started it. PostgreSQL's memory is not in it. The lines of
an import come from a file, as with `muster import`, so that what is measured is not the lines.
`python -m tests.bench.memory replay URL TIMELINE` and `… import URL TIMELINE FILE` are those processes.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

from app import circles
from app.database.engine import make_engine
from app.importing import import_lines, split_lines
from tests.bench.filling import BY, fill, line
from tests.bench.rows import Row, interleaved
from tests.bench.server import ROOT, Server
from tests.bench.sizes import Sizes
from tests.bench.workload import TODAY, workload
from tests.replaying import replayed

WITHIN_MIB = 512
TENTH = 10
BLOCK_BYTES = 65_536


def measure(server: Server, sizes: Sizes) -> Iterator[Row]:
    many = (sizes.events, sizes.events // TENTH)
    against = f"{many[0]:,} events beside {many[1]:,}"
    with server.database() as url:
        engine = make_engine(url)
        for events in many:
            fill(engine, f"replay-{events}", workload(events))
        large, small = (_replaying(url, events) for events in many)
        yield _row(f"peak of a replay, {against}", sizes, large, small)
        files = [_written(server.directory / f"{events}.ndjson", events) for events in many]
        numbers = count(1)
        large, small = (_importing(url, file, numbers) for file in files)
        yield _row(f"peak of an import, {against}", sizes, large, small)
        engine.dispose()


def _row(work: str, sizes: Sizes, large: Callable[[], float], small: Callable[[], float]) -> Row:
    pairs = interleaved(sizes.rounds, large, small)
    row = Row(name="P10", work=work, unit="MiB", asked=1.3, aim=1.1, most=True, within=WITHIN_MIB)
    return row.with_rounds(pairs)


def _written(file: Path, events: int) -> Path:
    with file.open("wb") as opened:
        opened.writelines(line(one) + b"\n" for one in workload(events))
    return file


def _replaying(url: str, events: int) -> Callable[[], float]:
    return lambda: _peak("replay", url, f"replay-{events}")


def _importing(url: str, file: Path, numbers: Iterator[int]) -> Callable[[], float]:
    def one_round() -> float:
        engine, timeline = make_engine(url), f"import-{next(numbers)}"
        fill(engine, timeline, [])
        engine.dispose()
        return _peak("import", url, timeline, str(file))

    return one_round


def _peak(*arguments: str) -> float:
    """In MiB."""
    command = [sys.executable, "-m", "tests.bench.memory", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout)


def _replay(url: str, timeline: str) -> None:
    replayed(make_engine(url), timeline)


def _import(url: str, timeline: str, file: str) -> None:
    with Path(file).open("rb") as opened:
        lines = split_lines(iter(lambda: opened.read(BLOCK_BYTES), b""))
        done = import_lines(
            make_engine(url),
            timeline,
            lines,
            mode="partial",
            recorded_by=BY,
            today=TODAY,
            new_id=uuid4,
            projecting_seconds=0,
        )
    if done.rejected:
        raise RuntimeError(f"{done.rejected} lines were rejected: {done.errors[:3]}")


def main() -> None:
    circles.look_seldom()
    what, *rest = sys.argv[1:]
    (_replay if what == "replay" else _import)(*rest)
    told = Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]
    sys.stdout.write(f"{int(told) / 1024}\n")


if __name__ == "__main__":
    main()
