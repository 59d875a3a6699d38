import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from data.web.gate import Gate
from data.web.readiness import routes

OUTSIDE = {"client": ("203.0.113.9", 4000), "base_url": "https://ops.example.com"}
HERE = {"client": ("127.0.0.1", 4000), "base_url": "https://ops.example.com"}


@pytest.fixture
def app(world):
    return Starlette(
        routes=routes(world.services, world.platform),
        middleware=[Middleware(Gate, services=world.services, platform=world.platform)],
    )


@pytest.fixture
def broken(world, app):
    """The same with a table gone."""
    world.clients.dynamodb.delete_table(TableName=world.settings.table("media"))
    return app


def test_a_complete_installation_is_ready(app):
    answer = TestClient(app, **OUTSIDE).get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


def test_this_machine_is_told_what_is_missing(broken):
    answer = TestClient(broken, **HERE).get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "pre-work-media-dev" in answer.json()["reasons"][0]
    assert "python -m data setup" in answer.json()["reasons"][0]


def test_others_learn_only_that_it_is_not_ready(broken):
    assert TestClient(broken, **OUTSIDE).get("/readyz").json() == {"ready": False}


def test_a_proxy_we_were_not_told_of_is_outside(broken):
    answer = TestClient(broken, **HERE).get("/readyz", headers={"x-forwarded-for": "203.0.113.9"})
    assert answer.json() == {"ready": False}


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("manager", False)])
def test_admins_are_told_from_wherever_they_ask(broken, world, role, told):
    cookie = world.opened(world.person(role)).cookie
    answer = TestClient(broken, **OUTSIDE, cookies={world.settings.cookie: cookie}).get("/readyz")
    assert ("reasons" in answer.json()) is told


def test_who_asks_often_gets_the_same_answer(app, world):
    client = TestClient(app, **OUTSIDE)
    assert client.get("/readyz").status_code == 200
    world.clients.dynamodb.delete_table(TableName=world.settings.table("media"))
    assert client.get("/readyz").status_code == 200


def test_alive_is_said_whatever_is_missing(broken):
    assert TestClient(broken, **OUTSIDE).get("/healthz").status_code == 200
