"""The three tiers against the engine's Cognito, which checks tokens, signatures and what a role allows."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from data.aws.clients import Clients, Endpoint
from data.aws.conditions import absent
from data.aws.credential_tiers import PersonalClients
from data.aws.dynamodb import Dynamo
from data.aws.provisioning import setup
from data.aws.signing import AwsCredentials
from data.aws.tables import create
from data.config.settings import load
from data.core.clock import SystemClock
from data.core.errors import AlreadyThere, CredentialsExpired, Misconfigured, NotPermitted
from data.registry import TABLES
from data.users.table import USERS
from tests.conftest import EMBEDDED
from tests.engines import cognito_person, cognito_pools, running_engine, temporary

pytestmark = pytest.mark.engine
ANN = {"userId": "ann", "name": "Ann"}
NEW = create(USERS, {"userId": "bob"}, when=absent(USERS), otherwise=AlreadyThere("There already."))
READING = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "sts:GetCallerIdentity"], "Resource": "*"}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    """An embedded installation with an identity pool, whose role may read items, and a person in it."""
    with running_engine(tmp_path_factory.mktemp("engine")) as engine:
        pools = cognito_pools(engine, READING)
        names = {"COGNITO_USER_POOL_ID": pools.user_pool_id, "COGNITO_IDENTITY_POOL_ID": pools.identity_pool_id}
        settings = load(EMBEDDED | names)
        host = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        setup(host, settings, TABLES)
        Dynamo(host, settings.table).put_all(USERS, [ANN])
        token = cognito_person(engine, pools, "ann")
        given = temporary(engine, pools, token)
        yield SimpleNamespace(
            settings=settings,
            host=host,
            personal=PersonalClients(host, settings, SystemClock()),
            token=SecretStr(token),
            own=AwsCredentials(
                given["AccessKeyId"], given["SecretKey"], given["SessionToken"], datetime.now(UTC) + timedelta(hours=1)
            ),
        )


def dynamo(laptop, own=None, token=None):
    return Dynamo(laptop.personal.for_session(own, token, "ann"), laptop.settings.table)


@pytest.mark.parametrize("tier", ["session", "identity pool", "host"])
def test_each_tier_reads_what_it_may(laptop, tier):
    given = {"session": (laptop.own, None), "identity pool": (None, laptop.token), "host": (None, None)}[tier]
    assert dynamo(laptop, *given).get(USERS, {"userId": "ann"}) == ANN
    assert laptop.personal.validate_credentials(*given, "ann")


def test_a_person_may_no_more_than_the_role_of_the_pool(laptop):
    for given in ((laptop.own, None), (None, laptop.token)):
        with pytest.raises(NotPermitted):
            dynamo(laptop, *given).commit([NEW])
    dynamo(laptop).commit([NEW])


def test_a_forged_token_is_exchanged_for_nothing(laptop):
    forged = SecretStr(laptop.token.get_secret_value()[:-6] + "AAAAAA")
    for token in (forged, SecretStr("no token at all")):
        with pytest.raises(CredentialsExpired):
            laptop.personal.for_session(None, token, "ann")
        assert not laptop.personal.validate_credentials(None, token, "ann")


def test_credentials_with_another_secret_open_nothing(laptop):
    forged = AwsCredentials(laptop.own.access_key_id, "x" * 40, laptop.own.session_token, laptop.own.expires_at)
    with pytest.raises(CredentialsExpired):
        dynamo(laptop, forged).get(USERS, {"userId": "ann"})
    assert not laptop.personal.validate_credentials(forged, None, "ann")


def test_a_pool_that_is_gone_is_told_as_such(laptop):
    gone = {"COGNITO_USER_POOL_ID": laptop.settings.cognito_user_pool_id}
    gone |= {"COGNITO_IDENTITY_POOL_ID": "us-east-1:00000000-0000-0000-0000-000000000000"}
    personal = PersonalClients(laptop.host, load(EMBEDDED | gone), SystemClock())
    with pytest.raises(Misconfigured, match="identity pool is not there"):
        personal.for_session(None, laptop.token, "ann")
