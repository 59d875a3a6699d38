"""Every request needs a valid signature of a key that the emulator knows, for the service that it uses."""

import time
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl

import httpx
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from data.emulator.credentials import SERVICES
from tests.emulator.raw_requests import captured, send, signed
from tests.emulator.shapes import key, refusal
from tests.engines import client, cognito_person, cognito_pools, temporary

pytestmark = pytest.mark.engine
REFUSED = {400, 403}
WRITES = {
    "s3": lambda api: api.put_object(Bucket="bucket", Key="new", Body=b"new", Metadata={"a": "b"}),
    "dynamodb": lambda api: api.put_item(TableName="things", Item=key("new", "new")),
    "sqs": lambda api: api.create_queue(QueueName="new"),
    "sns": lambda api: api.create_topic(Name="new"),
    "sts": lambda api: api.get_session_token(),
    "iam": lambda api: api.create_user(UserName="new"),
    "cognito-idp": lambda api: api.create_user_pool(PoolName="new"),
    "cognito-identity": lambda api: api.create_identity_pool(
        IdentityPoolName="new", AllowUnauthenticatedIdentities=False
    ),
}
FOUND = {
    "s3": lambda api: [found["Key"] for found in api.list_objects_v2(Bucket="bucket")["Contents"]],
    "dynamodb": lambda api: api.scan(TableName="things")["Items"],
    "sqs": lambda api: api.list_queues().get("QueueUrls", []),
    "sns": lambda api: api.list_topics()["Topics"],
    "sts": lambda api: [api.get_caller_identity()["Arn"]],
    "iam": lambda api: api.list_users()["Users"],
    "cognito-idp": lambda api: api.list_user_pools(MaxResults=9)["UserPools"],
    "cognito-identity": lambda api: api.list_identity_pools(MaxResults=9)["IdentityPools"],
}
SCHEME = "AWS4-HMAC-SHA256"
FORM = "multipart/form-data; boundary=x"


def authorization(edit):
    """A change of the Authorization header."""
    return lambda raw: raw.editing("authorization", edit)


def replacing(old, new):
    return authorization(lambda value: value.replace(old, new))


def part(value, name):
    """`Name=…` out of an Authorization header."""
    return next(found for found in value.removeprefix(SCHEME).replace(",", " ").split() if found.startswith(name))


def credential(edit):
    """A change of the five parts of the credential."""

    def changed(value):
        old = part(value, "Credential=").partition("=")[2]
        return value.replace(old, "/".join(edit(old.split("/"))))

    return authorization(changed)


def flipped(value):
    """A signature with another last digit."""
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def targeting(query):
    return lambda raw: replace(raw, target=raw.target + ("&" if "?" in raw.target else "?") + query)


def signing(edit):
    """A change of the list of signed headers."""

    def changed(value):
        old = part(value, "SignedHeaders=").partition("=")[2]
        return value.replace(old, ";".join(edit(old.split(";"))))

    return authorization(changed)


