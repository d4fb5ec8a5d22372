"""What is read of a subject: all that was said of it, what links tie to that, and no more."""

from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.keys import Subject
from app.projections.estimates.book import WHOLE, Book, read_books
from app.projections.estimates.surroundings import Surroundings
from tests.projections.histories import Event, Ledger, report

PERSONNEL, KILLED = Subject(measure="personnel", actor="force"), Subject(measure="killed", actor="force")


def books_of(ledger: Ledger, *subjects: Subject, at: int | None = None) -> dict[Subject, Book]:
    position = ledger.head if at is None else at
    with reading(ledger.engine) as connection:
        known = Surroundings.read(connection, ledger.generations, position)
        return {one.subject: one for one in read_books(connection, ledger.generations, subjects, known, position)}


def reports_in(book: Book) -> list[str]:
    return [one.report for case in book.tree(WHOLE).cases.values() for one in case.statements]


def without_quantity(name: str) -> Event:
    kind, body = report(name)
    return kind, {**body, "quantities": []}


def linked(one: str, other: str) -> Event:
    link = {"from": one, "to": other, "relation": "corroborates", "by": "ann", "reason": "read together"}
    return "reports_linked.v1", link


def test_all_that_was_said_of_a_subject_is_read_and_nothing_of_another(shared_engine: Engine) -> None:
    told = [report("R1"), report("R2", source="dod"), report("R3", measure="killed", place="kursk")]
    books = books_of(Ledger(shared_engine, told), PERSONNEL, KILLED)
    assert reports_in(books[PERSONNEL]) == ["R1", "R2"]
    assert reports_in(books[KILLED]) == ["R3"]


def test_what_a_link_ties_to_it_is_read_with_all_that_it_says(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk"), linked("R1", "R2")])
    case = books_of(ledger, PERSONNEL)[PERSONNEL].tree(WHOLE).cases["ru"]
    assert [one.key.measure for one in case.linked["R2"]] == ["killed"]


def test_reports_without_a_quantity_are_left_where_they_are(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), without_quantity("R2")])
    assert books_of(ledger, PERSONNEL)[PERSONNEL].size == 1


def test_a_book_is_read_as_it_stood_at_a_position(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1")])
    position = ledger.head
    ledger.tell(report("R2", source="dod"))
    assert reports_in(books_of(ledger, PERSONNEL, at=position)[PERSONNEL]) == ["R1"]
