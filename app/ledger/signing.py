"""The key that signs checkpoints: a file of its own, made when it is first needed, or brought by the operator.

It is PKCS 8 in PEM, as `openssl genpkey -algorithm ed25519` writes it. Each timeline is a log of its own under the name
`origin/timeline`, so that a checkpoint of one can never pass for one of another.
"""

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from app.domain.errors import Malformed, Unavailable
from app.ledger import notes
from app.ledger.notes import Head, VerifierKey

MODE = 0o600
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}", re.ASCII)


class Signer(msgspec.Struct, frozen=True):
    """A key and the origin whose timelines it signs."""

    key: Ed25519PrivateKey
    origin: str

    def verifier_key(self, timeline: str) -> VerifierKey:
        return VerifierKey(f"{self.origin}/{timeline}", self.key.public_key().public_bytes_raw())

    def sign(self, timeline: str, size: int, root: bytes) -> str:
        name = f"{self.origin}/{timeline}"
        return notes.sign(notes.write_head(Head(name, size, root)), name, self.key)


def read_signer(file: Path, origin: str = "") -> Signer:
    """The signer of this file, which is made where it is missing. Without an origin it is named after the key.

    Raises Unavailable for a file that cannot be read or made, Malformed for one that holds no key, and for an origin
    that cannot be one.
    """
    if origin and not _ORIGIN.fullmatch(origin):
        raise Malformed(
            "MUSTER_ORIGIN is an address without its scheme, such as ledger.example.org/muster", code="setting"
        )
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raw = _make(file)
    except OSError as error:
        raise Unavailable(f"the signing key {file} cannot be read: {error.strerror}") from error
    key = _read(raw, file)
    named = sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]
    return Signer(key, origin.rstrip("/") or f"muster-{named}")


def _read(raw: bytes, file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Malformed(f"the signing key {file} cannot be read as one without a password", code="setting") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed(f"the signing key {file} is not of Ed25519", code="setting")
    return key


def _make(file: Path) -> bytes:
    """Whole under another name first, and then in its place unless somebody was faster: his is the key then."""
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(raw)
                opened.flush()
                os.fsync(opened.fileno())
            Path(name).chmod(MODE)
            file.hardlink_to(name)
        except FileExistsError:
            return file.read_bytes()
        finally:
            Path(name).unlink()
    except OSError as error:
        raise Unavailable(f"the signing key {file} cannot be made: {error.strerror}") from error
    return raw
