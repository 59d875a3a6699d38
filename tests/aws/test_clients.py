import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.conditions import absent
from data.aws.dynamodb import Dynamo
from data.aws.provisioning import setup
from data.aws.tables import create
from data.config.settings import load
from data.core.errors import AlreadyThere, Misconfigured
from data.registry import TABLES
from data.users.table import USERS
from tests.conftest import EMBEDDED, PRODUCTION

HERE = Endpoint("http://127.0.0.1:4566", "key", "the secret of it")


def test_one_client_is_made_for_each_service(aws):
    assert aws.dynamodb is aws.dynamodb
    assert aws.s3 is aws.s3
    assert aws.sts is not aws.s3


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://127.0.0.1.evil.example",
        "http://",
    ],
)
def test_embedded_mode_never_leaves_this_machine(url):
    with pytest.raises(ValueError, match="never leaves"):
        Clients(load(EMBEDDED), Endpoint(url))
    clients = Clients(load(EMBEDDED), HERE)
    with pytest.raises(ValueError, match="never leaves"):
        clients.repoint(Endpoint(url))
    assert clients.endpoint_url == HERE.url


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "https://dynamodb.us-east-1.amazonaws.com"])
def test_production_is_given_no_endpoint_of_our_own(url):
    with pytest.raises(ValueError, match="anything but AWS"):
        Clients(load(PRODUCTION), Endpoint(url))
    clients = Clients(load(PRODUCTION), Endpoint(access_key_id="x", secret_access_key="y"))
    assert clients.dynamodb.meta.endpoint_url == "https://dynamodb.us-east-1.amazonaws.com"


def test_clients_follow_the_engine_to_another_port():
    clients = Clients(load(EMBEDDED), HERE)
    before = clients.dynamodb
    clients.repoint(Endpoint("http://127.0.0.1:4567", "key", "secret"))
    assert clients.dynamodb is not before
    assert clients.dynamodb.meta.endpoint_url == "http://127.0.0.1:4567"


def test_a_laptop_does_not_mind_the_aws_setup_of_its_owner(monkeypatch, tmp_path):
    broken = tmp_path / "config"
    broken.write_text("[[ this is no configuration")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(broken))
    monkeypatch.setenv("AWS_PROFILE", "somebody-else")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example")
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
    made = Clients(load(EMBEDDED), HERE).dynamodb
    assert made.meta.endpoint_url == HERE.url
    assert made.meta.config.proxies == {}


def test_a_broken_aws_setup_of_a_host_is_told_in_words(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    settings = load(PRODUCTION)
    clients = Clients(settings, Endpoint())
    with pytest.raises(Misconfigured, match="credentials"):
        Dynamo(clients, settings.table).get(USERS, {"userId": "ann"})
    with pytest.raises(Misconfigured, match="credentials"):
        Dynamo(clients, settings.table).commit(
            [create(USERS, {"userId": "ann"}, when=absent(USERS), otherwise=AlreadyThere("There already."))]
        )
    with pytest.raises(Misconfigured, match="credentials"):
        setup(clients, settings, TABLES)


def test_an_endpoint_never_shows_its_secret():
    assert "secret" not in f"{HERE!r}{HERE}"
