"""Requests as boto3 signs them, which tests change before they send them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.engines import Engine


class _Captured(Exception):
    pass


@dataclass(frozen=True)
class Raw:
    """A request to the byte; `headers` may name one twice."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str:
        return next(value for known, value in self.headers if known.lower() == name.lower())

    def without(self, name: str) -> "Raw":
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != name.lower()))

    def adding(self, name: str, value: str) -> "Raw":
        return replace(self, headers=(*self.headers, (name, value)))

    def editing(self, name: str, edit: Callable[[str], str]) -> "Raw":
        pairs = ((known, edit(value) if known.lower() == name.lower() else value) for known, value in self.headers)
        return replace(self, headers=tuple(pairs))


def captured(client: Any, call: Callable[[Any], Any]) -> Raw:
    """The request that `call` would send, signed."""

    def capture(request: Any, **_: Any) -> None:
        raise _Captured(request)

    client.meta.events.register("before-send", capture)
    try:
        call(client)
    except _Captured as found:
        return _raw(found.args[0])
    finally:
        client.meta.events.unregister("before-send", capture)
    raise AssertionError("nothing was sent")


def _raw(request: Any) -> Raw:
    place = urlsplit(request.url)
    target = place.path + (f"?{place.query}" if place.query else "")
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    headers = {name: _text(value) for name, value in request.headers.items()}
    headers = {"Host": place.netloc} | {name: value for name, value in headers.items() if name.lower() != "host"}
    if body or request.method in ("PUT", "POST"):
        headers["Content-Length"] = str(len(body))
    return Raw(request.method, target or "/", tuple(headers.items()), body)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def signed(
    engine: Engine,
    raw: Raw,
    service: str,
    *,
    key: str | None = None,
    secret: str | None = None,
    region: str = "us-east-1",
    timestamp: str | None = None,
    context: dict[str, Any] | None = None,
) -> Raw:
    """The same request with botocore's signature for another key, service, region or time."""
    headers = {name: value for name, value in raw.headers if name.lower() not in ("authorization", "x-amz-date")}
    request = AWSRequest(raw.method, f"http://{raw.header('host')}{raw.target}", headers, raw.body)
    request.context.update(context or {})
    known = Credentials(key or engine.access_key_id, secret or engine.secret_access_key)
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(known, service, region)
    auth.add_auth(request)
    if timestamp:
        request.context["timestamp"] = timestamp
        del request.headers["Authorization"]
        auth._modify_request_before_signing(request)  # noqa: SLF001 - add_auth signs the current time only
        text = auth.string_to_sign(request, auth.canonical_request(request))
        auth._inject_signature_to_request(request, auth.signature(text, request))  # noqa: SLF001
    return replace(raw, headers=tuple((name, _text(value)) for name, value in request.headers.items()))


def send(engine: Engine, raw: Raw) -> tuple[int, str]:
    """Status and body of the answer."""
    connection = HTTPConnection("127.0.0.1", engine.port, timeout=60)
    try:
        connection.putrequest(raw.method, raw.target, skip_host=True, skip_accept_encoding=True)
        for name, value in raw.headers:
            connection.putheader(name, value)
        connection.endheaders(raw.body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
