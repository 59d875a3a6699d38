"""Production, with an engine standing where AWS would be: nothing is started, nothing is made unasked."""

import pytest

from tests.dashboards import command, running_dashboard, until
from tests.engines import running_engine

pytestmark = pytest.mark.engine
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


def test_production_has_no_sample_and_no_reset(production):
    for word in ("sample", "reset"):
        done = command(word, **production, typed="reset\n")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
