"""Production, with an engine standing where AWS would be: nothing is started, nothing is made unasked."""

import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.dashboards import command, running_dashboard, until
from tests.engines import running_engine

pytestmark = pytest.mark.engine
PASSWORD = "correct horse staple"
HOST = {"host": "ops.example.com"}


@pytest.fixture
def production(tmp_path):
    """The environment of a host whose AWS is an engine with nothing in it."""
    with running_engine(tmp_path / "aws") as engine:
        yield {
            "DASHBOARD_ENV": "production",
            "DASHBOARD_PUBLIC_URL": "https://ops.example.com",
            "DASHBOARD_SECRET_KEY": "a secret that is long enough for us",
            "DASHBOARD_MASTER_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "AWS_ENDPOINT_URL": engine.url,
            "AWS_ACCESS_KEY_ID": engine.access_key_id,
            "AWS_SECRET_ACCESS_KEY": engine.secret_access_key,
            "AWS_REGION": engine.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@pytest.mark.soak
def test_production_waits_for_its_tables_and_says_so(production, tmp_path):
    with running_dashboard(tmp_path / "never", wait=False, **production) as dashboard:
        client = dashboard.client(headers=HOST)
        until(lambda: dashboard.answers("/healthz", headers=HOST), "a live process")
        waiting = client.get("/readyz")
        assert waiting.status_code == 503
        assert any("pre-work-users-dev" in reason for reason in waiting.json()["reasons"])
        done = command("setup", **production)
        assert (done.returncode, "users" in done.stdout) == (0, True)
        until(lambda: client.get("/readyz").status_code == 200, "readiness")
        assert command("setup", **production).stdout == "Everything is there already.\n"
        assert client.get("/users").headers["location"] == "/sign-in?next=/users"
        assert "ines.moreau" not in dashboard.said
    assert not (tmp_path / "never").exists()


def test_pages_connect_under_the_public_name_alone(production, tmp_path):
    with running_dashboard(tmp_path / "never", wait=False, **production) as dashboard:
        until(lambda: dashboard.answers("/healthz", headers=HOST), "a live process")
        assert dashboard.client(headers=HOST).get("/readyz").status_code == 503, "nothing is created at the start"
        for words in (["setup"], ["create-admin", "--email", "ann@acme.example", "--password", PASSWORD]):
            assert command(*words, **production).returncode == 0
        until(lambda: dashboard.answers("/readyz", headers=HOST), "readiness")
        client = dashboard.client(headers=HOST | {"origin": "https://ops.example.com"})
        opened = client.post("/sign-in", data={"identifier": "ann@acme.example", "password": PASSWORD})
        cookie = opened.headers["set-cookie"].partition(";")[0]
        assert cookie.startswith("__Host-dashboard_session=")
        assert "Secure" in opened.headers["set-cookie"]
        with connected(dashboard, cookie, "https://ops.example.com") as page:
            assert page.subprotocol == "streamlit"
        for origin in ("https://evil.example", "http://ops.example.com", f"http://127.0.0.1:{dashboard.port}"):
            with pytest.raises(InvalidStatus), connected(dashboard, cookie, origin):
                pass


def connected(dashboard, cookie, origin):
    """The websocket of a page, as the proxy hands it on."""
    return connect(
        "ws://ops.example.com/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", dashboard.port)),
        origin=origin,
        subprotocols=["streamlit"],
        additional_headers={"Cookie": cookie},
    )


@pytest.mark.parametrize("word", [pytest.param("sample", marks=pytest.mark.soak), "reset"])
def test_production_has_no_sample_and_no_reset(production, word):
    done = command(word, **production, typed="reset\n")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
