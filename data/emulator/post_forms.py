"""Presigned form uploads: the policy and its signature are verified before the file is received.

Rules: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html. A form is refused unless its fields come
before its file and nothing comes after it, which is how browsers and SDKs send it. The emulator splits the whole body
at each boundary, so the number of parts is limited here.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from data.emulator.asgi import DISCONNECT, Message, Receive, Scope, content_length, replay
from data.emulator.credentials import FindCredential, credential_of
from data.emulator.refusals import Reason, Refusal
from data.emulator.sigv4 import ALGORITHM, DIGEST, MOST_LIFETIME_SECONDS, Signature, parse_scope, verify_text

MOST_HEAD_BYTES: Final = 64 << 10
MOST_PART_HEADER_BYTES: Final = 4 << 10
MOST_PARTS: Final = 20
BUCKET_PATH: Final = re.compile(rb"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/?")
CONTENT_TYPE: Final = re.compile(rb'multipart/form-data; ?boundary=("?)([A-Za-z0-9_.-]{1,70})\1')
PART: Final = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([A-Za-z0-9_.$-]{1,100})"(; filename="[^"\r\n]*")?'
    rb"(?:\r\nContent-Type: [^\r\n]*)?\r\n\r\n",
    re.IGNORECASE,
)
SIGNED_FIELDS: Final = {"key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"}
OLDER_FIELDS: Final = {"awsaccesskeyid", "signature"}
UNVERIFIED_HEADERS: Final = (b"x-amz-", b"content-encoding", b"transfer-encoding")  # they change what a body means
ENDINGS: Final = (b"--", b"--\r\n")


def is_form(scope: Scope) -> bool:
    """Whether the request is a POST of a multipart form."""
    types = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    return scope["method"] == "POST" and any(value.lower().startswith(b"multipart/form-data") for value in types)


async def verified_form(scope: Scope, receive: Receive, find: FindCredential, now: float) -> Receive:
    """Verify a form's policy, and return the `receive` for S3; it raises Refusal at the first part after the file.

    Raises:
        Refusal: it is no signed upload to a bucket, or the policy has expired, or its signature does not match.
    """
    boundary = _boundary(scope)
    received = await _Fields(boundary).read(receive)
    _verify(received.values, find, now)
    tail = _Tail(boundary)
    return tail.checked(replay(bytes(received.buffer), receive, more=received.more), received.file_at)


def _boundary(scope: Scope) -> bytes:
    """Return the delimiter of the parts. Raises Refusal unless the request may be a form upload by its head."""
    types = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    found = CONTENT_TYPE.fullmatch(types[0]) if len(types) == 1 else None
    to_bucket = BUCKET_PATH.fullmatch(scope["raw_path"]) and not scope["query_string"]
    unverified = any(name.lower().startswith(UNVERIFIED_HEADERS) for name, _ in scope["headers"])
    if found is None or not to_bucket or unverified or content_length(scope) is None:
        raise Refusal(Reason.UNKNOWN_KEY)
    return b"--" + found[2]


class _Fields:
    """The fields of a form up to its file, read part by part as they are received."""

    def __init__(self, boundary: bytes) -> None:
        self._boundary = boundary
        self._at = 0
        self.buffer, self.more = bytearray(), True
        self.values: dict[str, str] = {}
        self.file_at = 0

    async def read(self, receive: Receive) -> "_Fields":
        """Receive until the first byte of the file. Raises Refusal if that is too far away, or not reached."""
        while not self._parse():
            if not self.more or len(self.buffer) > MOST_HEAD_BYTES:
                raise Refusal(Reason.FORM)
            message = await receive()
            if message["type"] == DISCONNECT:
                raise Refusal(Reason.INCOMPLETE)
            self.buffer += message.get("body", b"")
            self.more = message.get("more_body", False)
        return self

    def _parse(self) -> bool:
        """Take the parts that are complete. True once the next byte is the file's."""
        if not self._at:
            if not self.buffer.startswith(self._boundary):
                if len(self.buffer) >= len(self._boundary):
                    raise Refusal(Reason.FORM)
                return False
            self._at = len(self._boundary)
        while (end := self.buffer.find(b"\r\n\r\n", self._at, self._at + MOST_PART_HEADER_BYTES)) >= 0:
            part = PART.fullmatch(self.buffer, self._at, end + 4)
            if part is None:
                raise Refusal(Reason.FORM)
            if part[1] == b"file":
                self.file_at = part.end()
                return True
            if not self._take_field(part):
                return False
        if len(self.buffer) >= self._at + MOST_PART_HEADER_BYTES:
            raise Refusal(Reason.FORM)
        return False

    def _take_field(self, part: re.Match[bytes]) -> bool:
        """Take the value of a field. False if its end has not been received."""
        end = self.buffer.find(self._boundary, part.end())
        if end < 0:
            return False
        name, value = part[1].decode().lower(), bytes(self.buffer[part.end() : end])
        if (
            part[2]
            or name == "file"
            or name in self.values
            or len(self.values) == MOST_PARTS
            or not value.endswith(b"\r\n")
        ):
            raise Refusal(Reason.FORM)
        try:
            self.values[name] = value[:-2].decode()
        except UnicodeDecodeError as error:
            raise Refusal(Reason.FORM) from error
        self._at = end + len(self._boundary)
        return True


