import pytest

from data.core.errors import NotFound, NotPermitted, NotSignedIn
from data.core.permissions import Role
from data.credentials.table import digest
from data.registry import TABLES
from data.users.models import EditPerson
from data.users.table import USERS
from tests.doors import PASSWORD


def shown(opened):
    """(userId, SHA-256 of the secret), as the gate hands them on."""
    user_id, _, secret = opened.cookie.rpartition(".")
    return user_id, digest(secret)


@pytest.fixture
def ann(world):
    return world.person(Role.MANAGER, password=PASSWORD)


@pytest.fixture
def actor(world):
    return lambda opened: world.services.sessions.actor(*shown(opened))


def test_a_session_says_who_it_is(world, ann, actor):
    opened = world.opened(ann)
    found = actor(opened)
    assert (found.user_id, found.org_id, found.role, found.name) == ("ann", "acme", Role.MANAGER, "Ann Acme")
    assert (found.via, found.session) == ("web", shown(opened)[1])


def test_a_session_ends_after_twelve_idle_hours(world, ann, actor):
    opened = world.opened(ann)
    world.clock.pass_(hours=11, minutes=59)
    actor(opened)
    world.clock.pass_(hours=11, minutes=59)
    actor(opened)
    world.clock.pass_(hours=12)
    with pytest.raises(NotSignedIn):
        actor(opened)


