"""Forms are refused before their body is received: the guard alone, without an engine, so that each read is counted."""

import asyncio
import base64
import hmac
import json
import time

import boto3
import pytest
from botocore.config import Config

from data.emulator.engine import Engine
from data.emulator.guard import Guard
from data.emulator.post_forms import MOST_HEAD_BYTES, MOST_PARTS
from data.emulator.sigv4 import signing_key

ENGINE = Engine("http://127.0.0.1:8000", "LKIA0123456789ABCDEF", "secret", pid=1, port=8000)
CHUNK = 64 << 10
BOUNDARY = "----WebKitFormBoundaryABC123"
TOKEN_FIELD = "x-amz-security-token"


class Outcome:
    """What came of one request: what the guard received, and what the emulator behind it got."""

    def __init__(self):
        self.status, self.received, self.forwarded, self.called = 0, 0, None, False


def post(body, *, chunk=CHUNK, path="/bucket", query=b"", **headers):
    """Send a form to a guard, in chunks."""
    outcome = Outcome()
    chunks = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]

    async def inner(_service, _scope, receive, send):
        outcome.called = True
        parts, more = [], True
        while more:
            message = await receive()
            parts.append(message["body"])
            more = message["more_body"]
        outcome.forwarded = b"".join(parts)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def receive():
        data = chunks.pop(0)
        outcome.received += len(data)
        return {"type": "http.request", "body": data, "more_body": bool(chunks)}

    async def send(message):
        outcome.status = message.get("status", outcome.status)

    known = {"host": "127.0.0.1:8000", "content-length": str(len(body))}
    known |= {"content-type": f"multipart/form-data; boundary={BOUNDARY}"} | headers
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in known.items() if value is not None]
    guard = Guard(inner, ENGINE, [], healthy=lambda: True, session=lambda _: None)
    asyncio.run(guard(scope, receive, send))
    return outcome


def fields(seconds=60, **changed):
    """The fields of a presigned form, with some changed; None leaves one out."""
    names = {"aws_access_key_id": ENGINE.access_key_id, "aws_secret_access_key": ENGINE.secret_access_key}
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    s3 = boto3.client("s3", endpoint_url=ENGINE.url, region_name="us-east-1", config=config, **names)
    made = s3.generate_presigned_post("bucket", "key", ExpiresIn=seconds)["fields"]
    made |= {name.replace("_", "-"): value for name, value in changed.items()}
    return [(name, value) for name, value in made.items() if value is not None]


def part(name, value, more=""):
    value = value if isinstance(value, bytes) else value.encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def form(pairs, content=b"content", end=END):
    return b"".join(part(*pair) for pair in pairs) + part("file", content, '; filename="a.txt"') + end


@pytest.mark.parametrize("chunk", [1, 7, 1000, CHUNK])
@pytest.mark.parametrize("content", [b"", b"\r\n", b"--", b"\r\n--" + BOUNDARY[:-1].encode(), b"x" * 5000])
def test_a_signed_form_is_forwarded_whole(content, chunk):
    body = form(fields(), content)
    assert post(body, chunk=chunk).forwarded == body
    assert post(body[:-2], chunk=chunk).forwarded == body[:-2]


def test_other_spellings_that_clients_use_are_taken():
    body = form(fields())
    for kind in (f'multipart/form-data; boundary="{BOUNDARY}"', f"multipart/form-data;boundary={BOUNDARY}"):
        assert post(body, **{"content-type": kind}).status == 204
    assert post(body, path="/bucket/").status == 204
    typed = body.replace(b'"a.txt"\r\n', '"ä b.txt"\r\nContent-Type: text/csv\r\n'.encode())
    assert post(typed).status == 204


TINY = part("a", b"") * 200_000


@pytest.mark.parametrize(
    "body",
    [
        TINY + END,
        part("file", b"") * 200_000 + END,
        b"x" * (18 << 20),
        f"--{BOUNDARY}\r\n".encode() * 600_000,
        b"\r\n\r\n" * (4 << 20),
        part("key", b"x" * (18 << 20)) + END,
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{"x" * (18 << 20)}'.encode(),
    ],
    ids=["parts", "files", "no form", "boundaries", "empty lines", "large field", "large header"],
)
def test_a_form_without_a_policy_is_refused_before_its_body_is_received(body):
    assert len(body) > 12 << 20
    outcome = post(body)
    assert (outcome.status, outcome.called) == (403, False)
    assert outcome.received <= MOST_HEAD_BYTES + CHUNK


