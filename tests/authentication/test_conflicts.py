"""Writes of sign-in repeat themselves when the user is edited at the same moment, and revoke what was revoked."""

import pytest

from data.core.errors import NotFound, NotPermitted, NotSignedIn
from data.core.permissions import Role
from data.users.models import EditPerson
from tests.authentication.test_passwords import NEW, actor_of, secret_of, sign_in
from tests.doors import PASSWORD


@pytest.fixture
def ann(world):
    return world.person(password=PASSWORD)


@pytest.fixture
def admin(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def at_the_same_moment(world, monkeypatch):
    """`at_the_same_moment(act)`: do it once, after the next write of sign-in has read the user."""
    revoke_access = world.services.users.revoke_access

    def arrange(act):
        left = [act]

        def overtaken(unit, user, *, at):
            if left:
                left.pop()()
            return revoke_access(unit, user, at=at)

        monkeypatch.setattr(world.services.users, "revoke_access", overtaken)

    return arrange


def edited(world, admin):
    return lambda: world.services.users.edit(admin, "ann", EditPerson.of(department="Sales"))


def test_signing_out_everywhere_survives_an_edit_at_the_same_moment(world, ann, admin, at_the_same_moment):
    opened = world.opened(ann)
    at_the_same_moment(edited(world, admin))
    world.services.sessions.sign_out_everywhere(admin, "ann")
    with pytest.raises(NotSignedIn):
        actor_of(world, opened)
    assert world.services.users.find("ann").department == "Sales"


def test_a_password_change_survives_an_edit_at_the_same_moment(world, ann, admin, at_the_same_moment):
    opened = world.opened(ann)
    at_the_same_moment(edited(world, admin))
    world.services.sessions.change_password(actor_of(world, opened), PASSWORD, NEW)
    assert actor_of(world, opened).user_id == sign_in(world, NEW).user.user_id == "ann"
    assert world.services.users.find("ann").department == "Sales"


@pytest.mark.usefixtures("ann")
def test_a_set_password_link_survives_an_edit_at_the_same_moment(world, admin, at_the_same_moment):
    link = world.services.sessions.new_link(admin, "ann")
    at_the_same_moment(edited(world, admin))
    world.services.sessions.set_password(secret_of(link), NEW)
    assert sign_in(world, NEW).user.user_id == "ann"


def test_a_set_password_link_ends_with_a_password_change_at_the_same_moment(world, ann, admin, at_the_same_moment):
    link, actor = world.services.sessions.new_link(admin, "ann"), actor_of(world, world.opened(ann))
    at_the_same_moment(lambda: world.services.sessions.change_password(actor, PASSWORD, NEW))
    with pytest.raises(NotFound, match="Ask an admin for a new one"):
        world.services.sessions.set_password(secret_of(link), "yet another horse")
    assert sign_in(world, NEW).user.user_id == "ann"


def test_a_session_revoked_at_the_same_moment_changes_no_password(world, ann, admin, at_the_same_moment):
    opened = world.opened(ann)
    actor = actor_of(world, opened)
    at_the_same_moment(lambda: world.services.sessions.sign_out_everywhere(admin, "ann"))
    with pytest.raises(NotPermitted):
        world.services.sessions.change_password(actor, PASSWORD, NEW)
    with pytest.raises(NotSignedIn):
        actor_of(world, opened)
    assert sign_in(world, PASSWORD).user.user_id == "ann"
