"""Importing line by line: what is kept, what is refused, and in how much memory."""

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app import importing
from app.database.engine import reading, writing
from app.domain.errors import Unknown
from app.importing import LINE_BYTES_MAX, Imported, import_lines, split_lines
from app.ledger import log

TIMELINE = "first"
TODAY = date(2026, 11, 23)
_numbers = count(1)


@pytest.fixture(autouse=True)
def timeline(engine: Engine) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, TIMELINE, title="First", description="")


def new_id() -> UUID:
    return uuid5(UUID(int=0), str(next(_numbers)))


def bring(engine: Engine, lines: Any, *, mode: importing.Mode = "partial", dry_run: bool = False) -> Imported:
    return import_lines(
        engine, TIMELINE, lines, mode=mode, dry_run=dry_run, recorded_by="test", today=TODAY, new_id=new_id
    )


def head(engine: Engine) -> int:
    with reading(engine) as connection:
        return log.head(connection, TIMELINE).position


def line(type: str, event_id: UUID | None = None, **body: Any) -> bytes:  # noqa: A002 -- the envelope's own word
    return msgspec.json.encode({"type": type, "body": body, **({"event_id": event_id} if event_id else {})})


def place(name: str, event_id: UUID | None = None, **more: Any) -> bytes:
    return line("place_defined.v1", event_id, place=name, name=name, kind="country", **more)


def source(name: str, event_id: UUID | None = None) -> bytes:
    return line("source_registered.v1", event_id, source=name, name=name, kind="official")


@given(st.lists(st.binary(max_size=20)), st.integers(1, 9))
def test_lines_are_the_same_however_the_stream_is_cut(parts: list[bytes], size: int) -> None:
    text = b"\n".join(parts)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(split_lines(pieces)) == (text.removesuffix(b"\n").split(b"\n") if text else [])


