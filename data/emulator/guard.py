"""The emulator's access control: only requests that our credentials signed reach it. Pure ASGI.

Stock ministack answers any web page, and treats any caller without a key as root. The guard requires our own Host
and Origin, closes ministack's administration, and verifies every signature itself before a request is forwarded.
Three calls that turn a password into credentials are unsigned, as on AWS; browsers cannot make them.
"""

import json
import time
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from data.emulator.asgi import HeaderPairs, Message, Receive, Scope, Send, answer, replay
from data.emulator.credentials import Credential, FindCredential, credential_of
from data.emulator.engine import HEALTH, ORIGINS, PERMIT, Engine
from data.emulator.payloads import bounded, verified
from data.emulator.post_forms import is_form, verified_form
from data.emulator.refusals import Reason, Refusal, status_and_text
from data.emulator.sigv4 import Head, Signature, malformed, parse

Inner = Callable[[str, Scope, Receive, Send], Awaitable[None]]

TARGETS: Final = {
    "dynamodb": "DynamoDB_20120810.",
    "sqs": "AmazonSQS.",
    "cognito-idp": "AWSCognitoIdentityProviderService.",
    "cognito-identity": "AWSCognitoIdentityService.",
}
MOST_UNSIGNED_BYTES: Final = 64 << 10
SDK_JSON: Final = "application/x-amz-json-1.1"
OF_BROWSERS: Final = {"authorization", "cookie", "origin", "referer", "sec-fetch-mode", "sec-fetch-site"}
OF_ENCODED_BODIES: Final = {"content-encoding", "x-amz-content-sha256", "x-amz-decoded-content-length"}
CORS: Final = [
    (b"vary", b"Origin"),
    (b"access-control-allow-methods", b"GET, HEAD, PUT, POST, DELETE"),
    (b"access-control-max-age", b"600"),
    (b"access-control-expose-headers", b"ETag, Content-Length, Content-Range, Accept-Ranges, x-amz-version-id"),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """The service that a request may use, and its verified access key ID.

    Without a signed head, `unsigned_action` is the only IAM action that it may use. S3 checks the signer of a form.
    """

    service: str
    access_key_id: str = ""
    unsigned_action: str = ""


UNSIGNED: Final = {
    f"{TARGETS[service]}{operation}": Caller(service, unsigned_action=f"{service}:{operation}")
    for service, operation in (
        ("cognito-idp", "InitiateAuth"),
        ("cognito-identity", "GetId"),
        ("cognito-identity", "GetCredentialsForIdentity"),
    )
}
FORM_UPLOAD: Final = Caller("s3", unsigned_action="s3:PutObject")
current_caller: ContextVar[Caller] = ContextVar("current_caller", default=Caller(""))  # noqa: B039 - it is frozen


class Guard:
    """Forward requests with a valid signature to `inner`, and refuse all others."""

    def __init__(
        self,
        inner: Inner,
        engine: Engine,
        origins: Iterable[str],
        *,
        healthy: Callable[[], bool],
        session: FindCredential,
    ) -> None:
        self._inner, self._engine, self._healthy, self._session = inner, engine, healthy, session
        self._origins = set(origins)
        self._hosts = {f"127.0.0.1:{engine.port}", f"localhost:{engine.port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers, path = _joined(scope["headers"]), scope["path"]
        origin = headers.get("origin")
        if headers.get("host") not in self._hosts:
            await answer(send, 403, "foreign Host")
        elif origin is not None and origin not in self._origins:
            await answer(send, 403, "foreign Origin")
        elif path == HEALTH:
            await self._health(scope, send)
        elif path == ORIGINS and scope["method"] == "POST":
            await self._join(scope, send, headers)
        elif path.startswith("/_") or path == "/health":
            await answer(send, 403, "no such path")
        else:
            await self._admit(scope, receive, _with_cors(send, origin) if origin else send, headers)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        if "origin" in headers and scope["method"] == "OPTIONS":
            wanted = headers.get("access-control-request-headers", "").encode("latin-1")
            await answer(send, 200, "", [(b"access-control-allow-headers", wanted)] if wanted else [])
            return
        try:
            caller, checked = await self._verified(scope, receive, headers)
            current_caller.set(caller)
            await self._inner(caller.service, scope, checked, send)
        except Refusal as refusal:
            await answer(send, *status_and_text(refusal.reason, headers))

    async def _verified(self, scope: Scope, receive: Receive, headers: dict[str, str]) -> tuple[Caller, Receive]:
        """Return the caller of a request, and its checked body. Raises Refusal."""
        head, now = Head(scope), time.time()
        signature = parse(head)
        if signature is not None:
            if is_form(scope):  # its policy has a signature of its own
                malformed()
            credential = credential_of(signature, self._credential, now)
            _check_service(head, signature)
            checked = await verified(head, signature, credential.secret, scope, receive)
            return Caller(signature.service, signature.access_key_id), checked
        if is_form(scope):
            return FORM_UPLOAD, await verified_form(scope, receive, self._credential, now)
        caller = _unsigned(scope, headers)
        if caller is None:
            raise Refusal(Reason.UNKNOWN_KEY)
        return caller, replay(await bounded(scope, receive, MOST_UNSIGNED_BYTES), receive)

    def _credential(self, access_key_id: str) -> Credential | None:
        if access_key_id == self._engine.access_key_id:
            return Credential(self._engine.secret_access_key)
        return self._session(access_key_id)

    async def _health(self, scope: Scope, send: Send) -> None:
        """Proves to a process of ours that this is the engine of its folder; no secret crosses the wire."""
        proof = self._engine.proof(scope["query_string"].decode("latin-1"))
        told = json.dumps({"pid": self._engine.pid, "proof": proof})
        await answer(send, 200 if self._healthy() else 503, told)

    async def _join(self, scope: Scope, send: Send, headers: dict[str, str]) -> None:
        """Another dashboard of the same folder names an origin that its pages come from, and proves that it may."""
        origin = scope["query_string"].decode("latin-1")
        if compare_digest(headers.get(PERMIT, "").encode("latin-1"), self._engine.permit(origin).encode()):
            self._origins.add(origin)
            await answer(send, 200, "")
        else:
            await answer(send, 403, "no proof")


def _joined(pairs: HeaderPairs) -> dict[str, str]:
    """A header that came twice holds both values, as ministack reads it: a second Host cannot hide."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _check_service(head: Head, signature: Signature) -> None:
    """Raise Refusal if the request is for another service than it is signed for. Only S3 has presigned URLs."""
    target = head.header(b"x-amz-target")
    targeted = target is None or target.startswith(TARGETS.get(signature.service, "\0"))
    if not targeted or (signature.lifetime is not None and signature.service != "s3"):
        raise Refusal(Reason.UNKNOWN_KEY)


def _unsigned(scope: Scope, headers: dict[str, str]) -> Caller | None:
    """Return the caller of an operation that needs no signature, if the request is one that browsers cannot make."""
    plain = (scope["method"], scope["path"], scope["query_string"]) == ("POST", "/", b"")
    if not plain or headers.keys() & (OF_BROWSERS | OF_ENCODED_BODIES) or headers.get("content-type") != SDK_JSON:
        return None
    return UNSIGNED.get(headers.get("x-amz-target", ""))


def _with_cors(send: Send, origin: str) -> Send:
    """Our CORS headers in the place of ministack's."""
    ours = [(b"access-control-allow-origin", origin.encode("latin-1")), *CORS]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent = [pair for pair in message["headers"] if pair[0].lower() not in dict(ours)]
            message = message | {"headers": [*sent, *ours]}
        await send(message)

    return sending
