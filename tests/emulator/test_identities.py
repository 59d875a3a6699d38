"""Calls in a person's name: from a password to credentials that may do what the role allows, and until when."""

import base64
import json
import sqlite3
import time
from contextlib import contextmanager

import httpx
import pytest

from data.emulator.process import CANNOT_SAVE
from tests.emulator.shapes import ORIGIN, PATIENCE, everything, fill_the_disk, key, make_table, refusal
from tests.engines import client, cognito_person, cognito_pools, running_child, running_engine, temporary

pytestmark = pytest.mark.engine
READING = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "s3:GetObject"], "Resource": "*"}


@pytest.fixture(scope="module")
def pools(engine):
    client(engine, "dynamodb").put_item(TableName="things", Item=key("a", "b"))
    return cognito_pools(engine, READING)


@pytest.fixture(scope="module")
def id_token(engine, pools):
    return cognito_person(engine, pools, "ann")


@pytest.fixture
def given(engine, pools, id_token):
    """The parts of temporary credentials as `client` takes them."""
    return parts(temporary(engine, pools, id_token))


def parts(credentials):
    return {
        "key": credentials["AccessKeyId"],
        "secret": credentials["SecretKey"],
        "token": credentials["SessionToken"],
    }


def get(engine, given):
    return client(engine, "dynamodb", **given).get_item(TableName="things", Key=key("a", "b"))["Item"]


def test_a_password_leads_to_credentials_that_read(engine, given):
    assert get(engine, given) == key("a", "b")
    assert client(engine, "s3", **given).get_object(Bucket="bucket", Key="kept")["Body"].read() == b"kept"
    caller = client(engine, "sts", **given).get_caller_identity()["Arn"]
    assert caller.endswith(":assumed-role/people/CognitoIdentityCredentials")


def test_credentials_may_do_only_what_their_role_allows(engine, given):
    write = client(engine, "dynamodb", **given)
    assert refusal(lambda: write.put_item(TableName="things", Item=key("n", "n"))) == "AccessDeniedException"
    assert refusal(lambda: client(engine, "s3", **given).put_object(Bucket="bucket", Key="n")) == "AccessDenied"
    assert refusal(lambda: client(engine, "sqs", **given).list_queues())
    assert set(everything(client(engine, "dynamodb"))) == {("a", "b")}


def test_a_url_signed_in_a_persons_name_works_untouched_only(engine, given):
    s3 = client(engine, "s3", **given)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "kept"}, ExpiresIn=60)
    assert httpx.get(url, trust_env=False).text == "kept"
    assert httpx.get(url.replace("/kept?", "/other?"), trust_env=False).status_code == 403


def test_forged_credentials_are_refused(engine, given):
    forged = [
        given | {"secret": given["secret"] + "x"},
        given | {"token": given["token"][:-4] + "AAA="},
        given | {"token": None},
        given | {"key": "ASIAUNKNOWN000000000"},
        given | {"secret": engine.secret_access_key},
        {"key": engine.access_key_id, "secret": given["secret"], "token": given["token"]},
    ]
    for changed in forged:
        assert refusal(lambda changed=changed: get(engine, changed)), changed
    assert get(engine, given)


@pytest.mark.parametrize("service", ["iam", "cognito-idp", "cognito-identity"])
def test_people_never_administer_people(engine, given, service):
    asking = {
        "iam": lambda service: service.list_roles(),
        "cognito-idp": lambda service: service.list_user_pools(MaxResults=1),
        "cognito-identity": lambda service: service.list_identity_pools(MaxResults=1),
    }[service]
    assert refusal(lambda: asking(client(engine, service))) is None
    assert refusal(lambda: asking(client(engine, service, **given)))


def test_a_token_that_the_pool_did_not_sign_gives_nothing(engine, pools, id_token):
    head, claims, signature = id_token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"sub": "somebody-else"}
    other = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    strangers = cognito_person(engine, cognito_pools(engine, name="others"), "ann")
    for forged in (f"{head}.{other}.{signature}", f"{unsigned}.{other}.", "nonsense", strangers):
        assert refusal(lambda forged=forged: temporary(engine, pools, forged)) == "NotAuthorizedException"


def test_an_identity_gives_nothing_without_its_login(engine, pools, id_token):
    identity = client(engine, "cognito-identity")
    logins = {pools.provider(): id_token}
    found = identity.get_id(IdentityPoolId=pools.identity_pool_id, Logins=logins)["IdentityId"]
    assert refusal(lambda: identity.get_credentials_for_identity(IdentityId=found)) == "NotAuthorizedException"


def test_a_wrong_password_gives_no_token(engine, pools, id_token):
    assert id_token
    attempt = {"USERNAME": "ann", "PASSWORD": "Wrong-of-tests-1"}
    idp = client(engine, "cognito-idp")
    sign_in = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": pools.client_id, "AuthParameters": attempt}
    assert refusal(lambda: idp.initiate_auth(**sign_in)) == "NotAuthorizedException"


def unsigned(engine, target, headers=None, **request):
    given = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target} | (headers or {})
    where = {"url": engine.url, "method": "POST", "content": "{}"} | request
    return httpx.request(**where, headers=given, trust_env=False).status_code


