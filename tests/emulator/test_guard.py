"""Who may ask the engine, and who may not: over real HTTP, and nothing has changed after a refusal."""

import re
import stat
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from data.emulator.engine import ORIGINS, PERMIT
from data.emulator.process import announce
from tests.emulator.shapes import ORIGIN, everything, refusal, until
from tests.engines import client, cognito_person, cognito_pools, running_engine, temporary

pytestmark = pytest.mark.engine
FOREIGN_ORIGINS = ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8501", ""]
ASKING = {
    "s3": lambda service: service.list_buckets(),
    "dynamodb": lambda service: service.list_tables(),
    "sqs": lambda service: service.list_queues(),
    "sns": lambda service: service.list_topics(),
    "sts": lambda service: service.get_caller_identity(),
    "iam": lambda service: service.list_roles(),
    "cognito-idp": lambda service: service.list_user_pools(MaxResults=1),
    "cognito-identity": lambda service: service.list_identity_pools(MaxResults=1),
}


@pytest.fixture
def http(engine):
    with httpx.Client(trust_env=False, base_url=engine.url) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _nothing_changed(engine):
    """The only writes of this module that may succeed go to keys that begin with `ok/`."""
    yield
    listed = client(engine, "s3").list_objects_v2(Bucket="bucket")["Contents"]
    assert {found["Key"] for found in listed if not found["Key"].startswith("ok/")} == {"kept"}
    assert everything(client(engine, "dynamodb")) == {}


@pytest.fixture
def s3(engine):
    return client(engine, "s3")


def presigned(s3, method="get_object", seconds=60, **parameters):
    return s3.generate_presigned_url(method, Params={"Bucket": "bucket", "Key": "kept"} | parameters, ExpiresIn=seconds)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/bucket", "/bucket/kept", "/bucket/new"])
def test_requests_without_a_signature_are_refused(http, method, path):
    assert http.request(method, path).status_code == 403


@pytest.mark.parametrize("service", ASKING)
def test_every_service_takes_our_key_and_no_other(engine, service):
    ask = ASKING[service]
    assert refusal(lambda: ask(client(engine, service))) is None
    others = [
        (engine.access_key_id, engine.secret_access_key + "x"),
        ("AKIAUNKNOWN00000", engine.secret_access_key),
        ("test", "test"),
        ("test", engine.secret_access_key),
        ("000000000000", engine.secret_access_key),
    ]
    for name, secret in others:
        assert refusal(lambda name=name, secret=secret: ask(client(engine, service, key=name, secret=secret))), name


@pytest.mark.parametrize("service", ["lambda", "ec2", "secretsmanager", "cloudformation", "kms"])
def test_services_that_we_do_not_use_are_closed(http, engine, service):
    signed = f"AWS4-HMAC-SHA256 Credential={engine.access_key_id}/20260101/us-east-1/{service}/aws4_request"
    assert http.post("/", headers={"authorization": f"{signed}, SignedHeaders=host, Signature=0"}).status_code == 403


def test_a_presigned_url_gives_its_object_only(http, s3):
    url = presigned(s3)
    assert http.get(url).text == "kept"
    assert http.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 403
    assert http.get(url.replace("/bucket/kept?", "/bucket/other?")).status_code == 403
    assert http.put(url, content=b"x").status_code == 403
    assert http.get(url.replace("X-Amz-Expires=60", "X-Amz-Expires=600")).status_code == 403


def test_a_presigned_download_keeps_its_name_and_type(http, s3):
    named = {"ResponseContentDisposition": 'attachment; filename="a b.txt"', "ResponseContentType": "image/png"}
    url = presigned(s3, **named)
    answer = http.get(url)
    assert answer.headers["content-disposition"] == named["ResponseContentDisposition"]
    assert answer.headers["content-type"] == "image/png"
    assert http.get(url.replace("a%20b", "evil")).status_code == 403


def test_a_presigned_upload_takes_its_content_type_only(http, s3):
    url = presigned(s3, "put_object", Key="ok/put", ContentType="image/png")
    assert http.put(url, content=b"abc", headers={"content-type": "text/html"}).status_code == 403
    assert http.put(url, content=b"abc", headers={"content-type": "image/png"}).status_code == 200
    assert http.get(url).status_code == 403


def form(http, post, body=b"data", **changed):
    return http.post(post["url"], data=post["fields"] | changed, files={"file": ("a.txt", body)}).status_code


def test_a_presigned_form_holds_to_its_policy(http, s3, engine):
    limits = [["content-length-range", 1, 1000], ["starts-with", "$key", "ok/"]]
    post = s3.generate_presigned_post("bucket", "ok/${filename}", Conditions=limits, ExpiresIn=60)
    assert form(http, post) == 204
    assert form(http, post, body=b"x" * 2000) in (400, 403)
    assert form(http, post, key="elsewhere") in (400, 403)
    assert form(http, post, **{"x-amz-signature": "0" * 64}) == 403
    assert form(http, post, policy=post["fields"]["policy"][:-4] + "AAA=") in (400, 403)
    assert http.post("/bucket", data={"key": "new"}, files={"file": b"x"}).status_code == 403
    stranger = client(engine, "s3", key="AKIAUNKNOWN00000")
    assert form(http, stranger.generate_presigned_post("bucket", "new")) == 403


