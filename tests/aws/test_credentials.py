"""Calls in a person's name: which credentials sign them, when new ones are asked for, and what comes of bad ones."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from pydantic import SecretStr

from data.aws import credential_tiers
from data.aws.clients import Clients, Endpoint
from data.aws.credential_tiers import PersonalClients
from data.aws.dynamodb import Dynamo
from data.aws.s3 import Objects
from data.aws.signing import AwsCredentials
from data.config.resources import DOCUMENTS
from data.config.settings import load
from data.core.errors import CredentialsExpired, Misconfigured, NotPermitted, Unavailable
from data.users.table import USERS
from tests.aws.faults import Refusal, failing
from tests.conftest import EMBEDDED, PRODUCTION

ANN = {"userId": "ann"}
USER_POOL = "us-east-1_people"
TOKEN = SecretStr("an id token of Ann, kept out of every word")
UNREACHED = EndpointConnectionError(endpoint_url="https://aws")


@pytest.fixture
def lasting(world):
    """What the identity pool gives lasts an hour of the world's clock. Gives the list of exchanges."""
    events, made = world.clients.cognito_identity.meta.events, []

    def edit(parsed, **_):
        if "Credentials" in parsed:
            made.append(parsed)
            parsed["Credentials"] |= {"AccessKeyId": f"POOL{len(made)}", "SecretKey": "pool secret"}
            parsed["Credentials"]["Expiration"] = world.clock.now() + timedelta(hours=1)

    events.register("after-call.cognito-identity.GetCredentialsForIdentity", edit, unique_id="lasting")
    yield made
    events.unregister("after-call.cognito-identity.GetCredentialsForIdentity", unique_id="lasting")


@pytest.fixture
def pool(world):
    """The settings of an installation with an identity pool."""
    made = world.clients.cognito_identity.create_identity_pool(
        IdentityPoolName="people", AllowUnauthenticatedIdentities=False
    )
    names = {"COGNITO_USER_POOL_ID": USER_POOL, "COGNITO_IDENTITY_POOL_ID": made["IdentityPoolId"]}
    return load(PRODUCTION | names)


@pytest.fixture
def personal(world, pool, lasting):  # noqa: ARG001 - what it exchanges lasts
    return PersonalClients(world.clients, pool, world.clock)


def own(world, key="SESSIONKEY", hours=1):
    """The session's own credentials of somebody."""
    return AwsCredentials(key, f"secret of {key}", f"token of {key}", world.clock.now() + timedelta(hours=hours))


def read(world, clients):
    return Dynamo(clients, world.settings.table).get(USERS, ANN)


def signer(request):
    """Whose key signed a request."""
    return re.search(rb"Credential=([A-Z0-9a-z]+)/", _bytes(request.headers["Authorization"]))[1].decode()


def _bytes(header):
    return header if isinstance(header, bytes) else header.encode()


def signers(world, clients):
    """Whose keys sign a read through `clients`."""
    with failing(world.clients.dynamodb) as requests:
        read(world, clients)
    return [signer(request) for request in requests]


def test_an_absent_tier_lets_the_next_one_in(world, personal):
    without_pool = PersonalClients(world.clients, world.settings, world.clock)
    assert signers(world, personal.for_session(own(world), TOKEN, "ann")) == ["SESSIONKEY"]
    assert signers(world, personal.for_session(None, TOKEN, "ann")) == ["POOL1"]
    assert personal.for_session(None, None, "ann") is world.clients
    assert without_pool.for_session(None, TOKEN, "ann") is world.clients
    assert signers(world, world.clients) == ["test"]


def test_a_tier_that_is_there_and_fails_is_an_error(world, personal):
    over = own(world, hours=-1)
    with failing(world.clients.dynamodb) as requests, pytest.raises(CredentialsExpired):
        read(world, personal.for_session(over, TOKEN, "ann"))
    refused = failing(world.clients.cognito_identity, then=Refusal("NotAuthorizedException"))
    with refused, pytest.raises(CredentialsExpired):
        personal.for_session(None, TOKEN, "ann")
    with failing(world.clients.cognito_identity, then=UNREACHED), pytest.raises(Unavailable):
        personal.for_session(None, TOKEN, "ann")
    gone = Refusal("ResourceNotFoundException")
    with failing(world.clients.cognito_identity, then=gone), pytest.raises(Misconfigured):
        personal.for_session(None, TOKEN, "ann")
    assert requests == []


