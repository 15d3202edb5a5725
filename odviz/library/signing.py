"""Ed25519 keys and signatures, in the forms that OpenSSL reads: PEM, PKCS #8, and 64 bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from odviz.domain.errors import FileRefused, InputError, StoreError
from odviz.domain.rights import Right
from odviz.library.files import printable, read_bytes
from odviz.library.rights import require

if TYPE_CHECKING:  # imported where it is used: only signatures need it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LARGEST = 16 << 10
"""Most bytes of a key."""

PUBLIC_SUFFIX = ".pub.pem"


class Signer:
    """A private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> bytes:
        """Its public key, as PEM."""
        return _public_pem(self._key.public_key())

    def sign(self, content: bytes) -> bytes:
        """The signature of some bytes: 64 bytes, the same every time."""
        return self._key.sign(content)


def create_key(path: Path) -> Path:
    """Create a pair of keys: the private one for its user alone, and the public one beside it.

    Args:
        path: of the private key, which must not exist.

    Returns:
        Path of the public key.

    Raises:
        Forbidden: this session may not write files.
        InputError: one of the files exists.
        StoreError: they cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    require(Right.CHANGE)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = path.with_name(path.name.removesuffix(".pem") + PUBLIC_SUFFIX)
    _write_new(public, _public_pem(key.public_key()), 0o644)
    try:
        _write_new(path, private, 0o600)
    except BaseException:
        public.unlink()
        raise
    return public


def load_signer(path: Path) -> Signer:
    """A private key in a file.

    Raises:
        FileRefused: it cannot be read, is protected by a password, or is no Ed25519 key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = read_bytes(path, LARGEST, "private key")
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError:
        raise FileRefused(f"{printable(path)} is protected by a password; write a copy without one.") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise FileRefused(
            f"{printable(path)} is no Ed25519 private key (PEM, PKCS #8); `odviz evidence key` makes one."
        )
    return Signer(key)


def public_key(content: bytes, name: str) -> bytes:
    """A public key in the form in which all are compared: PEM, without what stands around it.

    Args:
        content: PEM.
        name: of the file, for messages.

    Raises:
        FileRefused: it is no Ed25519 public key.
    """
    return _public_pem(_parse(content, name))


def fingerprint(key: bytes) -> str:
    """Sha256 of a public key (SubjectPublicKeyInfo, DER), as `openssl pkey -pubin -outform DER | sha256sum` has it.

    Raises:
        FileRefused: it is no Ed25519 public key.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    parsed = _parse(key, "The key")
    return hashlib.sha256(parsed.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def is_signed(content: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the holder of a key signed some bytes.

    Args:
        content: the bytes.
        signature: see `Signer.sign`; any other bytes are none.
        key: public key, as PEM.

    Raises:
        FileRefused: the key is no Ed25519 public key.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        _parse(key, "The key").verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _parse(content: bytes, name: str) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise FileRefused(f"{name} is no Ed25519 public key (PEM).", place=name)
    return key


def _public_pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(number, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(f"{printable(path)} exists; a key is never overwritten.") from None
    except OSError as error:
        raise StoreError(f"{printable(path)} cannot be written: {error.strerror or error}.") from error
