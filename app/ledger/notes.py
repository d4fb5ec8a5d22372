"""Signed notes and the checkpoints written in them. Sources: C2SP signed-note and tlog-checkpoint, RFC 8032 (Ed25519).

A note is text, a blank line, and signatures. Who checks one holds verifier keys, each a text `name+id+key`; a signature
by a key that he does not hold says nothing to him, good or bad.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.domain.errors import Malformed, NotAllowed
from app.domain.limits import INTEGER_MAX

NOTE_BYTES_MAX = 64 * 1024
KEY_BYTES = 32
ROOT_BYTES = 32
_ED25519 = b"\x01"
_SIGNATURE = re.compile(r"\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_ID_BYTES = 4


class VerifierKey(msgspec.Struct, frozen=True):
    """The public half of a key under its name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encode(_ED25519 + self.public)}"


class Signature(msgspec.Struct, frozen=True):
    name: str
    id: bytes
    signature: bytes


class Note(msgspec.Struct, frozen=True):
    """`text` is what is signed, its last line feed included."""

    text: str
    signatures: Sequence[Signature]


class Head(msgspec.Struct, frozen=True):
    """What a checkpoint says: this log had this root at this size."""

    origin: str
    size: int
    root: bytes


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note of this text, which ends with a line feed, with one signature under this name."""
    verifier = VerifierKey(name, key.public_key().public_bytes_raw())
    return f"{text}\n\u2014 {name} {_encode(verifier.id + key.sign(text.encode()))}\n"


def write_head(head: Head) -> str:
    return f"{head.origin}\n{head.size}\n{_encode(head.root)}\n"


def read_head(text: str) -> Head:
    """From the text of a note; further lines are passed over. Raises Malformed."""
    lines = text.splitlines()
    if len(lines) < 3 or not lines[0] or not _SIZE.fullmatch(lines[1]) or int(lines[1]) > INTEGER_MAX:  # noqa: PLR2004 -- origin, size, root
        raise Malformed("this is no checkpoint: its lines are origin, size and root")
    root = _decode(lines[2])
    if len(root) != ROOT_BYTES:
        raise Malformed("this is no checkpoint: its third line is no SHA-256 in base64")
    return Head(lines[0], int(lines[1]), root)


def read_note(raw: str) -> Note:
    """Raises Malformed."""
    text, blank, last = raw.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in last.removesuffix("\n").split("\n")]
    controls = any(sign < " " and sign != "\n" for sign in raw)
    if not blank or not text or not last.endswith("\n") or controls or len(raw) > NOTE_BYTES_MAX:
        raise Malformed("this is no signed note: text, a blank line, and signatures")
    signatures = []
    for one in found:
        blob = _decode(one[2]) if one is not None else b""
        if one is None or "+" in one[1] or len(blob) <= _ID_BYTES:
            raise Malformed("this is no signed note: a line after its text is no signature")
        signatures.append(Signature(one[1], blob[:_ID_BYTES], blob[_ID_BYTES:]))
    return Note(f"{text}\n", signatures)


def read_key(text: str) -> VerifierKey:
    """A verifier key from its text. Raises Malformed."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    blob = _decode(encoded)
    if not name or re.search(r"\s", name) or blob[:1] != _ED25519 or len(blob) != 1 + KEY_BYTES:
        raise Malformed("this is no verifier key: name+id+key, the key that of Ed25519")
    key = VerifierKey(name, blob[1:])
    if key.id.hex() != key_id:
        raise Malformed(f"the verifier key of {name} has the id {key.id.hex()}, and {key_id[:20]} is written in it")
    return key


def check(note: Note, keys: Iterable[VerifierKey]) -> VerifierKey:
    """The key that signed. Raises NotAllowed where none of these did, or one of them that is named did not."""
    known = {(key.name, key.id): key for key in keys}
    signed = [(known[one.name, one.id], one) for one in note.signatures if (one.name, one.id) in known]
    for key, one in signed:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(one.signature, note.text.encode())
        except (InvalidSignature, ValueError) as error:
            raise NotAllowed(f"the signature of {key.name} is not of this text") from error
    if not signed:
        names = ", ".join(sorted({one.name for one in note.signatures}))
        raise NotAllowed(f"the note is signed by {names}, and by no key that is trusted here")
    return signed[0][0]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    """Empty for what is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