def test_a_session_ends_after_seven_days_however_busy(world, ann, actor):
    opened = world.opened(ann)
    for _ in range(7 * 24 // 8 - 1):
        world.clock.pass_(hours=8)
        actor(opened)
    world.clock.pass_(hours=8)
    with pytest.raises(NotSignedIn):
        actor(opened)


def test_somebody_elses_name_on_ones_own_secret_is_refused(world, ann):
    world.person(name="bob")
    _, secret = shown(world.opened(ann))
    with pytest.raises(NotSignedIn):
        world.services.sessions.actor("bob", secret)


def test_what_is_no_session_is_nobody(world, ann):
    for user_id, secret in [("", ""), ("ann", ""), ("ann", "x" * 64), ("ann", "0" * 64), ("a b", "0" * 64), ("-", "-")]:
        world.opened(ann)
        with pytest.raises(NotSignedIn):
            world.services.sessions.actor(user_id, secret)


@pytest.mark.parametrize("change", [{"role": Role.USER}, {"role": Role.ADMIN}, {"status": "inactive"}])
def test_a_change_of_rights_ends_the_session_at_once(world, ann, actor, change):
    admin = world.person(Role.ADMIN, name="root")
    opened = world.opened(ann)
    world.services.users.edit(admin, "ann", EditPerson.of(**change))
    with pytest.raises(NotSignedIn):
        actor(opened)


def test_an_admin_who_steps_down_signs_in_again_with_the_new_role(world, actor):
    world.person(Role.ADMIN, name="ada")
    root = world.person(Role.ADMIN, name="root")
    opened = world.opened(root)
    world.services.users.edit(actor(opened), "root", EditPerson.of(role=Role.ANALYST))
    with pytest.raises(NotSignedIn, match="Your session has ended"):
        actor(opened)
    assert actor(world.opened(root)).role is Role.ANALYST


def test_an_edit_that_sends_the_same_role_ends_nothing(world, ann, actor):
    admin = world.person(Role.ADMIN, name="root")
    opened = world.opened(ann)
    world.services.users.edit(admin, "ann", EditPerson.of(role=Role.MANAGER, first_name="Anna"))
    assert actor(opened).user_id == "ann"


def test_signing_out_ends_this_session_alone(world, ann, actor):
    here, there = world.opened(ann), world.opened(ann)
    world.services.sessions.end(shown(here)[1])
    world.services.sessions.end(shown(here)[1])
    with pytest.raises(NotSignedIn):
        actor(here)
    assert actor(there).user_id == "ann"
    assert [record["action"] for record in world.trail("ann")] == ["signed_out"]


def test_signing_out_everywhere_ends_sessions_and_tokens(world, ann, actor):
    opened = [world.opened(ann) for _ in range(2)]
    _, token = world.services.sessions.create_token(ann, "script")
    world.services.sessions.sign_out_everywhere(ann, "ann")
    for session in opened:
        with pytest.raises(NotSignedIn):
            actor(session)
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(token)
    assert world.services.sessions.list_of(ann, "ann") == ()


def test_being_here_is_noted_every_five_minutes(world, ann, actor):
    opened = world.opened(ann)
    actor(opened)
    assert world.services.users.find("ann").last_seen_at is None
    world.clock.pass_(minutes=5)
    actor(opened)
    seen = world.services.users.find("ann")
    actor(opened)
    assert world.services.users.find("ann") == seen
    assert (seen.last_seen_at, seen.version) == (seen.updated_at, 1)
    assert world.trail("ann") == ()


def test_a_session_that_ended_meanwhile_stays_ended(world, ann, actor, monkeypatch):
    opened = world.opened(ann)
    world.clock.pass_(minutes=10)
    commit = type(world.dynamo).commit

    def after_sign_out(self, writes):
        monkeypatch.setattr(type(world.dynamo), "commit", commit)
        world.services.sessions.end(shown(opened)[1])
        commit(self, writes)

    monkeypatch.setattr(type(world.dynamo), "commit", after_sign_out)
    actor(opened)
    with pytest.raises(NotSignedIn):
        actor(opened)


def test_people_see_and_end_their_own_sessions(world, ann, actor):
    first, second = world.opened(ann), world.opened(ann)
    listed = world.services.sessions.list_of(actor(second), "ann")
    assert [session.session_id for session in listed] == [second.session.session_id, first.session.session_id]
    world.services.sessions.revoke(actor(second), "ann", first.session.session_id)
    with pytest.raises(NotSignedIn):
        actor(first)
    with pytest.raises(NotFound):
        world.services.sessions.revoke(actor(second), "ann", "no-such-session")


def test_only_admins_touch_the_sessions_of_others(world, ann):
    session = world.opened(world.person(Role.USER, name="uli")).session
    stranger = world.person(Role.ADMIN, org="globex", name="eve")
    for act in (
        lambda who: world.services.sessions.list_of(who, "uli"),
        lambda who: world.services.sessions.revoke(who, "uli", session.session_id),
        lambda who: world.services.sessions.sign_out_everywhere(who, "uli"),
        lambda who: world.services.sessions.new_link(who, "uli"),
        lambda who: world.services.sessions.unlock(who, "uli"),
    ):
        with pytest.raises(NotPermitted):
            act(ann)
        with pytest.raises(NotFound):
            act(stranger)
    assert world.trail("uli") == ()
    admin = world.person(Role.ADMIN, name="root")
    assert world.services.sessions.list_of(admin, "uli") == (session,)


def test_no_secret_is_stored_as_it_is(world, ann):
    opened = world.services.sessions.sign_in("ann", PASSWORD, address="192.0.2.1")
    _, token = world.services.sessions.create_token(ann, "script")
    link = world.services.sessions.new_link(world.person(Role.ADMIN, name="root"), "ann")
    secrets = [opened.cookie.rpartition(".")[2], token.rpartition(".")[2], link.partition("#")[2], PASSWORD]
    stored = "".join(str(item) for table in TABLES for item in world.items(table))
    assert not [secret for secret in secrets if secret in stored]
    assert all(secret not in repr(opened) for secret in secrets)


def test_a_broken_person_opens_nothing(world, ann, actor):
    opened = world.opened(ann)
    world.store(USERS, {"userId": "ann", "orgId": "acme", "status": "active", "securityVersion": 1})
    with pytest.raises(NotSignedIn):
        actor(opened)
