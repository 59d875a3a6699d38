from functools import cache

import pytest
from moto import mock_aws

import data.pictures.service as pictures
from data.aws.provisioning import setup
from data.config import load
from tests.conftest import PRODUCTION, World
from tests.security.cast import Stage


@pytest.fixture(scope="module")
def stage(clients):
    """One cast for a whole module: what a test changes, it puts back. A picture is decoded once, not for each asker."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "decode", cache(pictures.decode))
        settings = load(PRODUCTION)
        setup(clients, settings)
        yield Stage(World(settings, clients))
