"""What the ledger says of grades, same sources and documents while events are applied: read once, kept up by them."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.domain import developments as domain
from app.domain import events as e
from app.domain.developments import Development
from app.domain.sources import Merged, Sources
from app.projections.generations import Generations
from app.projections.registry import read_definitions, read_sources

DOCUMENTS_HELD_MAX = 10_000


class Surroundings:
    """As of the position up to which it has learned; first that at which it is made."""

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self._connection = connection
        self._generations = generations
        self._position = position
        self._documents: dict[str, e.DocumentCaptured | None] = {}
        self._read_sources()

    def begin(self, connection: Connection, documents: Iterable[str]) -> None:
        """Make ready for a batch of events that speak of these documents."""
        self._connection = connection
        if len(self._documents) > DOCUMENTS_HELD_MAX:
            self._documents = {}
        self._read_documents(documents)

    def learn(self, body: e.Body, position: int) -> None:
        """Take in an event that may change any of it."""
        self._position = position
        match body:
            case e.SourceGraded():
                self._letters[body.source] = body.reliability
            case e.SourcesLinked() | e.LinkWithdrawn():
                self._read_sources()
            case e.DocumentCaptured() | e.DocumentStatusChanged():
                self._documents.pop(body.document, None)
            case _:
                pass

    def letter(self, source: str) -> str | None:
        """The grade that it was given last."""
        return self._letters.get(source)

    def resolve(self, development: Development, position: int) -> Development:
        """With what follows for it from its sources and its document."""
        self._position = position
        name = development.body.provenance.document
        if name is not None and name not in self._documents:
            self._read_documents([name])
        document = self._documents[name] if name is not None else None
        return domain.resolved(development, letters=self._letters, same=self._same, document=document)

    def _read_sources(self) -> None:
        sources: Sources = read_sources(self._connection, self._generations, at=self._position)
        self._letters = dict(sources.letters)
        self._same: Merged = sources.same()

    def _read_documents(self, names: Iterable[str]) -> None:
        missing = {name for name in names if name not in self._documents}
        if missing:
            found = read_definitions(
                self._connection,
                self._generations,
                "document",
                e.DocumentCaptured,
                at=self._position,
                names=missing,
            )
            self._documents |= {name: found.get(name) for name in missing}
