import re

import pytest

from data.config.settings import load
from tests.conftest import PRODUCTION
from tests.doors import PASSWORD, Browser

SIGN_UP = {"organisation": "Globex", "email": "eve@globex.example", "username": "eve", "password": PASSWORD}


@pytest.fixture
def ann(world):
    return world.person("admin", password=PASSWORD)


@pytest.fixture
def browser(world, ann):
    browser = Browser(world)
    browser.sign_in(ann.username)
    return browser.http


@pytest.fixture
def program(world, ann):
    """A program: no cookie, none of the headers that browsers send."""
    assert ann
    return Browser(world, headers={}).http


class TestOpen:
    """An installation in which everybody may sign up."""

    @pytest.fixture
    def environ(self):
        return PRODUCTION | {"DASHBOARD_SIGN_UP": "open"}

    def test_signing_up_founds_an_organisation(self, program):
        assert program.post("/api/auth/sign-up", json=SIGN_UP).status_code == 202
        answer = program.post("/api/auth/login", json={"email": "eve@globex.example", "password": PASSWORD})
        assert answer.json()["user"]["role"] == "admin"

    def test_a_known_email_gets_the_same_answer(self, world, program):
        known = {**SIGN_UP, "email": "ann@acme.example", "organisation": "Initech", "username": "eve2"}
        answers = [program.post("/api/auth/sign-up", json=body) for body in (SIGN_UP, known)]
        assert answers[0].status_code == answers[1].status_code == 202
        assert answers[0].json() == answers[1].json()
        assert world.services.credentials.find("eve2") is None

    def test_one_address_cannot_sign_up_for_ever(self, program):
        answers = [
            program.post("/api/auth/sign-up", json={**SIGN_UP, "password": f"{n} horses run"}) for n in range(55)
        ]
        assert {answer.status_code for answer in answers[50:]} == {429}


def test_people_join_by_invitation_unless_told_otherwise(world, program):
    assert load(PRODUCTION).sign_up == "closed"
    answer = program.post("/api/auth/sign-up", json=SIGN_UP)
    assert (answer.status_code, "invitation" in answer.text) == (403, True)
    assert world.services.credentials.find("eve") is None


def test_a_program_signs_in_and_uses_its_token(program):
    answer = program.post("/api/auth/login", json={"email": "Ann@acme.example", "password": PASSWORD})
    assert answer.json().keys() == {"token", "expiresAt", "user"}
    assert "set-cookie" not in answer.headers
    me = program.get("/api/auth/me", headers={"authorization": f"Bearer {answer.json()['token']}"})
    assert me.json()["user"] == answer.json()["user"] | {"lastSeenAt": me.json()["user"]["lastSeenAt"]} | {
        "updatedAt": me.json()["user"]["updatedAt"]
    }


def test_signing_out_ends_the_token_too(program):
    answer = program.post("/api/auth/login", json={"email": "ann", "password": PASSWORD})
    bearer = {"authorization": f"bearer {answer.json()['token']}"}
    assert program.post("/api/auth/logout", headers=bearer).status_code == 204
    assert program.get("/api/auth/me", headers=bearer).status_code == 401


def test_failed_logins_read_alike_and_are_slowed_down(program):
    answers = [program.post("/api/auth/login", json={"email": who, "password": "wrong"}) for who in ("ann", "nobody")]
    told = [answer.json()["error"] | {"correlationId": ""} for answer in answers]
    assert told[0] == told[1]
    statuses = [program.post("/api/auth/login", json={"email": "ann", "password": "x"}).status_code for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]


def test_no_answer_shows_a_hash(browser):
    for path in ("/api/auth/me", "/api/users", "/api/users?userId=ann"):
        assert "argon2" not in browser.get(path).text
        assert "password" not in browser.get(path).text.lower()


def test_a_bad_authorization_is_nobody(program):
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "bearer x.y.z",
        "Bearer \u00fc",
        "Token x",
        "Bearer " + "x" * 9_000,
    ]:
        answer = program.get("/api/auth/me", headers={"authorization": value.encode()})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in"), value


def test_the_development_header_is_nothing_in_production(world, program):
    assert program.get("/api/auth/me", headers={"x-dev-user-id": "ann"}).status_code == 401
    assert world.settings.production


def test_every_refusal_has_the_same_body(browser):
    for method, path, status in [
        ("GET", "/api/nowhere", 404),
        ("PATCH", "/api/users", 405),
        ("GET", "/api/users?limit=0", 422),
        ("GET", "/api/users?userId=a%20b", 422),
        ("GET", "/api/users/no-such-person", 404),
        ("POST", "/api/users", 422),
    ]:
        answer = browser.request(method, path)
        assert answer.status_code == status, (method, path, status)
        assert {"code", "message", "correlationId"} <= answer.json()["error"].keys(), (method, path, status)


def test_a_body_that_is_not_json_is_told_so(browser):
    for content, kind, status, code in [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff", "application/json", 400, "malformed"),
        (b"[" * 50_000, "application/json", 400, "malformed"),
        (b"[]", "application/json", 422, "invalid_input"),
        (b"NaN", "application/json", 422, "invalid_input"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "", 415, "unsupported_media_type"),
        (b"{}", "application/jsonp", 415, "unsupported_media_type"),
        (b"{}", "application/json; charset=utf-8", 422, "invalid_input"),
    ]:
        answer = browser.post("/api/users", content=content, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), (content, kind, status, code)


def test_the_description_names_every_failure_and_loads_nothing(browser):
    description = browser.get("/api/openapi.json").json()
    assert {"/auth/login", "/auth/me", "/users", "/users/{user_id}", "/profiles"} <= description["paths"].keys()
    assert description["servers"] == [{"url": "/api"}]
    page = browser.get("/api/docs").text
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(browser.get(source).status_code == 200 for source in sources if source.startswith("/api/"))
    assert not [source for source in sources if "//" in source]
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_the_description_is_for_people_who_signed_in(program):
    assert program.get("/api/openapi.json").status_code == 401
    assert program.get("/api/docs").status_code == 303