def test_a_line_without_end_is_not_held() -> None:
    piece = b"x" * 65_536
    tracemalloc.start()
    [found] = split_lines(piece for _ in range(1000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == LINE_BYTES_MAX + 1
    assert peak < 8 * LINE_BYTES_MAX


def test_blank_lines_are_passed_over_and_counted(engine: Engine) -> None:
    imported = bring(engine, [b"", place("ru"), b"  \r", b"\n", b"nonsense", place("ua") + b"\r\n"])
    assert (imported.appended, imported.rejected) == (2, 1)
    assert [error.line for error in imported.errors] == [5]


@pytest.mark.parametrize(
    ("bad", "code", "pointer"),
    [
        (b"nonsense", "malformed", None),
        (b"\xff\xfe", "malformed", None),
        (b"[]", "malformed", ""),
        (b"[" * 50_000, "malformed", None),
        (b'{"type":"place_defined.v1","body":{},"x":1}', "malformed", "/x"),
        (b'{"type":"place_defined.v1","type":"place_defined.v1","body":{}}', "malformed", None),
        (b" " * LINE_BYTES_MAX + b"{}", "malformed", None),
        (place("r\x00"), "not-allowed", "/body/place"),
        (place("ru", part_of="eu"), "undefined-name", "/body/part_of"),
        (line("place_defind.v1"), "not-allowed", "/type"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(
    engine: Engine, bad: bytes, code: str, pointer: str | None
) -> None:
    imported = bring(engine, [place("aa"), bad, place("bb")])
    assert (imported.appended, imported.first_position, imported.last_position, head(engine)) == (2, 1, 2, 2)
    [error] = imported.errors
    assert (error.line, error.code, error.pointer) == (2, code, pointer or None)


def test_a_clash_takes_out_its_own_line_alone(engine: Engine) -> None:
    taken = new_id()
    bring(engine, [source("aa", taken)])
    imported = bring(engine, [place("ru"), place("xx", taken), source("aa", taken), place("ua")])
    assert (imported.appended, imported.replayed, imported.rejected) == (2, 1, 1)
    assert [(error.line, error.code) for error in imported.errors] == [(2, "event-id-taken")]
    assert head(engine) == 3


def test_many_clashes_are_each_named_in_order(engine: Engine) -> None:
    ids = [new_id() for _ in range(40)]
    bring(engine, [source(f"s{number}", one) for number, one in enumerate(ids)])
    lines = [place(f"p{number}", one if number % 3 else None) for number, one in enumerate(ids)]
    imported = bring(engine, lines)
    assert imported.appended == 14
    assert [error.line for error in imported.errors] == [number + 1 for number in range(40) if number % 3]


def test_what_rests_on_a_refused_line_is_refused_too(engine: Engine) -> None:
    taken = new_id()
    bring(engine, [source("aa", taken)])
    imported = bring(engine, [place("eu", taken), place("fr", part_of="eu"), place("us")])
    assert [(error.line, error.code) for error in imported.errors] == [(1, "event-id-taken"), (2, "undefined-name")]
    assert imported.appended == 1


def test_a_cycle_is_refused_and_its_neighbours_are_not(engine: Engine) -> None:
    bring(engine, [place("eu"), place("fr", part_of="eu")])
    imported = bring(engine, [place("us"), place("eu", part_of="fr"), place("ca")])
    assert [(error.line, error.code) for error in imported.errors] == [(2, "cycle")]
    assert imported.appended == 2


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_the_same_lines_again_append_nothing(engine: Engine, mode: importing.Mode) -> None:
    lines = [place(f"p{number}", new_id()) for number in range(20)]
    bring(engine, lines, mode=mode)
    again = bring(engine, lines, mode=mode)
    assert (again.appended, again.replayed, again.first_position) == (0, 20, None)
    assert head(engine) == 20


def test_atomic_keeps_all_or_nothing_and_still_lists_every_error(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_LINES", 2)
    good = [place(f"p{number}") for number in range(5)]
    imported = bring(engine, [*good, b"nonsense", place("eu"), b"more nonsense"], mode="atomic")
    assert [error.line for error in imported.errors] == [6, 8]
    assert (imported.appended, imported.first_position, head(engine)) == (0, None, 0)
    assert bring(engine, good, mode="atomic").last_position == 5


def test_a_chunk_may_rest_on_the_one_before(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK_LINES", 1)
    for mode in ("partial", "atomic"):
        imported = bring(engine, [place(f"{mode}-a"), place(f"{mode}-b", part_of=f"{mode}-a")], mode=mode)
        assert imported.appended == 2


@pytest.mark.parametrize(("mode", "counted"), [("partial", 1), ("atomic", 0)])
def test_a_dry_run_says_what_would_be_kept_and_keeps_nothing(
    engine: Engine, mode: importing.Mode, counted: int
) -> None:
    imported = bring(engine, [place("ru"), b"nonsense"], mode=mode, dry_run=True)
    assert (imported.appended, imported.rejected, imported.last_position) == (counted, 1, None)
    assert head(engine) == 0


@pytest.mark.parametrize("dry_run", [False, True])
def test_who_sends_slowly_keeps_no_other_waiting(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    monkeypatch.setattr(importing, "CHUNK_LINES", 1)
    with ThreadPoolExecutor() as pool:

        def lines() -> Iterator[bytes]:
            yield place("ru")
            assert pool.submit(bring, engine, [place("meanwhile")]).result(10).appended == 1
            yield place("kursk", part_of="ru")

        assert bring(engine, lines(), mode="atomic", dry_run=dry_run).appended == 2


def test_errors_are_counted_beyond_those_that_are_kept(engine: Engine) -> None:
    imported = bring(engine, [b"nonsense"] * 130)
    assert (imported.rejected, len(imported.errors), imported.errors_truncated) == (130, 100, True)


def test_a_timeline_that_is_not_there_takes_nothing(engine: Engine) -> None:
    for lines in ([], [b"nonsense"], [place("ru")]):
        with pytest.raises(Unknown):
            import_lines(engine, "absent", lines, mode="partial", recorded_by="test", today=TODAY, new_id=new_id)


def test_progress_is_told_chunk_by_chunk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK_LINES", 10)
    told: list[int] = []
    lines = (place(f"p{number}") for number in range(25))
    import_lines(
        engine,
        TIMELINE,
        lines,
        mode="partial",
        recorded_by="test",
        today=TODAY,
        new_id=new_id,
        progress=told.append,
    )
    assert told == [10, 20, 25]


def test_no_more_is_read_than_is_being_appended_and_checked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is flat because a chunk is in the ledger before the next but one is asked for."""
    monkeypatch.setattr(importing, "CHUNK_LINES", 5)
    ahead = []

    def lines() -> Iterator[bytes]:
        for number in range(40):
            ahead.append(number - head(engine))
            yield place(f"p{number}")

    bring(engine, lines())
    assert max(ahead) < 2 * 5