SUBRESOURCES = [
    *("accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering"),
    *("inventory", "legal-hold", "lifecycle", "location", "logging", "metadataTable", "metrics", "notification"),
    *("object-lock", "ownershipControls", "partNumber=1", "policy", "policyStatus", "publicAccessBlock"),
    *("replication", "requestPayment", "restore", "retention", "select", "select-type=2", "session", "tagging"),
    *("torrent", "uploadId=x", "uploads", "versionId=x", "versioning", "versions", "website", "x-id=PutObject"),
    *("Action=ListUsers", "key=kept"),
]


@pytest.mark.parametrize("signed", [False, True])
def test_a_form_reaches_no_subresource(http, s3, signed):
    post = s3.generate_presigned_post("bucket", "new", ExpiresIn=60)
    fields = post["fields"] if signed else {"key": "new", "x-amz-credential": post["fields"]["x-amz-credential"]}
    kept = b"<Delete><Object><Key>kept</Key></Object></Delete>"

    def answer(query):
        return http.post(f"/bucket?{query}", data=fields, files={"file": kept}).status_code

    queries = [*SUBRESOURCES, *(f"{name}=" for name in SUBRESOURCES), "a", "%64elete", "delete&x=1", "X-Amz-Date=1"]
    assert {query: answer(query) for query in queries} == dict.fromkeys(queries, 403)


@pytest.mark.parametrize("path", ["/", "//bucket", "/bucket/kept", "/bucket//", "/bucket/%2e", "/%62ucket", "/.", "/b"])
def test_a_form_reaches_a_bucket_only(http, s3, path):
    post = s3.generate_presigned_post("bucket", "new", ExpiresIn=60)
    assert http.post(path, data=post["fields"], files={"file": b"x"}).status_code in (403, 404)


def test_a_form_of_a_session_needs_its_token(engine, http):
    pools = cognito_pools(engine)
    given = temporary(engine, pools, cognito_person(engine, pools, "ann"))
    person = {"key": given["AccessKeyId"], "secret": given["SecretKey"], "token": given["SessionToken"]}
    post = client(engine, "s3", **person).generate_presigned_post("bucket", "ok/form", ExpiresIn=60)
    assert form(http, post) == 204
    assert form(http, post, **{"x-amz-security-token": "x"}) == 403
    without = client(engine, "s3", **person | {"token": None}).generate_presigned_post("bucket", "new", ExpiresIn=60)
    assert form(http, without) == 403
    ours = client(engine, "s3").generate_presigned_post("bucket", "new", {"x-amz-security-token": "x"}, ExpiresIn=60)
    assert form(http, ours) == 403


def test_a_large_form_arrives_whole(http, s3):
    body = bytes(range(256)) * (16 << 10)
    post = s3.generate_presigned_post("bucket", "ok/large", ExpiresIn=60)
    assert form(http, post, body=body) == 204
    assert s3.get_object(Bucket="bucket", Key="ok/large")["Body"].read() == body


def test_presigned_requests_of_an_unknown_key_are_refused(http, engine):
    stranger = client(engine, "s3", key="AKIAUNKNOWN00000")
    assert http.get(presigned(stranger)).status_code == 403
    assert http.put(presigned(stranger, "put_object", Key="new"), content=b"x").status_code == 403


def test_expired_presigned_requests_are_refused(http, s3):
    download, upload = presigned(s3, seconds=1), presigned(s3, "put_object", 1, Key="ok/late")
    post = s3.generate_presigned_post("bucket", "ok/late", ExpiresIn=1)
    until(lambda: http.get(download).status_code == 403)
    until(lambda: http.put(upload, content=b"").status_code == 403)
    until(lambda: form(http, post) == 403)


def test_the_older_signature_is_refused(http, engine):
    older = client(engine, "s3")
    url = f"/bucket/kept?AWSAccessKeyId={engine.access_key_id}&Signature=AAAA&Expires=9999999999"
    assert http.get(url).status_code == 403
    assert older.get_object(Bucket="bucket", Key="kept")["Body"].read() == b"kept"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "[::1]:{port}"])
def test_foreign_hosts_are_refused_with_a_valid_signature(http, engine, s3, host):
    foreign = {"host": host.format(port=engine.port)}
    assert http.get("/_engine/health", headers=foreign).status_code == 403
    assert http.get(presigned(s3), headers=foreign).status_code == 403


