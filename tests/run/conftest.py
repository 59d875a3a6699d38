import pytest

from tests.dashboards import sample_state


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A state folder with the sample in it, to be copied: writing it anew for each test would take minutes."""
    return sample_state(tmp_path_factory)