IDP, IDENTITY = "AWSCognitoIdentityProviderService", "AWSCognitoIdentityService"


def test_three_calls_need_no_signature_and_no_others(engine):
    for target in (f"{IDP}.InitiateAuth", f"{IDENTITY}.GetId", f"{IDENTITY}.GetCredentialsForIdentity"):
        assert unsigned(engine, target) != 403
    closed = ["SignUp", "GetUser", "ForgotPassword", "ListUsers", "AdminInitiateAuth", "CreateUserPool", "GetId"]
    targets = [f"{IDP}.{action}" for action in closed] + [f"{IDENTITY}.GetOpenIdToken", f"{IDENTITY}.ListIdentityPools"]
    targets += ["DynamoDB_20120810.ListTables", f"DynamoDB_20120810.{IDENTITY}.GetId", f"{IDENTITY}.GetId, x", ""]
    assert {target: unsigned(engine, target) for target in targets} == dict.fromkeys(targets, 403)


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": {"origin": ORIGIN}},
        {"headers": {"sec-fetch-site": "same-origin"}},
        {"headers": {"sec-fetch-mode": "cors"}},
        {"headers": {"referer": "http://evil.example/"}},
        {"headers": {"cookie": "a=b"}},
        {"headers": {"content-type": "text/plain"}},
        {"headers": {"authorization": "Bearer x"}},
        {"headers": {"content-encoding": "gzip"}},
        {"headers": {"x-amz-decoded-content-length": "2"}},
        {"method": "GET"},
        {"method": "PUT"},
        {"params": {"Action": "ListUsers"}},
    ],
    ids=str,
)
def test_what_no_program_would_send_stays_closed(engine, changed):
    assert unsigned(engine, f"{IDENTITY}.GetId", **changed) == 403


def test_what_no_program_would_send_stays_closed_elsewhere_too(engine):
    assert unsigned(engine, f"{IDENTITY}.GetId", url=f"{engine.url}/bucket") == 403


@contextmanager
def reborn(folder):
    """What came of a kill -9 after a sign-in: the next engine, the pools, the token, the credentials."""
    with running_child(folder) as child:
        make_table(client(child.engine, "dynamodb"))
        client(child.engine, "dynamodb").put_item(TableName="things", Item=key("a", "b"))
        pools = cognito_pools(child.engine)
        token = cognito_person(child.engine, pools, "ann")
        given = parts(temporary(child.engine, pools, token))
        child.process.kill()
        child.process.wait()
    yield pools, token, given


def test_people_and_their_credentials_survive_a_kill(tmp_path):
    with reborn(tmp_path) as (pools, token, given), running_engine(tmp_path) as engine:
        assert get(engine, given) == key("a", "b")
        assert get(engine, parts(temporary(engine, pools, token))) == key("a", "b")
        assert refusal(lambda: get(engine, given | {"secret": "x"}))
        cognito_person(engine, pools, "ben")
        with sqlite3.connect(tmp_path / "state.sqlite") as rows:
            kept = [value for (value,) in rows.execute("SELECT value FROM entries WHERE space = 'session'")]
        assert kept
        assert not any(token in value for value in kept), "an ID token is written down with credentials"


@pytest.mark.soak
def test_credentials_that_cannot_be_saved_are_not_given(tmp_path):
    with running_child(tmp_path) as child:
        pools = cognito_pools(child.engine)
        token = cognito_person(child.engine, pools, "ann")
        temporary(child.engine, pools, token)
        fill_the_disk(child.engine.pid, tmp_path, 2_000)
        assert refusal(lambda: temporary(child.engine, pools, token)) in ("InternalServerError", "500")
        assert child.process.wait(PATIENCE) == CANNOT_SAVE
    with running_engine(tmp_path) as engine:
        assert temporary(engine, pools, token)


@pytest.mark.soak
def test_credentials_end_when_they_said_they_would(tmp_path):
    with reborn(tmp_path) as (_, _, given):
        moment = time.time() - 1
        with sqlite3.connect(tmp_path / "state.sqlite") as rows:
            changed = "UPDATE entries SET value = json_set(value, '$.Expiration', ?) WHERE space = 'session'"
            assert rows.execute(changed, (moment,)).rowcount == 1
        with running_engine(tmp_path) as engine:
            assert refusal(lambda: get(engine, given)) == "ExpiredTokenException"
            url = client(engine, "s3", **given).generate_presigned_url("list_buckets")
            assert httpx.get(url, trust_env=False).status_code in (400, 403)


@pytest.mark.soak
def test_credentials_long_expired_are_forgotten(tmp_path):
    with reborn(tmp_path):
        moment = time.time() - 100_000
        with sqlite3.connect(tmp_path / "state.sqlite") as rows:
            rows.execute(
                "UPDATE entries SET value = json_set(value, '$.Expiration', ?) WHERE space = 'session'", (moment,)
            )
        with running_engine(tmp_path):
            pass
        with sqlite3.connect(tmp_path / "state.sqlite") as rows:
            assert rows.execute("SELECT * FROM entries WHERE space = 'session'").fetchall() == []
