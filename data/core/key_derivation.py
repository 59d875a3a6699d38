"""Keys derived from the one secret of the installation (HKDF, RFC 5869), one label each."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(secret: bytes, label: str) -> bytes:
    """32 bytes for the purpose `label`, which say nothing about `secret` or another label's."""
    return HKDF(SHA256(), length=32, salt=None, info=label.encode()).derive(secret)
