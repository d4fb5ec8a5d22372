"""What is read to apply an event: all that it can move, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from app.database.engine import reading
from app.projections.estimates.book import Book
from tests.projections.histories import Event, Ledger, report


@contextmanager
def book_of(ledger: Ledger, position: int) -> Iterator[Book]:
    with reading(ledger.engine) as connection:
        yield Book(connection, ledger.generations, position)


def without_quantity(name: str) -> Event:
    kind, body = report(name)
    return kind, {**body, "quantities": []}


def test_what_stands_on_a_key_is_read_with_a_report_on_it(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", source="dod")])
    with book_of(ledger, ledger.head) as book:
        book.load(["R2"], ())
        assert book.of_report("R1")


def test_other_reports_without_a_quantity_are_left_where_they_are(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [without_quantity("R1"), without_quantity("R2")])
    with book_of(ledger, ledger.head) as book:
        book.load(["R2"], ())
        assert book.of_report("R2")
        assert not book.of_report("R1")
