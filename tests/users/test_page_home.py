"""The page Home: true figures and what happened, as far as one may see it."""

import pytest

from data.errors import Unavailable
from data.permissions import Role
from data.users.models import EditPerson
from tests.screens import screen, words


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


def test_admins_see_figures_and_everybodys_events(world, root):
    world.person(Role.USER, name="tim")
    world.person(Role.USER, name="gone", status="inactive")
    world.person(Role.ADMIN, org="globex", name="eve")
    world.services.users.edit(root, "tim", EditPerson.of(jobTitle="Engineer"))
    said = words(screen(world, root, "home"))
    assert "Active people 2" in said
    assert "Inactive 1" in said
    assert "Admins 1" in said
    assert "Root Acme edited the profile of Tim Acme" in said
    assert "Home Acme" in said


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER])
def test_others_see_figures_and_their_own_events(world, root, role):
    ann = world.person(role)
    world.services.users.edit(root, "ann", EditPerson.of(jobTitle="Engineer"))
    world.services.users.edit(ann, "ann", EditPerson.of(bio="Hello."))
    said = words(screen(world, ann, "home"))
    assert "Active people 2" in said
    assert "Your latest events" in said
    assert "Ann Acme edited the profile" in said
    assert "Root Acme" not in said


def test_users_see_their_own_events_and_no_figures(world):
    said = words(screen(world, world.person(Role.USER), "home"))
    assert "Active people" not in said
    assert "Nothing has happened yet" in said


def unavailable(*_, **__):
    raise Unavailable("The data store does not answer. Nothing was changed; try again.")


def test_figures_are_shown_although_a_name_is_not_read(world, root, monkeypatch):
    opened = screen(world, root, "home")
    monkeypatch.setattr(type(world.services.organisations), "get", unavailable)
    opened.run()
    assert not opened.exception
    assert "Active people 1" in words(opened)


def test_a_failing_store_is_told_in_its_place(world, root, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "query", unavailable)
        opened = screen(world, root, "home")
        assert "The store does not answer just now" in words(opened)
    next(each for each in opened.button if each.label == "Try again").click().run()
    assert "Active people 1" in words(opened)