UNSIGNED = {
    **{f"no {name}": {name.replace("-", "_"): None} for name, _ in fields()},
    "empty key": {"key": ""},
    "another signature": {"x_amz_signature": "0" * 64},
    "upper-case signature": {"x_amz_signature": "A" * 64},
    "another algorithm": {"x_amz_algorithm": "AWS4-ECDSA-P256-SHA256"},
    "another policy": {"policy": base64.b64encode(b"{}").decode()},
    "foreign key": {"x_amz_credential": "AKIAUNKNOWN00000/20260101/us-east-1/s3/aws4_request"},
    "empty credential": {"x_amz_credential": ""},
    "a token": {TOKEN_FIELD: "x"},
    "signature version 2": {"AWSAccessKeyId": ENGINE.access_key_id, "signature": "x"},
    "another date": {"x_amz_date": "20200101T000000Z"},
}


@pytest.mark.parametrize("changed", UNSIGNED.values(), ids=UNSIGNED)
def test_a_form_without_a_valid_policy_is_refused_before_its_file_is_received(changed):
    outcome = post(form(fields(**changed), b"x" * (18 << 20)))
    assert (outcome.status, outcome.called) == (403, False)
    assert outcome.received <= CHUNK


def test_an_expired_form_is_refused_before_its_file_is_received():
    outcome = post(form(fields(seconds=-1), b"x" * (18 << 20)))
    assert (outcome.status, outcome.called, outcome.received) == (403, False, CHUNK)


@pytest.mark.parametrize("name", [name for name, _ in fields()])
@pytest.mark.parametrize("spelled", [str, str.upper])
def test_no_field_may_come_twice(name, spelled):
    pairs = fields()
    for doubled in ([*pairs, (spelled(name), dict(pairs)[name])], [(spelled(name), "x"), *pairs]):
        assert post(form(doubled)).called is False


@pytest.mark.parametrize(
    "body",
    [
        form(fields(), end=TINY + END),
        form(fields(), end=part("key", "elsewhere") + END),
        form(fields(), content=b"\r\n".join([b"a", TINY])),
        form(fields(), content=f"--{BOUNDARY}".encode() * 600_000),
        form(fields(), end=END + b"x"),
        form(fields(), end=END + END),
        form(fields(), end=b""),
        form(fields(), end=END[:-3]),
    ],
    ids=["parts", "one part", "parts in the file", "boundaries", "more", "another end", "no end", "half an end"],
)
def test_nothing_comes_after_the_file_of_a_signed_form(body):
    outcome = post(body)
    assert (outcome.status, outcome.forwarded) == (403, None)


def test_a_signed_form_has_few_fields():
    room = MOST_PARTS - len(fields())
    for more in (room, room + 1, 1000):
        extra = [(f"x-ignore-{number}", "") for number in range(more)]
        assert post(form([*fields(), *extra])).called is (more == room)


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "/"},
        {"path": "/bucket/key"},
        {"query": b"delete"},
        {"query": b"x"},
        {"content-length": None},
        {"content-type": "multipart/form-data"},
        {"content-type": f"multipart/form-data; boundary={BOUNDARY}; boundary=x"},
        {"content-type": f"multipart/form-data; charset=x; boundary={BOUNDARY}"},
        {"authorization": "Bearer x"},
        {"content-encoding": "aws-chunked"},
        {"transfer-encoding": "chunked"},
        {"x-amz-decoded-content-length": "9"},
        {"x-amz-copy-source": "/bucket/kept"},
        {"content-type": "Multipart/Form-Data; boundary=x"},
        {"host": "evil.example"},
    ],
    ids=str,
)
def test_a_form_with_another_head_is_refused_unread(changed):
    outcome = post(form(fields()), **changed)
    assert (outcome.status, outcome.called, outcome.received) == (403, False, 0)


@pytest.mark.parametrize("document", [[], {"expiration": 1}, {"expiration": "2099-01-01T00:00:00"}, {}, "[" * 40_000])
def test_a_policy_that_is_no_policy_is_refused(document):
    text = document if isinstance(document, str) else json.dumps(document)
    policy = base64.b64encode(text.encode())
    date = time.strftime("%Y%m%d", time.gmtime())
    signature = hmac.digest(signing_key(ENGINE.secret_access_key, date, "us-east-1", "s3"), policy, "sha256").hex()
    outcome = post(form(fields(policy=policy.decode(), x_amz_signature=signature)))
    assert (outcome.status, outcome.called) == (403, False)
