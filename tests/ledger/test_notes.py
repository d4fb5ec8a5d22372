"""Signed notes, against published ones: that of Go's `sumdb/note` and those of C2SP's signed-note and tlog-checkpoint.

Ed25519 is deterministic, so that what is signed here has to be what they have signed, byte for byte.
"""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Malformed, NotAllowed, Refused
from app.ledger import notes
from app.ledger.notes import Head, VerifierKey

GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    f"{GO_TEXT}\n\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n\N{EM DASH} example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\N{EM DASH} example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
ROOT = bytes(range(32))


@pytest.mark.parametrize(("raw", "key"), [(GO_NOTE, GO_KEY), (C2SP_NOTE, C2SP_KEY)])
def test_published_notes_are_signed_by_their_keys(raw: str, key: str) -> None:
    assert notes.check(notes.read_note(raw), [notes.read_key(key)]) == notes.read_key(key)
    assert str(notes.read_key(key)) == key


def test_the_same_key_signs_the_same_text_to_the_same_bytes() -> None:
    key = Ed25519PrivateKey.from_private_bytes(GO_SECRET)
    assert notes.sign(GO_TEXT, "PeterNeumann", key) == GO_NOTE


def test_the_checkpoint_of_the_specification_is_read_and_written_alike() -> None:
    note = notes.read_note(C2SP_CHECKPOINT)
    head = notes.read_head(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert notes.write_head(head) == note.text


@pytest.mark.parametrize("place", range(0, len(GO_NOTE), 7))
def test_a_note_of_which_one_character_differs_is_not_taken(place: int) -> None:
    changed = GO_NOTE[:place] + ("x" if GO_NOTE[place] != "x" else "y") + GO_NOTE[place + 1 :]
    with pytest.raises(Refused):
        notes.check(notes.read_note(changed), [notes.read_key(GO_KEY)])


def test_signatures_of_others_say_nothing_and_one_that_fails_says_no() -> None:
    theirs = C2SP_NOTE.rpartition("\n\n")[2]
    go, c2sp = notes.read_key(GO_KEY), notes.read_key(C2SP_KEY)
    both = notes.read_note(GO_NOTE + theirs)
    assert notes.check(both, [go]) == go
    with pytest.raises(NotAllowed, match="not of this text"):
        notes.check(both, [go, c2sp])
    with pytest.raises(NotAllowed, match="by no key that is trusted"):
        notes.check(notes.read_note(GO_NOTE), [c2sp])
    with pytest.raises(NotAllowed, match="by no key that is trusted"):
        notes.check(notes.read_note(GO_NOTE), [VerifierKey("PeterNeumann", c2sp.public)])


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        GO_NOTE.removesuffix("\n"),
        GO_NOTE.replace("\N{EM DASH}", "-"),
        GO_NOTE.replace("PeterNeumann", "Peter+Neumann"),
        GO_NOTE.replace("x08go", "*"),
        "a\tb\n\n" + GO_NOTE.rpartition("\n\n")[2],
        "t\n\n\N{EM DASH} name AAAA\n",
        "x" * notes.NOTE_BYTES_MAX + GO_NOTE,
    ],
)
def test_what_is_no_note_is_malformed(raw: str) -> None:
    with pytest.raises(Malformed):
        notes.read_note(raw)


@pytest.mark.parametrize(
    "text",
    ["", "o\n1\n", "\n1\nAA==\n", "o\n01\n{root}\n", "o\n-1\n{root}\n", "o\n1\nAA==\n", f"o\n{2**60}\n{{root}}\n"],
)
def test_what_is_no_checkpoint_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        notes.read_head(text.format(root=base64.b64encode(ROOT).decode()))


@pytest.mark.parametrize(
    "key", ["", "a+b", "PeterNeumann+c74f20a4+" + GO_KEY.split("+", 2)[2], "a b+00000000+AAAA", GO_KEY[:-4]]
)
def test_what_is_no_verifier_key_is_malformed(key: str) -> None:
    with pytest.raises(Malformed):
        notes.read_key(key)


@given(st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read_back(size: int, root: bytes) -> None:
    key, head = Ed25519PrivateKey.from_private_bytes(ROOT), Head("log.example/one", size, root)
    note = notes.read_note(notes.sign(notes.write_head(head), head.origin, key))
    verifier = VerifierKey(head.origin, key.public_key().public_bytes_raw())
    assert notes.check(note, [notes.read_key(str(verifier))]) == verifier
    assert notes.read_head(note.text) == head
