import json
from contextlib import closing
from functools import cache

import pytest
from moto import mock_aws

import data.avatars.service as pictures
from data.aws.provisioning import setup
from data.config.settings import load
from data.registry import TABLES
from tests.conftest import PRODUCTION, World
from tests.security.cast import Stage
from tests.security.sent import SECRET


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "security" and "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def stage(clients):
    """One cast for a whole module: what a test changes, it puts back. A picture is decoded once, not for each asker."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "decode", cache(pictures.decode))
        settings = load(PRODUCTION)
        setup(clients, settings, TABLES)
        stage = Stage(World(settings, clients))
        yield stage
        stage.unwatch()


@pytest.fixture(scope="module")
def cookie(dashboard):
    with closing(dashboard.signed_in("admin")) as client:
        yield "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)


@pytest.fixture
def written(dashboard):
    """Return what the dashboard process has written during this test: standard output and standard error."""
    before = len(dashboard.said)
    return lambda: dashboard.said[before:]


@pytest.fixture
def only_our_log(written):
    """At the end of the test, every line that was written is a line of our log, without secrets and tracebacks."""
    yield written
    lines = [json.loads(line) for line in written().splitlines()]
    assert not [line for line in lines if "traceback" in line or line["level"] in {"error", "critical"}]
    assert not [line for line in lines if not {"time", "level", "logger", "message"} <= line.keys()]
    assert SECRET not in written()
