import base64
import json
from datetime import timedelta
from itertools import count
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.metering import metered
from data.aws.s3 import Objects
from data.config.resources import BUCKETS, DOCUMENTS, THUMBNAILS
from data.config.settings import load
from data.core.errors import NotFound
from tests.aws.faults import failing
from tests.conftest import EMBEDDED

KEY = "profile-pictures/ann/a b+ü.webp"


@pytest.fixture
def objects(world):
    return Objects(world.clients, world.settings, world.clock)


def query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_an_object_comes_back_as_it_was_put(objects):
    body = bytes(range(256)) * 300
    objects.put(DOCUMENTS, KEY, body, content_type="image/webp", cache_seconds=60)
    assert objects.get(DOCUMENTS, KEY) == body
    found = objects.head(DOCUMENTS, KEY)
    assert (found.key, found.size, found.content_type) == (KEY, len(body), "image/webp")
    assert objects.find(DOCUMENTS, KEY) == found


def test_what_is_not_there_is_not_found(objects):
    with pytest.raises(NotFound):
        objects.get(DOCUMENTS, "nothing")
    with pytest.raises(NotFound):
        objects.head(DOCUMENTS, "nothing")
    assert objects.find(DOCUMENTS, "nothing") is None


def test_deleting_what_is_gone_already_is_no_error(objects):
    objects.put(DOCUMENTS, KEY, b"x", content_type="text/plain")
    for _ in range(2):
        objects.delete(DOCUMENTS, KEY)
    assert objects.find(DOCUMENTS, KEY) is None


def test_a_walk_finds_every_object_under_its_prefix(objects, monkeypatch):
    monkeypatch.setattr("data.aws.s3.MOST_LISTED", 3)
    for number in range(8):
        objects.put(DOCUMENTS, f"ann/{number}", b"x" * number, content_type="text/plain")
    objects.put(DOCUMENTS, "anna/1", b"x", content_type="text/plain")
    found = list(objects.walk(DOCUMENTS, "ann/"))
    assert [(one.key, one.size) for one in found] == [(f"ann/{number}", number) for number in range(8)]
    assert list(objects.walk(THUMBNAILS, "ann/")) == []


def test_a_url_stays_the_same_for_half_its_life_at_most(objects, world, monkeypatch):
    signed = count()
    monkeypatch.setattr(world.clients.s3, "generate_presigned_url", lambda *_, **__: f"https://{next(signed)}")
    seen: dict[str, list[float]] = {}
    for _ in range(90):
        url = objects.url(DOCUMENTS, KEY, content_type="image/webp", seconds=600)
        seen.setdefault(url, []).append(world.clock.moment.timestamp())
        world.clock.pass_(seconds=20)
    assert all(times[-1] - times[0] <= 300 for times in seen.values())
    assert len(seen) in {6, 7}  # in half an hour


def test_different_wishes_get_different_urls(objects):
    urls = {
        objects.url(DOCUMENTS, KEY, content_type="image/webp"),
        objects.url(DOCUMENTS, KEY, content_type="text/plain"),
        objects.url(DOCUMENTS, KEY, content_type="image/webp", file_name="a.webp"),
        objects.url(DOCUMENTS, KEY, content_type="image/webp", seconds=60),
        objects.url(THUMBNAILS, KEY, content_type="image/webp"),
        objects.url(DOCUMENTS, "other", content_type="image/webp"),
    }
    assert len(urls) == 6


def test_no_cache_stores_what_does_not_opt_in(objects, world):
    objects.put(DOCUMENTS, KEY, b"x", content_type="text/plain")
    form = objects.form(DOCUMENTS, "incoming/x", content_type="image/png", most_bytes=5_000)
    head = world.clients.s3.head_object(Bucket="pre-work-documents-dev", Key=KEY)
    assert head["CacheControl"] == "no-store"
    assert query(objects.url(DOCUMENTS, KEY, content_type="text/plain"))["response-cache-control"] == "no-store"
    assert form.fields["Cache-Control"] == "no-store"
    assert {"Cache-Control": "no-store"} in policy(form)["conditions"]