MALFORMED = {
    "Bearer": replacing(SCHEME, "Bearer"),
    "Basic": replacing(SCHEME, "Basic"),
    "no scheme": replacing(f"{SCHEME} ", ""),
    "scheme in lower case": replacing(SCHEME, SCHEME.lower()),
    "scheme twice": replacing(SCHEME, f"{SCHEME} {SCHEME}"),
    "scheme and comma": replacing(SCHEME, f"{SCHEME},"),
    "another hash": replacing(SCHEME, "AWS4-HMAC-SHA512"),
    "signature version 4a": replacing(SCHEME, "AWS4-ECDSA-P256-SHA256"),
    "signature version 2": authorization(lambda value: f"AWS {part(value, 'Credential=')[11:31]}:AAAA"),
    "empty": authorization(lambda _: ""),
    "scheme only": authorization(lambda _: SCHEME),
    "Bearer and credential only": authorization(lambda value: f"Bearer {part(value, 'Credential=')}"),
    "credential only": authorization(lambda value: part(value, "Credential=")),
    "scheme and credential only": authorization(lambda value: f"{SCHEME} {part(value, 'Credential=')}"),
    "no Credential": authorization(lambda value: value.replace(part(value, "Credential=") + ", ", "")),
    "no SignedHeaders": authorization(lambda value: value.replace(part(value, "SignedHeaders=") + ", ", "")),
    "no Signature": authorization(lambda value: value.replace(", " + part(value, "Signature="), "")),
    "empty Signature": authorization(lambda value: value.replace(part(value, "Signature="), "Signature=")),
    "Credential twice": authorization(lambda value: f"{value}, {part(value, 'Credential=')}"),
    "SignedHeaders twice": authorization(lambda value: f"{value}, {part(value, 'SignedHeaders=')}"),
    "Signature twice": authorization(lambda value: f"{value}, {part(value, 'Signature=')}"),
    "unknown part": authorization(lambda value: f"{value}, Extra=1"),
    "lower-case names": replacing("Credential=", "credential="),
    "Signature in upper case": authorization(lambda value: value.replace(part(value, "Signature=")[10:], "A" * 64)),
    "Signature too short": authorization(lambda value: value[:-1]),
    "Signature with another digit": authorization(flipped),
    "header twice": lambda raw: raw.adding("Authorization", raw.header("authorization")),
    "header twice, first foreign": lambda raw: replace(raw, headers=(("Authorization", "Bearer x"), *raw.headers)),
    "header twice, last foreign": lambda raw: raw.adding("authorization", "Bearer x"),
    "no header": lambda raw: raw.without("authorization"),
    "empty key": credential(lambda parts: ["", *parts[1:]]),
    "foreign key": credential(lambda parts: ["AKIAUNKNOWN00000", *parts[1:]]),
    "key test": credential(lambda parts: ["test", *parts[1:]]),
    "account as key": credential(lambda parts: ["000000000000", *parts[1:]]),
    "key in lower case": credential(lambda parts: [parts[0].lower(), *parts[1:]]),
    "scope of four parts": credential(lambda parts: parts[:4]),
    "scope of six parts": credential(lambda parts: [*parts, "aws4_request"]),
    "another terminator": credential(lambda parts: [*parts[:4], "aws4_requests"]),
    "another date": credential(lambda parts: [parts[0], "20200101", *parts[2:]]),
    "another region": credential(lambda parts: [*parts[:2], "eu-west-1", *parts[3:]]),
    "no region": credential(lambda parts: [*parts[:2], "", *parts[3:]]),
    "another service": credential(lambda parts: [*parts[:3], "s3" if parts[3] != "s3" else "dynamodb", parts[4]]),
    "closed service": credential(lambda parts: [*parts[:3], "lambda", parts[4]]),
    "Host not signed": signing(lambda names: [name for name in names if name != "host"]),
    "X-Amz-Date not signed": signing(lambda names: [name for name in names if name != "x-amz-date"]),
    "signed headers out of order": signing(lambda names: names[::-1]),
    "signed header twice": signing(lambda names: ["host", *names]),
    "absent header signed": signing(lambda names: [*names, "z"]),
    "no X-Amz-Date": lambda raw: raw.without("x-amz-date"),
    "Date in its place": lambda raw: raw.without("x-amz-date").adding("Date", "Tue, 01 Dec 2026 15:00:00 GMT"),
    "X-Amz-Date twice": lambda raw: raw.adding("x-amz-date", raw.header("x-amz-date")),
    "X-Amz-Date no date": lambda raw: raw.editing("x-amz-date", lambda value: value[:9] + "999999Z"),
    "X-Amz-Date changed": lambda raw: raw.editing("x-amz-date", lambda value: value[:9] + "000000Z"),
    "header not signed": lambda raw: raw.adding("x-amz-acl", "public-read"),
    "token of no session": lambda raw: raw.adding("x-amz-security-token", "token"),
    "query added": targeting("tagging"),
    "action added": targeting("Action=ListUsers"),
    "query form too": targeting("X-Amz-Algorithm=AWS4-HMAC-SHA256"),
    "credential in the query too": targeting("X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"),
    "signature version 2 too": targeting("AWSAccessKeyId=test&Signature=AAAA"),
    "path changed": lambda raw: replace(raw, target=raw.target + "x"),
    "method changed": lambda raw: replace(raw, method="DELETE" if raw.method == "PUT" else "PUT"),
    "body changed": lambda raw: replace(raw, body=raw.body[:-1] + b"!") if raw.body else targeting("x")(raw),
    "content type changed": lambda raw: raw.without("content-type").adding("Content-Type", "text/html"),
    "operation of another service": lambda raw: raw.without("x-amz-target").adding(
        "X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers"
    ),
}


