"""What only a laptop does: two names for one place, no TLS, and the development header where it is allowed."""

import pytest

from tests.conftest import EMBEDDED
from tests.doors import PASSWORD, Browser

HOSTS = ("127.0.0.1:8501", "localhost:8501")


@pytest.fixture
def environ():
    return EMBEDDED | {"DASHBOARD_DEV_HEADER": "1"}


@pytest.fixture
def program(world):
    world.person("admin", name="test-user", password=PASSWORD)
    return Browser(world, headers={}).http


def test_a_laptop_is_reached_by_both_its_names(program):
    for host in HOSTS:
        headers = {"host": host, "origin": f"http://{host}"}
        form = {"identifier": "test-user", "password": PASSWORD}
        answer = program.post("/sign-in", data=form, headers=headers)
        assert answer.status_code == 303
        assert "secure" not in answer.headers["set-cookie"].lower()
        assert answer.headers["set-cookie"].startswith("dashboard_session_8501=")
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8502", "localhost", "[::1]:8501", "0.0.0.0:8501", "evil.example:8501"])
def test_other_names_and_ports_are_misdirected(program, host):
    headers = {"host": host, "x-dev-user-id": "test-user"}
    assert program.get("/api/auth/me", headers=headers).status_code == 421


def test_the_development_header_acts_as_that_person(program):
    headers = {"x-dev-user-id": "test-user"}
    assert program.get("/api/auth/me", headers=headers).json()["user"]["userId"] == "test-user"
    body = {"email": "new@acme.example", "username": "new"}
    assert program.post("/api/users", json=body, headers=headers).status_code == 201


@pytest.mark.parametrize("user_id", ["nobody", "", "a b", "bob"])
def test_the_development_header_names_somebody_active(world, program, user_id):
    world.person(name="bob", status="inactive")
    assert program.get("/api/auth/me", headers={"x-dev-user-id": user_id}).status_code == 401


def test_the_development_header_opens_no_page(program):
    assert program.get("/users", headers={"x-dev-user-id": "test-user"}).status_code == 303