def test_a_browser_may_keep_what_opts_in_for_as_long_as_the_link_works(objects, world):
    objects.put(DOCUMENTS, KEY, b"x", content_type="text/plain", cache_seconds=60)
    head = world.clients.s3.head_object(Bucket="pre-work-documents-dev", Key=KEY)
    assert head["CacheControl"] == "private, max-age=60"
    for wanted, kept in ((60, 60), (10_000, 600)):
        url = objects.url(DOCUMENTS, KEY, content_type="text/plain", seconds=600, cache_seconds=wanted)
        assert query(url)["response-cache-control"] == f"private, max-age={kept}"


def test_a_url_fixes_type_and_disposition_for_one_object(objects):
    url = objects.url(DOCUMENTS, KEY, content_type="image/webp")
    parts = urlsplit(url)
    assert (parts.scheme, parts.hostname) == ("https", "pre-work-documents-dev.s3.us-east-1.amazonaws.com")
    assert unquote(parts.path) == f"/{KEY}"
    found = query(url)
    assert (found["response-content-type"], found["response-content-disposition"]) == ("image/webp", "inline")
    assert (found["X-Amz-Algorithm"], found["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "900")
    assert found["X-Amz-SignedHeaders"] == "host"  # a browser sends no other


@pytest.mark.parametrize(
    "name", ['q"uo\\te;.pdf', "línea\r\nSet-Cookie: x.pdf", "日本.pdf", "%41.pdf", "\u202egpj.exe", "", "  ", "a" * 300]
)
def test_a_file_name_cannot_leave_its_header(objects, name):
    header = query(objects.url(DOCUMENTS, KEY, content_type="application/pdf", file_name=name or " "))
    disposition = header["response-content-disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    assert disposition.isprintable()
    plain = disposition.partition('filename="')[2].partition('"; filename*=')[0]
    assert plain
    assert not set(plain) & set('"\\%;')


def test_an_upload_fits_one_key_one_type_and_one_size(objects, world):
    form = objects.form(DOCUMENTS, "incoming/x", content_type="image/png", most_bytes=5_000)
    assert form.url == "https://pre-work-documents-dev.s3.us-east-1.amazonaws.com/"
    assert form.fields["key"] == "incoming/x"
    assert form.fields["Content-Type"] == "image/png"
    conditions = policy(form)["conditions"]
    assert ["content-length-range", 1, 5_000] in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert {"key": "incoming/x"} in conditions
    assert form.expires_at - world.clock.now() < timedelta(seconds=900)
    assert form.fields["x-amz-signature"] not in repr(form)


def policy(form):
    return json.loads(base64.b64decode(form.fields["policy"]))


def test_calls_in_production_name_the_owner_of_the_bucket(objects, world):
    with failing(world.clients.s3) as requests, metered() as bill:
        objects.put(DOCUMENTS, KEY, b"x", content_type="text/plain")
        objects.get(DOCUMENTS, KEY)
        objects.head(DOCUMENTS, KEY)
        list(objects.walk(DOCUMENTS, ""))
        objects.delete(DOCUMENTS, KEY)
    assert {request.headers["x-amz-expected-bucket-owner"] for request in requests} == {b"123456789012"}
    assert [call.operation for call in bill.calls].count("get_caller_identity") == 1
    assert {call.resource for call in bill.calls if call.service == "s3"} == {"documents"}


def test_embedded_urls_are_of_the_engine_and_follow_it(environ):  # noqa: ARG001
    settings = load(EMBEDDED)
    clients = Clients(settings, Endpoint("http://127.0.0.1:4566", "key", "secret"))
    objects = Objects(clients, settings)
    before = objects.url(DOCUMENTS, "a", content_type="text/plain")
    assert before.startswith("http://127.0.0.1:4566/pre-work-documents-dev/a?")
    clients.repoint(Endpoint("http://127.0.0.1:4567", "key", "secret"))
    assert objects.url(DOCUMENTS, "a", content_type="text/plain").startswith("http://127.0.0.1:4567/")
    assert objects.origins() == ("http://127.0.0.1:4567",)


def test_origins_are_one_host_for_each_bucket(objects, world):
    assert len(objects.origins()) == len(BUCKETS)
    for bucket in BUCKETS:
        url = urlsplit(objects.url(bucket, "a", content_type="text/plain"))
        assert f"{url.scheme}://{url.netloc}" in objects.origins()
    assert world.settings.production