def stamp(seconds):
    """A timestamp that many seconds from now."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + seconds))


def wrongly_signed():
    """What is wrong → the arguments of `signed`; made for each test, because the times count from now."""
    return {
        "16 minutes old": {"timestamp": stamp(-960)},
        "16 minutes ahead": {"timestamp": stamp(960)},
        "a day old": {"timestamp": stamp(-86_400)},
        "another secret": {"secret": "x" * 40},
        "foreign key": {"key": "AKIAUNKNOWN00000"},
        "account as key": {"key": "000000000000"},
        "no region": {"region": "Nowhere!"},
    }


@pytest.fixture(scope="module")
def person(engine):
    """Temporary credentials of a role that may do everything in DynamoDB and S3."""
    pools = cognito_pools(engine)
    given = temporary(engine, pools, cognito_person(engine, pools, "ann"))
    return {"key": given["AccessKeyId"], "secret": given["SecretKey"], "token": given["SessionToken"]}


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_takes_a_malformed_signature(engine, service):
    api = client(engine, service)
    before, raw = FOUND[service](api), captured(api, WRITES[service])
    answers = {name: send(engine, change(raw)) for name, change in MALFORMED.items()}
    assert {name: answer for name, answer in answers.items() if answer[0] not in REFUSED} == {}
    assert FOUND[service](api) == before
    assert len(MALFORMED) > 60


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_takes_a_signature_of_another_time_key_or_service(engine, service):
    api = client(engine, service)
    before, raw = FOUND[service](api), captured(api, WRITES[service])
    sign = partial(signed, engine, raw)
    answers = {name: send(engine, sign(service, **changed)) for name, changed in wrongly_signed().items()}
    others = [*(other for other in SERVICES if other != service), "lambda"]
    swapped = {other: send(engine, sign(other).adding("x-amz-target", "DynamoDB_20120810.PutItem")) for other in others}
    for name, answer in (answers | swapped).items():
        assert answer[0] in REFUSED, (name, answer)
    assert FOUND[service](api) == before


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "cognito-idp", "cognito-identity"])
def test_a_signature_for_one_service_is_not_taken_by_another(engine, service):
    api = client(engine, service)
    before, raw = FOUND[service](api), captured(api, WRITES[service])
    for other in set(SERVICES) - {service}:
        assert send(engine, signed(engine, raw, other))[0] in REFUSED, other
    assert FOUND[service](api) == before


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_takes_the_signature_that_was_not_changed(engine, service):
    api = client(engine, service)
    before, raw = FOUND[service](api), captured(api, WRITES[service])
    assert send(engine, signed(engine, raw, service))[0] == 200
    assert send(engine, raw)[0] in {200, 409}  # a second user of the same name
    assert len(FOUND[service](api)) > len(before) or service == "sts"


def test_unsigned_headers_that_sdks_add_are_taken(engine):
    raw = captured(client(engine, "s3"), FOUND["s3"])
    assert send(engine, raw.adding("X-Forwarded-For", "x").adding("Accept", "*/*"))[0] == 200


def test_repeated_and_spaced_headers_are_signed_as_aws_does(engine):
    raw = captured(client(engine, "s3"), FOUND["s3"]).adding("x-amz-meta-a", "one   two")
    assert send(engine, signed(engine, raw, "s3"))[0] == 200
    once = signed(engine, raw.without("x-amz-meta-a").adding("x-amz-meta-a", "1,2"), "s3")
    assert send(engine, once.without("x-amz-meta-a").adding("x-amz-meta-a", "1").adding("x-amz-meta-a", "2"))[0] == 200
    assert send(engine, once.without("x-amz-meta-a").adding("x-amz-meta-a", "2").adding("x-amz-meta-a", "1"))[0] == 403


# Presigned URLs


def query(edit):
    """A change of the parts of a query."""

    def changed(raw):
        path, _, parts = raw.target.partition("?")
        return replace(raw, target=f"{path}?{'&'.join(edit(parts.split('&')))}")

    return changed


PARAMETERS = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")


def with_name(name, edit):
    """A change of one parameter `X-Amz-{name}`."""
    return query(lambda parts: [edit(found) if found.startswith(f"X-Amz-{name}=") else found for found in parts])


def value(name, new):
    return with_name(name, lambda _: f"X-Amz-{name}={new}")


BAD_URLS = {
    **{f"no {name}": query(lambda parts, name=name: [p for p in parts if f"-{name}=" not in p]) for name in PARAMETERS},
    **{f"{name} twice": with_name(name, lambda found: f"{found}&{found}") for name in PARAMETERS},
    **{f"empty {name}": value(name, "") for name in PARAMETERS},
    **{f"{name} in lower case": with_name(name, str.lower) for name in PARAMETERS},
    **{f"{name} and lower case": with_name(name, lambda found: f"{found}&{found.lower()}") for name in PARAMETERS},
    "another algorithm": value("Algorithm", "AWS4-ECDSA-P256-SHA256"),
    "algorithm in lower case": value("Algorithm", "aws4-hmac-sha256"),
    "expires in a week and a second": value("Expires", "604801"),
    "expires never": value("Expires", "0"),
    "negative": value("Expires", "-1"),
    "no number": value("Expires", "1e3"),
    "longer": value("Expires", "61"),
    "another date": value("Date", stamp(-60)),
    "empty key": value("Credential", "%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"),
    "another signature": with_name("Signature", flipped),
    "Host not signed": value("SignedHeaders", "x-amz-date"),
    "token of no session": query(lambda parts: [*parts, "X-Amz-Security-Token=token"]),
    "signature version 2 too": query(lambda parts: [*parts, "AWSAccessKeyId=test"]),
    "another subresource": query(lambda parts: [*parts, "acl"]),
    "an action": query(lambda parts: [*parts, "Action=ListUsers"]),
    "another path": lambda raw: replace(raw, target=raw.target.replace("/kept?", "/other?")),
    "another method": lambda raw: replace(raw, method="PUT"),
    "Authorization too": lambda raw: raw.adding("Authorization", "Bearer x"),
    "header not signed": lambda raw: raw.adding("x-amz-acl", "public-read"),
    "date in a header": lambda raw: raw.adding("x-amz-date", stamp(0)),
    "hash in a header": lambda raw: raw.adding("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
    "operation of another service": lambda raw: raw.adding("x-amz-target", "DynamoDB_20120810.ListTables"),
}


def url_request(engine, api, method="get_object", seconds=60, **parameters):
    """The request that a presigned URL makes."""
    parameters = {"Bucket": "bucket", "Key": "kept"} | parameters
    url = api.generate_presigned_url(method, Params=parameters, ExpiresIn=seconds)
    target = url.partition(f":{engine.port}")[2]
    raw = captured(client(engine, "s3"), FOUND["s3"])
    return replace(raw, target=target, headers=(("Host", f"127.0.0.1:{engine.port}"),))


def test_presigned_urls_work_unchanged_only(engine, person):
    for given in ({}, person):
        raw = url_request(engine, client(engine, "s3", **given))
        assert send(engine, raw) == (200, "kept")
        answers = {name: send(engine, change(raw))[0] for name, change in BAD_URLS.items()}
        assert {name: status for name, status in answers.items() if status not in REFUSED} == {}


def test_presigned_urls_last_a_week_at_most(engine):
    api = client(engine, "s3")
    assert send(engine, url_request(engine, api, seconds=604_800))[0] == 200
    assert send(engine, url_request(engine, api, seconds=604_801))[0] == 403


def test_a_presigned_url_of_a_session_needs_its_token(engine, person):
    raw = url_request(engine, client(engine, "s3", **person))
    assert send(engine, with_name("Security-Token", lambda found: found[:-1])(raw))[0] == 403
    assert send(engine, with_name("Security-Token", lambda found: f"{found}&{found}")(raw))[0] == 403
    assert send(engine, query(lambda parts: [p for p in parts if "Security-Token" not in p])(raw))[0] == 403
    assert send(engine, url_request(engine, client(engine, "s3", **person | {"token": None})))[0] == 403


def test_a_presigned_upload_is_no_door_to_another_service(engine):
    raw = url_request(engine, client(engine, "s3"), "put_object", Key="new")
    form = raw.adding("Content-Type", "application/x-www-form-urlencoded").adding("Content-Length", "54")
    body = b"Action=CreateUser&UserName=intruder&Version=2010-05-08"
    send(engine, replace(form, body=body))
    users = client(engine, "iam").list_users()["Users"]
    assert "intruder" not in [found["UserName"] for found in users]


def test_a_signed_head_does_not_replace_the_policy_of_a_form(engine):
    raw = captured(client(engine, "s3"), lambda api: api.delete_objects(Bucket="bucket", Delete={"Objects": []}))
    body = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nnew\r\n' * 9
    form = replace(raw, target="/bucket", body=body, headers=(("Host", raw.header("host")), ("Content-Type", FORM)))
    assert send(engine, signed(engine, form, "s3").adding("Content-Length", str(len(body))))[0] == 403


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"s3"}))
def test_services_other_than_s3_take_no_presigned_url(engine, service):
    api = client(engine, service)
    before, raw = FOUND[service](api), captured(api, WRITES[service])
    headers = {name: text for name, text in raw.headers if name.lower() in ("content-type", "x-amz-target", "host")}
    data = raw.body if raw.body.startswith(b"{") else dict(parse_qsl(raw.body.decode()))
    request = AWSRequest(raw.method, engine.url + "/", headers, data)
    SigV4QueryAuth(Credentials(engine.access_key_id, engine.secret_access_key), service, "us-east-1").add_auth(request)
    answer = httpx.request(raw.method, request.url, headers=headers, content=raw.body, trust_env=False)
    assert answer.status_code in REFUSED
    assert FOUND[service](api) == before


# Sessions


@pytest.mark.parametrize("service", ["iam", "cognito-idp", "cognito-identity"])
def test_a_session_reaches_no_closed_service_by_the_name_of_an_operation(engine, person, service):
    raw = captured(client(engine, service, **person), FOUND[service])
    for other in ("dynamodb", "s3", "sqs", "sns", "sts"):
        again = signed(engine, raw, other, key=person["key"], secret=person["secret"])
        assert "UserPools" not in send(engine, again)[1]
        assert send(engine, again)[0] in REFUSED | {404, 405}, other


SESSION_CHANGES = {
    "no token": lambda raw: raw.without("x-amz-security-token"),
    "token twice": lambda raw: raw.adding("x-amz-security-token", raw.header("x-amz-security-token")),
    "another token": lambda raw: raw.editing("x-amz-security-token", lambda text: text[:-1]),
    "token in the query too": targeting("X-Amz-Security-Token=x"),
    "token not signed": signing(lambda names: [name for name in names if name != "x-amz-security-token"]),
}


def test_a_session_needs_its_token_once(engine, person):
    api = client(engine, "dynamodb", **person)
    raw = captured(api, FOUND["dynamodb"])
    assert send(engine, raw)[0] == 200
    assert {send(engine, change(raw))[0] for change in SESSION_CHANGES.values()} == {403}
    assert refusal(lambda: FOUND["dynamodb"](client(engine, "dynamodb", **person | {"token": "x"})))


# Bodies


def test_s3_refuses_a_body_that_has_another_hash(engine):
    api = client(engine, "s3")
    for size in (3, 17 << 20):
        raw = captured(api, lambda api, size=size: api.put_object(Bucket="bucket", Key="hash", Body=b"a" * size))
        status, text = send(engine, replace(raw, body=b"a" * (size - 1) + b"b"))
        assert status == 400
        assert "XAmzContentSHA256Mismatch" in text
        assert "hash" not in FOUND["s3"](api)
        assert send(engine, raw.editing("x-amz-content-sha256", lambda _: "UNSIGNED-PAYLOAD"))[0] == 403
        assert send(engine, raw)[0] == 200
        api.delete_object(Bucket="bucket", Key="hash")


@pytest.mark.parametrize("declared", ["", "x", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "UNSIGNED", "A" * 64])
def test_s3_takes_no_other_kind_of_payload_hash(engine, declared):
    raw = captured(client(engine, "s3"), FOUND["s3"])
    assert send(engine, raw.editing("x-amz-content-sha256", lambda _: declared))[0] == 403
    assert send(engine, raw.without("x-amz-content-sha256"))[0] == 403


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"s3"}))
def test_a_body_beyond_the_limit_is_refused_unread(engine, service):
    raw = captured(client(engine, service), WRITES[service])
    declared = replace(raw.without("content-length"), body=b"").adding("Content-Length", str(16 << 20 | 1))
    assert send(engine, declared)[0] == 413


def test_unsigned_calls_have_small_bodies(engine):
    raw = captured(client(engine, "cognito-identity"), WRITES["cognito-identity"])
    target = "AWSCognitoIdentityService.GetId"
    unsigned = replace(raw.without("authorization").without("content-length"), body=b"")
    unsigned = unsigned.editing("x-amz-target", lambda _: target).adding("Content-Length", "65537")
    assert send(engine, unsigned)[0] == 413


# What must work


KEYS = ["a b", "a+b", "a//b", "ä/ü/日本", "a%20b", "a&b=c", "(a)'*!~", "a;b,c", "dir/", "a#?b", "$x@y:z"]


@pytest.mark.parametrize("name", KEYS)
def test_names_of_objects_are_signed_as_boto3_does(engine, person, name):
    for given in ({}, person):
        api = client(engine, "s3", **given)
        place = {"Bucket": "bucket", "Key": name}
        api.put_object(**place, Body=b"abc", Metadata={"note": "a  b"}, ContentType="text/plain; charset=utf-8")
        assert api.get_object(**place, Range="bytes=1-1")["Body"].read() == b"b"
        assert api.head_object(**place)["Metadata"] == {"note": "a  b"}
        listed = api.list_objects_v2(Bucket="bucket", Prefix=name)
        assert [found["Key"] for found in listed["Contents"]] == [name]
        api.copy_object(**place, CopySource=place, MetadataDirective="REPLACE")
        url = api.generate_presigned_url("get_object", Params=place, ExpiresIn=60)
        assert httpx.get(url, trust_env=False).text == "abc"
        upload = api.generate_presigned_url("put_object", Params=place, ExpiresIn=60)
        assert httpx.put(upload, content=b"def", trust_env=False).status_code == 200
        form = api.generate_presigned_post("bucket", name, ExpiresIn=60)
        posted = httpx.post(form["url"], data=form["fields"], files={"file": b"ghi"}, trust_env=False)
        assert posted.status_code == 204
        assert api.get_object(**place)["Body"].read() == b"ghi"
        api.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": name}]})


def test_uploads_in_parts_work(engine):
    api, place = client(engine, "s3"), {"Bucket": "bucket", "Key": "parts"}
    upload = api.create_multipart_upload(**place)["UploadId"]
    parts = []
    for number, body in enumerate((b"a" * (5 << 20), b"b"), 1):
        made = api.upload_part(**place, UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": made["ETag"]})
    api.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    assert api.head_object(**place)["ContentLength"] == (5 << 20) + 1


def test_chunked_uploads_with_a_trailing_checksum_work(engine):
    api = client(engine, "s3")
    raw = captured(api, lambda api: api.put_object(Bucket="bucket", Key="chunked", Body=b"abc"))
    headers = (
        ("Host", raw.header("host")),
        ("Content-Encoding", "aws-chunked"),
        ("X-Amz-Decoded-Content-Length", "3"),
        ("X-Amz-Trailer", "x-amz-checksum-crc32"),
    )
    body = b"3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"
    checksum = {"checksum": {"request_algorithm": {"in": "trailer", "algorithm": "crc32"}}}
    chunked = signed(engine, replace(raw, headers=headers, body=body), "s3", context=checksum)
    assert chunked.header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert send(engine, chunked.adding("Content-Length", str(len(body))))[0] == 200
    assert api.get_object(Bucket="bucket", Key="chunked")["Body"].read() == b"abc"


def test_large_batches_work(engine):
    items = [{"PutRequest": {"Item": key("big", f"{n:02}") | {"text": {"S": "x" * 390_000}}}} for n in range(25)]
    api = client(engine, "dynamodb")
    assert not api.batch_write_item(RequestItems={"things": items})["UnprocessedItems"]
    again = [{"DeleteRequest": {"Key": key("big", f"{n:02}")}} for n in range(25)]
    api.batch_write_item(RequestItems={"things": again})


def test_messages_of_the_largest_size_work(engine):
    api = client(engine, "sqs")
    queue = api.create_queue(QueueName="large")["QueueUrl"]
    api.send_message(QueueUrl=queue, MessageBody="x" * 250_000)
    assert len(api.receive_message(QueueUrl=queue)["Messages"][0]["Body"]) == 250_000
