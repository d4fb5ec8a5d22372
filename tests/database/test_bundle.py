from pathlib import Path

import pytest

from app.database import bundle
from app.domain.errors import Unavailable


def test_a_program_is_heard(tmp_path: Path) -> None:
    assert bundle.run("postgres", "--version", cluster=tmp_path / "none").startswith("postgres (PostgreSQL) 18.")


def test_a_program_that_fails_is_quoted_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(Unavailable, match=r"^The bundled PostgreSQL's initdb failed: .*taken.*$"):
        bundle.run("initdb", "-D", str(tmp_path / "taken"), cluster=tmp_path / "none")


def test_a_system_without_a_bundle_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "find_spec", lambda _: None)
    with pytest.raises(Unavailable) as refused:
        bundle.run("postgres", "--version", cluster=tmp_path)
    assert refused.value.hint == "set DATABASE_URL"
