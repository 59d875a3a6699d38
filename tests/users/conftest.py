import pytest

from data.core.permissions import Role


@pytest.fixture
def root(world):
    """The admin who looks."""
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def tim(world):
    """Somebody to be looked at, by name."""
    return world.person(Role.USER, name="tim", managerId="boss", department="Design")
