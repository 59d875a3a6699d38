"""A provider that is down, slow, broken or not what it says: people are told so, and nothing else comes out."""

import gzip
import json
import logging

import anyio
import pytest
from starlette.responses import RedirectResponse, Response, StreamingResponse

from data.web.oidc.http_client import MOST, SILENT, Asking
from tests.oidc.provider import CLIENT_SECRET, CONFIGURATION, as_json, text
from tests.oidc.test_flow import refused

PLACES = (CONFIGURATION, "/keys", "/token")


def dripping(_):
    async def drops():
        while True:
            yield b" "
            await anyio.sleep(0.05)

    return StreamingResponse(drops(), media_type="application/json")


def endless(_):
    async def flood():
        for _ in range(400):
            yield b" " * 10_000

    return StreamingResponse(flood(), media_type="application/json")


FAULTS = {
    "500": text("<h1>secret stack</h1>", 500),
    "500 in JSON": as_json({"error": "server_error", "error_description": "secret stack"}, 500),
    "not JSON": text("secret stack"),
    "no object": as_json(["secret stack"]),
    "deep": text("[" * 100_000),
    "no text": lambda _: Response(b"\xff\xfe\xff"),
    "huge": endless,
    "slow": dripping,
}


@pytest.fixture(autouse=True)
def _impatient(request, monkeypatch):
    slow = "slow" in request.node.name
    monkeypatch.setattr(Asking, "patience", 0.3 if slow else 30)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_failing_provider_is_said_to_be_silent(world, visitor, provider, place, fault):
    if place == "/token":
        back = visitor.go(visitor.begin().headers["location"])
    provider.faults[place] = FAULTS[fault]
    answer = visitor.come_back(back) if place == "/token" else visitor.begin()
    assert refused(world, answer, SILENT, 503)
    assert "secret" not in answer.text
    provider.faults.clear()
    assert visitor.company_sign_in().status_code == 303


def test_provider_that_is_gone_is_silent(world, visitor, provider):
    provider.described = {"token_endpoint": "http://127.0.0.1:9/token"}
    assert refused(world, visitor.company_sign_in(), SILENT, 503)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": "http://127.0.0.1:9"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://me:pw@evil.example/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "/authorize"},
        {"authorization_endpoint": "https://evil.example\\@127.0.0.1/"},
        {"userinfo_endpoint": "http://evil.example/me"},
    ],
    ids=str,
)
def test_provider_is_not_believed_what_is_unsafe(world, visitor, provider, described):
    provider.described = described
    assert refused(world, visitor.begin(), SILENT, 503)
    assert provider.asked == [CONFIGURATION]


def test_too_large_an_answer_is_none(world, visitor, provider):
    provider.described = {"ornament": "x" * MOST}
    assert refused(world, visitor.begin(), SILENT, 503)


def test_packed_answer_is_not_unpacked(world, visitor, provider):
    body = gzip.compress(json.dumps(provider.configuration()).encode())
    provider.faults[CONFIGURATION] = lambda _: Response(body, headers={"content-encoding": "gzip"})
    assert refused(world, visitor.begin(), SILENT, 503)


@pytest.mark.parametrize("place", PLACES)
def test_redirect_of_provider_is_not_followed(world, visitor, provider, place):
    """Even where it leads to the right answer: the next time it is asked, it answers as it should."""

    def once(request):
        del provider.faults[place]
        return RedirectResponse(request.url, 307)

    provider.faults[place] = once
    answer = visitor.company_sign_in() if place == "/token" else visitor.begin()
    assert refused(world, answer, SILENT, 503)


def test_refused_secret_of_ours_is_our_trouble(world, visitor, provider):
    provider.faults["/token"] = as_json({"error": "invalid_client"}, 401)
    assert refused(world, visitor.company_sign_in(), SILENT, 503)


def test_passing_trouble_of_provider_is_said(world, visitor):
    state = visitor.begin().headers["location"].partition("&state=")[2].partition("&")[0]
    answer = visitor.come_back(f"/auth/oidc/callback?error=temporarily_unavailable&state={state}")
    assert refused(world, answer, SILENT, 503)


def test_log_of_a_failure_holds_no_secret(visitor, provider, caplog):
    caplog.set_level(logging.DEBUG, "data")
    provider.faults["/token"] = text("secret stack", 500)
    back = visitor.go(visitor.begin().headers["location"])
    visitor.come_back(back)
    said = "".join(str(vars(record)) for record in caplog.records if record.name.startswith("data."))
    assert "the OpenID provider fails" in said
    secrets = [CLIENT_SECRET, *provider.granted, back.partition("?")[2], "secret stack"]
    assert not any(secret in said for secret in secrets)
