"""The signing key: made once, its owner's alone, or brought from elsewhere."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.errors import Malformed, Unavailable
from app.ledger.signing import read_signer


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "checkpoint.key"
    first = read_signer(file).verifier_key("t")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_signer(file).verifier_key("t") == first
    assert list(file.parent.iterdir()) == [file]


def test_of_many_who_make_it_at_once_all_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: str(read_signer(tmp_path / "key").verifier_key("t")), range(16)))
    assert len(keys) == 1


def test_a_key_of_openssl_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", file], check=True, capture_output=True)
    note = read_signer(file, "ledger.example").sign("t", 0, bytes(32))
    assert note.startswith("ledger.example/t\n0\n")


def test_without_an_origin_it_is_named_after_the_key_and_each_timeline_is_a_log_of_its_own(tmp_path: Path) -> None:
    one, other = read_signer(tmp_path / "one"), read_signer(tmp_path / "other")
    assert one.origin != other.origin
    assert one.verifier_key("a").id != one.verifier_key("b").id
    assert one.verifier_key("a").name == f"{one.origin}/a"


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_named_and_stays(text: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    with pytest.raises(Malformed, match=str(file)):
        read_signer(file)
    assert file.read_text() == text


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", file], check=True, capture_output=True)
    with pytest.raises(Malformed, match="not of Ed25519"):
        read_signer(file)


def test_where_no_file_can_be_the_reason_is_given(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be"):
        read_signer(tmp_path / "file" / "key")


@pytest.mark.parametrize("origin", ["https://a b", "a+b", "-x", "x" * 300])
def test_an_origin_that_cannot_be_one_is_refused(origin: str, tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="MUSTER_ORIGIN"):
        read_signer(tmp_path / "key", origin)