def _verify(fields: Mapping[str, str], find: FindCredential, now: float) -> None:
    if fields.keys() & OLDER_FIELDS or not fields.keys() >= SIGNED_FIELDS or not fields["key"]:
        raise Refusal(Reason.FORM)
    if fields["x-amz-algorithm"] != ALGORITHM or not DIGEST.fullmatch(fields["x-amz-signature"]):
        raise Refusal(Reason.FORM)
    timestamp = fields["x-amz-date"]
    scope = parse_scope(fields["x-amz-credential"], timestamp)
    digest, token = fields["x-amz-signature"], fields.get("x-amz-security-token")
    signature = Signature(*scope, timestamp, digest, token=token, lifetime=MOST_LIFETIME_SECONDS)
    if signature.service != "s3":
        raise Refusal(Reason.UNKNOWN_KEY)
    credential = credential_of(signature, find, now)
    verify_text(signature, credential.secret, fields["policy"].encode())
    if now >= _expiration(fields["policy"]):
        raise Refusal(Reason.EXPIRED)


def _expiration(policy: str) -> float:
    """Return when a policy expires. The emulator checks the policy's conditions."""
    try:
        document: Any = json.loads(base64.b64decode(policy, validate=True))
        expiration = datetime.fromisoformat(document["expiration"])
        return expiration.timestamp() if expiration.tzinfo else 0
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal(Reason.FORM) from error


class _Tail:
    """A check that the only boundary after the fields ends the form."""

    def __init__(self, boundary: bytes) -> None:
        self._boundary = boundary
        self._window = b""
        self._ending: bytes | None = None

    def checked(self, receive: Receive, skipped: int) -> Receive:
        """Return a `receive` that raises Refusal for any other end, and does not look at the first bytes."""

        async def receiving() -> Message:
            nonlocal skipped
            message = await receive()
            if message["type"] != DISCONNECT:
                body = message.get("body", b"")
                self._take(body[skipped:], last=not message.get("more_body", False))
                skipped = 0
            return message

        return receiving

    def _take(self, data: bytes, *, last: bool) -> None:
        if self._ending is None:
            window = self._window + data
            at = window.find(self._boundary)
            self._window = window[-len(self._boundary) - 1 :]  # a CRLF and all but the last byte of a boundary
            if at >= 0:
                self._ending = window[at + len(self._boundary) :]
                if window[max(at - 2, 0) : at] != b"\r\n":
                    raise Refusal(Reason.FORM)
        else:
            self._ending += data
        if self._ending is not None and not ENDINGS[1].startswith(self._ending):
            raise Refusal(Reason.FORM)
        if last and self._ending not in ENDINGS:
            raise Refusal(Reason.FORM)
