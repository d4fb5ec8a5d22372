"""Drafts for tests of the log: small, valid for the log itself, and told apart by their number."""

from uuid import UUID, uuid5

from app.domain.names import Introduced, NameKind, NameRule
from app.ledger.log import Draft

NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-0000000000aa")


def draft(number: int | str, *names: tuple[NameKind, str, NameRule], body: str | None = None) -> Draft:
    return Draft(
        type="source_registered.v1",
        event_id=uuid5(NAMESPACE, str(number)),
        body=body if body is not None else f'{{"n":"{number}"}}',
        names=tuple(Introduced(kind=kind, name=name, rule=rule, pointer="/body") for kind, name, rule in names),
    )