def test_many_at_once_make_one_client_and_one_exchange(world, pool, lasting, monkeypatch):
    made, together, new = [], Barrier(32), boto3.Session.client
    monkeypatch.setattr(boto3.Session, "client", lambda *args, **options: made.append(args[1]) or new(*args, **options))
    host = Clients(pool, Endpoint(access_key_id="test", secret_access_key="test"))
    watched = host.cognito_identity.meta.events
    watched.register("after-call.cognito-identity.GetCredentialsForIdentity", lambda **_: lasting.append("exchange"))
    watched.register("after-call.cognito-identity.GetCredentialsForIdentity", _an_hour(world))
    personal = PersonalClients(host, pool, world.clock)

    def ask(_):
        together.wait()
        return personal.for_session(None, TOKEN, "ann").dynamodb.meta

    with ThreadPoolExecutor(32) as threads:
        assert len(set(map(id, threads.map(ask, range(32))))) == 1
    assert lasting == ["exchange"]
    assert made == ["cognito-identity", "dynamodb"]


def _an_hour(world):
    end = world.clock.now() + timedelta(hours=1)
    return lambda parsed, **_: parsed["Credentials"].update(Expiration=end)


def test_persons_share_connections_and_never_keys(world, personal):
    names = ["ANN", "BOB", "EVE"]
    clients = {name: personal.for_session(own(world, name), None, name) for name in names}
    with failing(world.clients.dynamodb) as requests, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda turn: read(world, clients[names[turn % 3]]), range(90)))
    keys = [(signer(request), _bytes(request.headers["X-Amz-Security-Token"]).decode()) for request in requests]
    assert sorted(keys) == sorted([(name, f"token of {name}") for name in clients] * 30)
    assert len({id(one.dynamodb.meta) for one in clients.values()}) == 1
    assert clients["ANN"].dynamodb.meta is not world.clients.dynamodb.meta


def test_a_client_of_persons_has_no_keys_of_its_own(world, personal):
    shared = personal.for_session(own(world), None, "ann").dynamodb
    with pytest.raises(NoCredentialsError):
        next(iter(shared.get_paginator("list_tables").paginate()))


def test_credentials_are_renewed_before_they_end(world, personal, lasting):
    clients = personal.for_session(None, TOKEN, "ann")
    assert signers(world, clients) == ["POOL1"]
    world.clock.pass_(minutes=56)
    assert signers(world, clients) == ["POOL2"]
    assert personal.for_session(None, TOKEN, "ann").dynamodb.meta is clients.dynamodb.meta
    assert len(lasting) == 2


def test_credentials_that_cannot_be_renewed_serve_to_their_end(world, personal):
    clients = personal.for_session(None, TOKEN, "ann")
    with failing(world.clients.cognito_identity, then=Refusal("NotAuthorizedException")) as asked:
        world.clock.pass_(minutes=56)
        assert signers(world, clients) == signers(world, clients) == ["POOL1"]
        assert len(asked) == 1
        world.clock.pass_(minutes=5)
        with pytest.raises(CredentialsExpired):
            read(world, clients)


def test_a_session_ends_within_a_call_too(world, personal):
    clients = personal.for_session(own(world), None, "ann")
    world.clock.pass_(hours=2)
    with pytest.raises(CredentialsExpired):
        read(world, clients)


