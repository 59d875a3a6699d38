"""AWS Signature Version 4: parse the signature of a request strictly, and verify it.

Rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
Anything that our SDKs never send is refused, because another parser could read it differently.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NoReturn
from urllib.parse import quote_from_bytes, unquote_to_bytes

from data.emulator.asgi import Scope
from data.emulator.refusals import Reason, Refusal

ALGORITHM: Final = "AWS4-HMAC-SHA256"
MOST_SKEW_SECONDS: Final = 15 * 60
MOST_LIFETIME_SECONDS: Final = 7 * 24 * 3600
SCOPE: Final = re.compile(r"(\w{4,128})/(\d{8})/([a-z0-9-]{1,40})/([a-z0-9-]{1,40})/aws4_request", re.ASCII)
SIGNED_HEADERS: Final = re.compile(r"[a-z0-9_.-]+(?:;[a-z0-9_.-]+)*")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
TIMESTAMP: Final = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
LIFETIME: Final = re.compile(r"[1-9][0-9]{0,5}")
AUTHORIZATION: Final = re.compile(
    rf"{ALGORITHM} Credential=([^,]+), ?SignedHeaders=({SIGNED_HEADERS.pattern}), ?Signature=({DIGEST.pattern})"
)
QUERY_FORM: Final = (
    *(b"X-Amz-Algorithm", b"X-Amz-Credential", b"X-Amz-Date", b"X-Amz-Expires"),
    *(b"X-Amz-SignedHeaders", b"X-Amz-Signature"),
)
QUERY_TOKEN: Final = b"X-Amz-Security-Token"
SIGNATURE_VERSION_2: Final = {b"awsaccesskeyid", b"signature"}
OF_SIGNATURES: Final = {name.lower() for name in (*QUERY_FORM, QUERY_TOKEN)} | SIGNATURE_VERSION_2
NOT_WITH_QUERY_FORM: Final = (b"x-amz-date", b"x-amz-security-token", b"x-amz-content-sha256")
PATH: Final = re.compile(rb"/[!-~]*")  # HTTP allows no other bytes in a path
QUERY: Final = re.compile(rb"[!-~]*")


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed signature. `lifetime` is None in the header form, and seconds in the query form."""

    access_key_id: str
    date: str
    region: str
    service: str
    timestamp: str
    digest: str
    signed_headers: str = ""
    token: str | None = None
    lifetime: int | None = None


class Head:
    """The method, path, query and headers of a request, as they were sent."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query = _pairs(scope["query_string"])
        self.headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            self.headers.setdefault(name.lower(), []).append(value)

    def header(self, name: bytes) -> str | None:
        """Return the value of a header; None without it. Raises Refusal if it was sent more than once."""
        values = self.headers.get(name)
        if values is None:
            return None
        if len(values) > 1:
            malformed()
        return values[0].decode("latin-1")


def malformed() -> NoReturn:
    """Refuse the request."""
    raise Refusal(Reason.MALFORMED)


def parse(head: Head) -> Signature | None:
    """Return the signature of a request; None if it has none. Raises Refusal for any other form than AWS's two."""
    in_query = [name for name, _ in head.query if name.lower() in OF_SIGNATURES]
    authorization = head.header(b"authorization")
    if authorization is None:
        return _in_query(head, in_query) if in_query else None
    if in_query:
        malformed()
    found = AUTHORIZATION.fullmatch(authorization)
    if found is None:
        malformed()
    credential, signed_headers, digest = found.groups()
    timestamp = head.header(b"x-amz-date") or ""
    scope = parse_scope(credential, timestamp)
    signature = Signature(*scope, timestamp, digest, signed_headers, head.header(b"x-amz-security-token"))
    _check_signed_headers(head, signed_headers, (b"x-amz-", b"content-"))
    return signature


def _in_query(head: Head, names: Sequence[bytes]) -> Signature:
    values = {name: value.decode("latin-1") for name, value in head.query if name in names}
    token = values.pop(QUERY_TOKEN, None)
    if len(names) != len(set(names)) or values.keys() != set(QUERY_FORM):
        malformed()
    if any(name in head.headers for name in NOT_WITH_QUERY_FORM):
        malformed()
    algorithm, credential, timestamp, lifetime, signed_headers, digest = (values[name] for name in QUERY_FORM)
    exact = algorithm == ALGORITHM and LIFETIME.fullmatch(lifetime) and DIGEST.fullmatch(digest)
    if not exact or not SIGNED_HEADERS.fullmatch(signed_headers) or int(lifetime) > MOST_LIFETIME_SECONDS:
        malformed()
    _check_signed_headers(head, signed_headers, (b"x-amz-",))
    return Signature(*parse_scope(credential, timestamp), timestamp, digest, signed_headers, token, int(lifetime))


