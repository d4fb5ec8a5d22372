"""Drafts for tests of the log: small, valid for the log itself, and told apart by their number."""

from uuid import UUID, uuid5

from app.domain.names import Introduced, NameKind, NameRule
from app.ledger.log import Draft

NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-0000000000aa")


def draft(number: int | str, named: tuple[NameKind, str, NameRule] | None = None, *, body: str | None = None) -> Draft:
    introduced = None
    if named is not None:
        kind, name, rule = named
        introduced = Introduced(kind=kind, name=name, rule=rule, pointer="/body")
    return Draft(
        type="source_registered.v1",
        event_id=uuid5(NAMESPACE, str(number)),
        body=body if body is not None else f'{{"n":"{number}"}}',
        introduced=introduced,
    )
