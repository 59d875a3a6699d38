"""The engine's door: who may ask at all. Pure ASGI.

Stock ministack answers any page on the web and anyone without a key. Here only our own Host passes (a foreign
name that resolves to loopback does not), only the dashboard's origins, only our key and the temporary ones made
with it, and none of ministack's own administration. Signatures are ministack's to check; the guard sees to it
that nothing comes unsigned, but for the three steps from a password to credentials, which AWS takes unsigned too:
from programs only, for no page needs them.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import parse_qs

from data.aws.embedded.engine import HEALTH, ORIGINS, PERMIT, Engine

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Inner = Callable[[str, Scope, Receive, Send], Awaitable[None]]

TO_SESSIONS: Final = ("s3", "dynamodb", "sqs", "sns", "sts")
SERVICES: Final = (*TO_SESSIONS, "iam", "cognito-idp", "cognito-identity")
UNSIGNED: Final = {
    "AWSCognitoIdentityProviderService.InitiateAuth": "cognito-idp",
    "AWSCognitoIdentityService.GetId": "cognito-identity",
    "AWSCognitoIdentityService.GetCredentialsForIdentity": "cognito-identity",
}
SDK_JSON: Final = "application/x-amz-json-1.1"
NOT_OF_PROGRAMS: Final = {"authorization", "cookie", "origin", "referer", "sec-fetch-mode", "sec-fetch-site"}
CREDENTIAL_PARTS: Final = 5  # key / date / region / service / aws4_request
CORS: Final = [
    (b"vary", b"Origin"),
    (b"access-control-allow-methods", b"GET, HEAD, PUT, POST, DELETE"),
    (b"access-control-max-age", b"600"),
    (b"access-control-expose-headers", b"ETag, Content-Length, Content-Range, Accept-Ranges, x-amz-version-id"),
]


class Guard:
    """Lets our own, signed requests through to `inner`, and answers all others itself."""

    def __init__(
        self,
        inner: Inner,
        engine: Engine,
        origins: Iterable[str],
        *,
        healthy: Callable[[], bool],
        session: Callable[[str], bool],
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
        service = self._service(scope, headers)
        if service is None:
            await answer(send, 403, _refusal(headers))
        else:
            await self._inner(service, scope, receive, send)

    def _service(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """The service that our key, or a temporary one, signed for; None if it was neither."""
        signed, query = headers.get("authorization", ""), scope["query_string"].decode("latin-1")
        if "Credential=" in signed:
            credential = signed.split("Credential=", 1)[1].split(",", 1)[0]
        elif "X-Amz-Credential" in query:
            credential = parse_qs(query).get("X-Amz-Credential", [""])[0]
        else:
            return "s3" if _is_form_upload(scope, headers) else _unsigned(scope, headers)
        parts = credential.split("/")
        if len(parts) != CREDENTIAL_PARTS or parts[3] not in self._open_to(parts[0]):
            return None
        return parts[3]

    def _open_to(self, access_key_id: str) -> Sequence[str]:
        if access_key_id == self._engine.access_key_id:
            return SERVICES
        return TO_SESSIONS if self._session(access_key_id) else ()

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


async def answer(send: Send, status: int, text: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    body = text.encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


def _joined(pairs: Headers) -> dict[str, str]:
    """A header that came twice holds both values, as ministack reads it: a second Host cannot hide."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _is_form_upload(scope: Scope, headers: dict[str, str]) -> bool:
    """A presigned POST carries its credential in the form, where ministack checks it with the policy."""
    form = headers.get("content-type", "").startswith("multipart/form-data")
    return bool(form and scope["method"] == "POST" and "/" not in scope["path"].strip("/"))


def _unsigned(scope: Scope, headers: dict[str, str]) -> str | None:
    """The service of a call that needs no signature, as SDKs make it and as no browser can."""
    plain = (scope["method"], scope["path"], scope["query_string"]) == ("POST", "/", b"")
    if not plain or headers.keys() & NOT_OF_PROGRAMS or headers.get("content-type") != SDK_JSON:
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


def _refusal(headers: dict[str, str]) -> str:
    """In the form that SDKs can read."""
    words = "The security token included in the request is invalid."
    if "x-amz-target" in headers:
        return json.dumps({"__type": "UnrecognizedClientException", "message": words})
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        error = f"<Error><Code>InvalidClientTokenId</Code><Message>{words}</Message></Error>"
        return f"<ErrorResponse>{error}</ErrorResponse>"
    return f"<Error><Code>AccessDenied</Code><Message>{words}</Message></Error>"