def parse_scope(credential: str, timestamp: str) -> tuple[str, str, str, str]:
    """Return access key ID, date, region and service. Raises Refusal unless the scope is of the timestamp's date."""
    found = SCOPE.fullmatch(credential)
    if found is None or not TIMESTAMP.fullmatch(timestamp) or found[2] != timestamp[:8]:
        malformed()
    return found[1], found[2], found[3], found[4]


def _check_signed_headers(head: Head, signed_headers: str, must: tuple[bytes, ...]) -> None:
    """Raise Refusal unless Host and all headers that begin with one of `must` are signed, each once and in order."""
    names = signed_headers.encode().split(b";")
    if names != sorted(set(names)) or b"host" not in names:
        malformed()
    if any(name.startswith(must) and name not in names and name != b"content-length" for name in head.headers):
        malformed()


def check_time(signature: Signature, now: float) -> None:
    """Raise Refusal if a header signature is skewed by more than 15 minutes, or a presigned request has expired."""
    age = now - instant(signature.timestamp)
    if age < -MOST_SKEW_SECONDS or (signature.lifetime is None and age > MOST_SKEW_SECONDS):
        raise Refusal(Reason.SKEWED)
    if signature.lifetime is not None and age > signature.lifetime:
        raise Refusal(Reason.EXPIRED)


def verify(head: Head, signature: Signature, secret: str, payload_hash: str) -> None:
    """Raise Refusal unless the signature is that of the request and its payload."""
    digest = sha256(canonical_request(head, signature, payload_hash)).hexdigest()
    scope = f"{signature.date}/{signature.region}/{signature.service}/aws4_request"
    verify_text(signature, secret, f"{ALGORITHM}\n{signature.timestamp}\n{scope}\n{digest}".encode())


def verify_text(signature: Signature, secret: str, text: bytes) -> None:
    """Raise Refusal unless the signature is that of `text`, which may be the policy of a form."""
    key = signing_key(secret, signature.date, signature.region, signature.service)
    if not hmac.compare_digest(hmac.digest(key, text, "sha256").hex(), signature.digest):
        raise Refusal(Reason.MISMATCH)


def canonical_request(head: Head, signature: Signature, payload_hash: str) -> bytes:
    """Return what AWS hashes of a request."""
    query = [pair for pair in head.query if pair[0] != b"X-Amz-Signature"] if signature.lifetime else head.query
    lines = [head.method.encode(), _canonical_path(head.path, signature.service), _canonical_query(query)]
    for name in signature.signed_headers.encode().split(b";"):
        values = head.headers.get(name)
        if values is None:
            malformed()
        lines.append(name + b":" + b",".join(b" ".join(value.split()) for value in values))
    return b"\n".join([*lines, b"", signature.signed_headers.encode(), payload_hash.encode()])


def _canonical_path(path: bytes, service: str) -> bytes:
    """S3 signs a path as it is sent; the other services encode it again."""
    if path == b"/":
        return path
    if not PATH.fullmatch(path):
        malformed()
    if service == "s3":
        return path
    if b"//" in path or b"/." in path:  # AWS would normalise it, and the emulator does not
        malformed()
    return quote_from_bytes(path, safe="/-_.~").encode()


def _canonical_query(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    if not pairs:
        return b""
    encoded = sorted(
        (quote_from_bytes(name, safe="-_.~"), quote_from_bytes(value, safe="-_.~")) for name, value in pairs
    )
    return "&".join(f"{name}={value}" for name, value in encoded).encode()


def _pairs(query: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values, decoded as the emulator decodes them."""
    if not query:
        return []
    if not QUERY.fullmatch(query):
        malformed()
    parts = [part.partition(b"=") for part in query.replace(b"+", b" ").split(b"&") if part]
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in parts]


@lru_cache(256)
def instant(timestamp: str) -> float:
    """Return the seconds since 1970 of a timestamp like 20261201T093000Z. Raises Refusal if there is no such time."""
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        malformed()


@lru_cache(64)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """Derive the key that signs one service's requests in one region on one date."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
