"""Doctor before an engine that stands where AWS would be: what it tries leaves no trace, and each tier is tried."""

from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from data.aws.clients import Clients, Endpoint
from data.aws.credential_tiers import PersonalClients
from data.aws.provisioning import setup
from data.config.resources import BUCKETS, QUEUES, TOPICS
from data.config.settings import load
from data.core.clock import SystemClock
from data.core.errors import CredentialsExpired
from data.doctor import State, diagnose
from data.registry import TABLES
from data.runtime.doctor_report import examined
from data.runtime.preflight import Refused
from tests.conftest import EMBEDDED, PRODUCTION
from tests.engines import client, cognito_person, cognito_pools, running_engine

pytestmark = pytest.mark.engine
READING = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "sts:GetCallerIdentity"], "Resource": "*"}


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """The settings of production with an identity pool whose role may read single items, and clients of an engine."""
    with running_engine(tmp_path_factory.mktemp("aws")) as engine:
        pools = cognito_pools(engine, READING)
        names = {"COGNITO_USER_POOL_ID": pools.user_pool_id, "COGNITO_IDENTITY_POOL_ID": pools.identity_pool_id}
        settings = load(PRODUCTION | names)
        endpoint = Endpoint(engine.url, engine.access_key_id, engine.secret_access_key)
        clients = Clients(load(EMBEDDED | names), endpoint)
        setup(clients, settings, TABLES)
        token = cognito_person(engine, pools, "ann")
        yield SimpleNamespace(engine=engine, settings=settings, clients=clients, token=token)


def wrong(host, **names):
    settings = load(PRODUCTION | {"COGNITO_USER_POOL_ID": host.settings.cognito_user_pool_id} | names)
    return [finding for finding in diagnose(host.clients, settings, TABLES) if not finding.ok]


def test_every_permission_is_tried_without_a_trace(host):
    findings = diagnose(host.clients, host.settings, TABLES)
    assert [finding for finding in findings if not finding.ok] == []
    tried = [finding for finding in findings if finding.area == "permission"]
    assert len(tried) == len(TABLES) + len(BUCKETS) + len(QUEUES) + len(TOPICS)
    dynamodb, s3, sqs = (client(host.engine, service) for service in ("dynamodb", "s3", "sqs"))
    for table in TABLES:
        assert dynamodb.scan(TableName=host.settings.table(table.name))["Count"] == 0
    for bucket in BUCKETS:
        assert "Contents" not in s3.list_objects_v2(Bucket=host.settings.bucket(bucket.name, ""))
    for url in sqs.list_queues()["QueueUrls"]:
        assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_what_a_persons_role_does_not_allow_is_named(host):
    personal = PersonalClients(host.clients, host.settings, SystemClock())
    findings = diagnose(host.clients, host.settings, TABLES, personal.for_session(None, SecretStr(host.token), "ann"))
    bad = {finding.name: finding for finding in findings if not finding.ok}
    users = bad["pre-work-users-dev (identity pool)"]
    assert users.state is State.DENIED
    assert "PutItem" in users.problem
    assert '"dynamodb:GetItem"' not in users.remedy
    assert {name.endswith(" (identity pool)") for name in bad} == {True}
    assert host.token not in str(findings)


def test_a_token_is_tried_for_its_holder_only(host):
    platform = SimpleNamespace(personal=PersonalClients(host.clients, host.settings, SystemClock()))
    installation = SimpleNamespace(clients=host.clients, settings=host.settings, platform=platform)
    assert len(examined(installation, host.token)) > len(examined(installation))
    with pytest.raises(CredentialsExpired):
        examined(installation, "no token")
    installation.settings = load(PRODUCTION)
    with pytest.raises(Refused, match="COGNITO_IDENTITY_POOL_ID"):
        examined(installation, host.token)


def test_a_pool_that_is_gone_is_named(host):
    gone = "us-east-1:00000000-0000-0000-0000-000000000000"
    (finding,) = wrong(host, COGNITO_IDENTITY_POOL_ID=gone)
    assert (finding.area, finding.name, finding.state) == ("identity pool", gone, State.MISSING)


def test_a_pool_that_knows_other_users_is_named(host):
    names = {"COGNITO_USER_POOL_ID": "us-east-1_strangers"}
    (finding,) = wrong(host, COGNITO_IDENTITY_POOL_ID=host.settings.cognito_identity_pool_id, **names)
    assert (finding.area, finding.state) == ("identity pool", State.BROKEN)
    assert "us-east-1_strangers" in finding.problem