def test_no_more_persons_are_remembered_than_agreed(world, pool, lasting, monkeypatch):
    monkeypatch.setattr(credential_tiers, "MOST_PERSONS", 2)
    personal = PersonalClients(world.clients, pool, world.clock)
    for person in ("ann", "bob", "eve", "eve", "ann"):
        personal.for_session(None, TOKEN, person)
    assert len(lasting) == 4


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"])
def test_credentials_that_aws_refuses_are_the_persons_to_renew(world, personal, code):
    with failing(world.clients.dynamodb, then=Refusal(code)):
        with pytest.raises(CredentialsExpired):
            read(world, personal.for_session(own(world), None, "ann"))
        with pytest.raises(Misconfigured, match="credentials"):
            read(world, world.clients)


def test_what_a_role_does_not_allow_is_not_permitted(world, personal):
    with failing(world.clients.dynamodb, then=Refusal("AccessDeniedException", message="arn:aws:iam::1:role/x")):
        with pytest.raises(NotPermitted) as told:
            read(world, personal.for_session(own(world), None, "ann"))
        with pytest.raises(Misconfigured):
            read(world, world.clients)
    assert "arn:" not in str(told.value)


@pytest.mark.parametrize("name", ["session", "pool", "host"])
def test_credentials_are_told_good_from_bad(world, personal, name):
    given = {"session": (own(world), None), "pool": (None, TOKEN), "host": (None, None)}[name]
    assert personal.validate_credentials(*given, "ann")
    for code in ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"):
        with failing(world.clients.sts, then=Refusal(code, 403)):
            assert not personal.validate_credentials(*given, "ann")
    with failing(world.clients.sts, then=UNREACHED), pytest.raises(Unavailable):
        personal.validate_credentials(*given, "ann")


def test_credentials_that_are_over_are_not_good(world, personal):
    assert not personal.validate_credentials(own(world, hours=-1), None, "ann")
    with failing(world.clients.cognito_identity, then=Refusal("NotAuthorizedException")):
        assert not personal.validate_credentials(None, TOKEN, "ann")


def test_a_presigned_url_carries_the_persons_key(world, personal):
    objects = Objects(personal.for_session(own(world), None, "ann"), world.settings, world.clock)
    assert "Credential=SESSIONKEY" in objects.url(DOCUMENTS, "a", content_type="text/plain")
    form = objects.form(DOCUMENTS, "a", content_type="text/plain", most_bytes=9)
    assert form.fields["x-amz-credential"].startswith("SESSIONKEY/")


def test_personal_clients_of_a_laptop_stay_on_it(world):
    host = Clients(load(EMBEDDED), Endpoint("http://127.0.0.1:4566", "key", "secret"))
    clients = PersonalClients(host, load(EMBEDDED), world.clock).for_session(own(world), None, "ann")
    assert clients.dynamodb.meta.endpoint_url == "http://127.0.0.1:4566"
    host.repoint(Endpoint("http://127.0.0.1:4567", "key", "secret"))
    assert clients.s3.meta.endpoint_url == "http://127.0.0.1:4567"


def test_credentials_show_themselves_nowhere(world, personal, caplog):
    caplog.set_level(logging.DEBUG)
    mine = own(world)
    clients = personal.for_session(mine, TOKEN, "ann")
    read(world, clients)
    read(world, personal.for_session(None, TOKEN, "ann"))
    with (
        failing(world.clients.dynamodb, then=Refusal("ExpiredTokenException")),
        pytest.raises(CredentialsExpired) as told,
    ):
        read(world, clients)
    ours = [record for record in caplog.records if record.name.startswith("data.")]
    words = f"{mine!r} {mine} {clients!r} {personal!r} {told.value} {[vars(record) for record in ours]}"
    for secret in ("SESSIONKEY", "secret of", "token of", TOKEN.get_secret_value(), "pool secret"):
        assert secret not in words


def test_the_pool_is_called_in_its_own_region():
    far = {"COGNITO_USER_POOL_ID": "eu-west-1_x", "COGNITO_IDENTITY_POOL_ID": f"eu-west-1:{'0' * 36}"}
    clients = Clients(load(PRODUCTION | far), Endpoint(access_key_id="x", secret_access_key="y"))
    assert clients.cognito_identity.meta.region_name == "eu-west-1"
    assert clients.dynamodb.meta.region_name == "us-east-1"
