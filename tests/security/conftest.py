from functools import cache

import pytest
from moto import mock_aws

import data.avatars.service as pictures
from data.aws.provisioning import setup
from data.config.settings import load
from data.registry import TABLES
from tests.conftest import PRODUCTION, World
from tests.dashboards import running_dashboard, sample_state
from tests.security.cast import Stage


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


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory):
    """A real dashboard with the sample organisations, for all tests of this folder."""
    state = tmp_path_factory.mktemp("security") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as running:
        yield running
