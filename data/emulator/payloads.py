"""Request bodies, checked against the signature that covers them."""

from hashlib import sha256
from hmac import compare_digest
from typing import Final

from data.emulator.asgi import DISCONNECT, Message, Receive, Scope, content_length, read_body, replay
from data.emulator.refusals import Reason, Refusal
from data.emulator.sigv4 import DIGEST, Head, Signature, malformed, verify

UNSIGNED: Final = "UNSIGNED-PAYLOAD"
UNHASHED: Final = {UNSIGNED, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}  # the signature covers the head only
MOST_BYTES: Final = {"dynamodb": 16 << 20}  # AWS's own limit
MOST_BYTES_ELSEWHERE: Final = 2 << 20  # twice the largest message of SQS


async def verified(head: Head, signature: Signature, secret: str, scope: Scope, receive: Receive) -> Receive:
    """Verify a signature, and return the `receive` for the service.

    S3 receives its body while it is hashed. If the hash is not the signed one, the last `receive` raises Refusal.

    Raises:
        Refusal: the signature does not match, or the body is too large or incomplete.
    """
    if signature.lifetime is not None:
        verify(head, signature, secret, UNSIGNED)
        return receive
    declared = head.header(b"x-amz-content-sha256")
    if signature.service != "s3":
        return await _whole(head, signature, secret, scope, receive)
    if declared is None or not (declared in UNHASHED or DIGEST.fullmatch(declared)):
        malformed()
    verify(head, signature, secret, declared)
    return receive if declared in UNHASHED else _hashed(receive, declared)


async def _whole(head: Head, signature: Signature, secret: str, scope: Scope, receive: Receive) -> Receive:
    """Verify a signature that covers the hash of a body, which is small enough to be read at once."""
    body = await bounded(scope, receive, MOST_BYTES.get(signature.service, MOST_BYTES_ELSEWHERE))
    digest = sha256(body).hexdigest()
    if head.header(b"x-amz-content-sha256") not in (None, digest):
        raise Refusal(Reason.CONTENT)
    verify(head, signature, secret, digest)
    return replay(body, receive)


async def bounded(scope: Scope, receive: Receive, most_bytes: int) -> bytes:
    """Return the whole body; refuse it unread if its declared length is more than `most_bytes`."""
    if (content_length(scope) or 0) > most_bytes:
        raise Refusal(Reason.TOO_LARGE)
    return await read_body(receive, most_bytes)


def _hashed(receive: Receive, expected: str) -> Receive:
    """Return a `receive` that raises Refusal in the place of the last message if the body has another hash."""
    digest, ended = sha256(), False

    async def receiving() -> Message:
        nonlocal ended
        message = await receive()
        if ended or message["type"] == DISCONNECT:
            return message
        digest.update(message.get("body", b""))
        ended = not message.get("more_body", False)
        if ended and not compare_digest(digest.hexdigest(), expected):
            raise Refusal(Reason.CONTENT)
        return message

    return receiving
