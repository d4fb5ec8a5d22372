"""`python -m tests.bench.measure`: how fast this project is, each figure beside a reference of the same minutes.

Machines are shared and noisy, so what counts is the ratio. The rows are those of the tables P1 to P10: what is measured
in each, and what is not, stands at the top of the module that measures it. Nothing here is asserted by the test suite.
Exits 1 where a row that is asked falls short, or is not there yet.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import structlog

from app import circles
from tests.bench import appending, asking, importing, memory, replaying, verifying
from tests.bench.crew import Crew
from tests.bench.rows import HEAD, Row, as_json, as_line
from tests.bench.server import durable_server
from tests.bench.sizes import QUICK, Sizes

CLIENTS = 8
ROUNDS_MIN = 5


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: nothing is left running
    circles.look_seldom()  # as the product does, and the library beside it the same
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    chosen = _arguments()
    sizes = _sizes(chosen)
    for note in notes(sizes):
        _tell(note)
    _tell("", HEAD)
    rows = []
    for row in _rows(sizes, set(chosen.only or ())):
        rows.append(row)
        _tell(as_line(row))
    if chosen.json:
        chosen.json.write_bytes(as_json(rows, msgspec.structs.asdict(sizes)) + b"\n")
    short = [row for row in rows if row.falls_short]
    _tell("", f"{len(short)} of {len(rows)} rows fall short." if short else "Nothing that is asked falls short.")
    return 1 if short else 0


def notes(sizes: Sizes) -> Sequence[str]:
    """What has to be known to read the table."""
    round_ = f"{sizes.appends:,} appends, {sizes.lines:,} lines, {sizes.requests:,} requests, {sizes.posts:,} posts"
    told = [
        f"{os.cpu_count()} processors; medians of {sizes.rounds} rounds; PostgreSQL waits for the disk",
        f"a timeline of {sizes.events:,} events after its names, a small one of {sizes.small:,}; a round: {round_}",
    ]
    if sizes.rounds < ROUNDS_MIN:
        told.append(f"fewer than {ROUNDS_MIN} rounds: a look, not a measurement")
    return told


def _rows(sizes: Sizes, only: set[str]) -> Iterator[Row]:
    with durable_server() as server, Crew(CLIENTS) as crew, Crew(1) as alone:
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "appending": lambda: appending.measure(server, sizes, crew, alone),
            "importing": lambda: iter([importing.measure(server, sizes)]),
            "replaying": lambda: replaying.measure(server, sizes),
            "verifying": lambda: iter([verifying.measure(server, sizes)]),
            "asking": lambda: asking.measure(server, sizes, crew),
            "memory": lambda: memory.measure(server, sizes),
        }
        for name, part in parts.items():
            if not only or name in only:
                yield from part()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description="Measure speed beside references.")
    parser.add_argument("--quick", action="store_true", help="a look that takes a minute or two")
    for name in Sizes.__struct_fields__:
        parser.add_argument(f"--{name}", type=_positive, metavar="N", help=f"instead of {getattr(Sizes(), name):,}")
    parts = ("appending", "importing", "replaying", "verifying", "asking", "memory")
    parser.add_argument("--only", action="append", choices=parts, help="one part of the table; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    return parser.parse_args()


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError
    return int(text)


def _sizes(chosen: argparse.Namespace) -> Sizes:
    given = {name: getattr(chosen, name) for name in Sizes.__struct_fields__}
    told = {name: size for name, size in given.items() if size is not None}
    return msgspec.structs.replace(QUICK if chosen.quick else Sizes(), **told)


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
