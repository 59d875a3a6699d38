import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.core.errors import (
    AlreadyThere,
    Conflict,
    CredentialsExpired,
    Defect,
    InvalidInput,
    Misconfigured,
    NotFound,
    NotPermitted,
    NotSignedIn,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    Versions,
)
from data.core.permissions import Actor, Role
from data.http.errors import install_error_handlers

MOVED = Conflict("Moved.", fields={"email": "Somebody changed it."}, versions=Versions(1, 2))


def told(error, role=None):
    """What somebody is told when a route raises `error`."""
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/")
    def fail():
        raise error

    async def gated(scope, receive, send):
        actor = Actor("ann", "acme", role) if role else None
        await app({**scope, "actor": actor, "correlation_id": "c1"}, receive, send)

    return TestClient(gated, raise_server_exceptions=False).get("/")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotSignedIn("x"), 401, "not_signed_in"),
        (CredentialsExpired("x"), 401, "credentials_expired"),
        (NotPermitted("x"), 403, "not_permitted"),
        (NotFound("x"), 404, "not_found"),
        (Conflict("x"), 409, "conflict"),
        (AlreadyThere("x"), 409, "already_there"),
        (InvalidInput({"a": "b"}), 422, "invalid_input"),
        (RateLimited("x", 7), 429, "rate_limited"),
        (Unavailable("x"), 503, "unavailable"),
        (OutcomeUnknown("x"), 503, "outcome_unknown"),
        (Misconfigured("x", "y"), 503, "misconfigured"),
        (Defect("x"), 500, "defect"),
        (RuntimeError("x"), 500, "defect"),
    ],
)
def test_every_failure_has_its_status_and_one_body(error, status, code):
    answer = told(error)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["correlationId"] == "c1"
    assert answer.json()["error"]["message"]


def test_a_conflict_tells_both_versions_and_the_fields():
    assert told(MOVED).json()["error"]["versions"] == {"seen": 1, "stored": 2}
    assert told(MOVED).json()["error"]["fields"] == {"email": "Somebody changed it."}


@pytest.mark.parametrize("error", [RateLimited("x", 7), Unavailable("x"), Misconfigured("x", "y")])
def test_who_may_try_again_is_told_when(error):
    assert int(told(error).headers["retry-after"]) == error.retry_after


def test_only_admins_are_told_the_mending_command():
    broken = Misconfigured("users is not there", "python -m data setup")
    assert told(broken, Role.ADMIN).json()["error"]["remedy"] == "python -m data setup"
    assert "remedy" not in told(broken, Role.MANAGER).json()["error"]


def test_a_surprise_says_nothing_of_its_inside():
    assert "secret" not in told(RuntimeError("the secret is s3cr3t")).text