def test_a_second_host_header_does_not_help(engine):
    connection = HTTPConnection("127.0.0.1", engine.port)
    connection.putrequest("GET", "/_engine/health")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status in (400, 403)
    connection.close()


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_foreign_origins_are_refused_with_a_valid_signature(http, s3, origin):
    headers = {"origin": origin, "access-control-request-method": "PUT"}
    answers = [
        http.options(presigned(s3), headers=headers),
        http.get(presigned(s3), headers=headers),
        http.put(presigned(s3, "put_object", Key="new"), headers=headers, content=b"x"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert not any("access-control-allow-origin" in answer.headers for answer in answers)


def test_our_own_origin_may_read_and_upload(http, s3):
    url = presigned(s3, "put_object", Key="ok/cors")
    asked = {"origin": ORIGIN, "access-control-request-method": "PUT", "access-control-request-headers": "content-type"}
    preflight = http.options(url, headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    upload = http.put(url, headers={"origin": ORIGIN}, content=b"x")
    assert upload.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert "ETag" in upload.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in http.get(presigned(s3)).headers


def test_a_second_dashboards_origin_is_let_in_by_proof_only(http, engine, s3):
    second = "http://127.0.0.1:8502"

    def reads():
        return http.get(presigned(s3), headers={"origin": second}).status_code == 200

    told_to_anyone = http.get(f"/_engine/health?{second}").json()["proof"]
    for proof in ({}, {PERMIT: ""}, {PERMIT: told_to_anyone}, {PERMIT: engine.permit("http://127.0.0.1:8503")}):
        assert http.post(f"{ORIGINS}?{second}", headers=proof).status_code == 403
    assert http.get(f"{ORIGINS}?{second}", headers={PERMIT: engine.permit(second)}).status_code == 403
    assert not reads()
    announce(engine, [second])
    assert reads()


ADMINISTRATION = [
    *(
        "/_ministack/reset",
        "/_ministack/config",
        "/_ministack/rds/iam-auth",
        "/_localstack/health",
        "/_localstack/init",
    ),
    *("/_aws/sqs/messages", "/_aws/ses", "/_x", "/_user_request_/x", "/health"),
    *(
        "//_ministack/reset",
        "/%5Fministack/reset",
        "/./_ministack/reset",
        "/_MINISTACK/reset",
        "/x/../_ministack/reset",
    ),
    *("/iceberg/v1/config", "/restapis/a/b", "/2015-03-31/functions", "/v2/email/identities"),
]


@pytest.mark.parametrize("path", ADMINISTRATION)
def test_the_emulators_own_administration_is_closed(http, path):
    for method in ("GET", "POST", "DELETE"):
        assert http.request(method, path).status_code in (403, 404), method


def test_the_health_path_shows_no_secret(http, engine):
    answer = http.get("/_engine/health?abc")
    assert answer.json() == {"pid": engine.pid, "proof": engine.proof("abc")}
    assert engine.secret_access_key not in answer.text


def test_statements_that_write_past_the_journal_are_refused(engine):
    dynamodb = client(engine, "dynamodb")
    insert = "INSERT INTO things VALUE {'PK': 'a', 'SK': 'b'}"
    assert refusal(lambda: dynamodb.execute_statement(Statement=insert)) == "ValidationException"
    assert (
        refusal(lambda: dynamodb.execute_transaction(TransactStatements=[{"Statement": insert}]))
        == "ValidationException"
    )


def listening(pid: int) -> list[tuple[str, str]]:
    """(kind, address) of every socket that a process listens on, or gets datagrams by."""
    targets = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # a connection may be closed meanwhile
            targets.append(str(entry.readlink()))
    inodes = {found[1] for target in targets if (found := re.match(r"socket:\[(\d+)\]", target))}
    return [
        (kind, row.split()[1])
        for kind in ("tcp", "tcp6", "udp", "udp6")
        for row in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]
        if row.split()[9] in inodes and (row.split()[3] == "0A" or kind.startswith("udp"))
    ]


def test_nothing_listens_beyond_one_loopback_port(engine):
    assert listening(engine.pid) == [("tcp", f"0100007F:{engine.port:04X}")]


def test_the_state_is_readable_by_its_owner_only(tmp_path):
    folder = tmp_path / "engine"
    with running_engine(folder) as engine:
        client(engine, "s3").create_bucket(Bucket="bucket")
        client(engine, "s3").put_object(Bucket="bucket", Key="a", Body=b"x")
        upload = client(engine, "s3").create_multipart_upload(Bucket="bucket", Key="b")["UploadId"]
        client(engine, "s3").upload_part(Bucket="bucket", Key="b", UploadId=upload, PartNumber=1, Body=b"x")
        client(engine, "dynamodb").list_tables()
        found = [folder, *folder.rglob("*")]
        assert {folder / "engine.json", folder / "engine.log", folder / "state.sqlite"} <= set(found)
        assert [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_presigned_url_for_one_name_works_for_no_other(http, s3, engine):
    url = presigned(s3)
    elsewhere = url.replace("127.0.0.1", "localhost")
    assert http.get(elsewhere, headers={"host": f"localhost:{engine.port}"}).status_code == 403
