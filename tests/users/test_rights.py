"""What a role may change. The expectations are written by hand; nothing here is derived from the table of grants."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.core.errors import AppError, Conflict, InvalidInput, NotFound, NotPermitted, NotSignedIn
from data.core.permissions import Role
from data.users.models import CreatePerson, EditPerson, Status
from data.users.profile_table import PROFILES
from data.users.table import USERS

PRIVILEGED = ("userId", "orgId", "orgRole", "role", "status", "securityVersion", "username", "email", "createdAt")
OWN = {"firstName", "lastName", "phone", "location", "timezone", "bio"}
PLACE = {"department", "jobTitle", "managerId"}
ALL_FIELDS = {
    "firstName": "Other",
    "lastName": "Other",
    "phone": "+44 20 7946 0000",
    "location": "Lisbon",
    "timezone": "Europe/Lisbon",
    "bio": "Hello.",
    "department": "Design",
    "jobTitle": "Engineer",
    "managerId": "max",
    "email": "other@acme.example",
    "role": "analyst",
    "status": "inactive",
}


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


def user_item(world, user_id):
    return world.dynamo.get(USERS, {"userId": user_id})


def attempted(act):
    """What came of it: None, or the name of the refusal."""
    try:
        act()
    except AppError as error:
        return type(error).__name__
    return None


def test_only_admins_hand_out_roles_whoever_it_is(world):
    actors = {role: world.person(role, name=f"{role}-acts") for role in Role}
    for actor_role, target_role, new_role in itertools.product(Role, Role, Role):
        actor = actors[actor_role]
        target = world.person(target_role, name=f"on-{actor_role}-{target_role}-{new_role}", managerId=actor.user_id)
        outcome = attempted(lambda: world.services.users.edit(actor, target.user_id, EditPerson.of(role=new_role)))  # noqa: B023
        expected = None if actor_role == "admin" else "NotPermitted"
        assert outcome == expected, (actor_role, target_role, new_role)
        after = new_role if actor_role == "admin" else target_role
        assert user_item(world, target.user_id)["role"] == after
        assert user_item(world, target.user_id)["orgRole"] == f"acme#{after}"


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_nobody_raises_their_own_role_or_status(world, role):
    actor = world.person(role)
    for values in ({"role": "admin"}, {"role": role}, {"status": "inactive"}, {"email": "other@acme.example"}):
        with pytest.raises(NotPermitted):
            world.services.users.edit(actor, "ann", EditPerson.of(**values))
    assert user_item(world, "ann")["version"] == 1


@pytest.mark.parametrize(
    ("role", "who", "allowed"),
    [
        (Role.USER, "self", OWN),
        (Role.ANALYST, "self", OWN),
        (Role.MANAGER, "self", OWN),
        (Role.ADMIN, "self", OWN | PLACE | {"email", "role"}),
        (Role.USER, "below", set()),
        (Role.ANALYST, "below", set()),
        (Role.MANAGER, "below", OWN | PLACE),
        (Role.ADMIN, "below", OWN | PLACE | {"email", "role", "status"}),
        (Role.USER, "elsewhere", set()),
        (Role.ANALYST, "elsewhere", set()),
        (Role.MANAGER, "elsewhere", set()),
        (Role.ADMIN, "elsewhere", OWN | PLACE | {"email", "role", "status"}),
    ],
)
def test_each_field_is_changed_only_by_whom_it_is_for(world, role, who, allowed):
    actor = world.person(role)
    world.person(Role.USER, name="max", managerId="ann")
    below = {"below": "ann"}.get(who, "root")
    target = actor if who == "self" else world.person(Role.USER, name="tim", managerId=below)
    for field, value in ALL_FIELDS.items():
        before = user_item(world, target.user_id)
        values = {field: {"managerId": "root"}.get(field, value) if who == "self" else value}
        outcome = attempted(lambda: world.services.users.edit(actor, target.user_id, EditPerson.of(**values)))  # noqa: B023
        assert (outcome is None) == (field in allowed), (field, outcome)
        assert (user_item(world, target.user_id) != before) == (field in allowed)
    if who == "self" and role is Role.ADMIN:
        assert outcome == "Conflict"  # even an admin is deactivated by another one


texts = st.text(max_size=12) | st.sampled_from(["admin", "active", "globex", "root"])
extras = st.dictionaries(
    st.sampled_from([*PRIVILEGED, "org_id", "security_version", "user_id", "version", "isAdmin", "passwordHash"])
    | st.text(max_size=12),
    texts | st.integers() | st.booleans() | st.none() | st.lists(texts, max_size=2),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extra=extras)
def test_no_extra_field_changes_a_privileged_attribute(world, extra):
    if user_item(world, "ann") is None:
        world.person(Role.USER, name="ann")
    actor = world.services.users.find("ann")
    before = {name: user_item(world, "ann").get(name) for name in PRIVILEGED}
    act = world.services.users.edit
    attempted(lambda: act(_actor(actor), "ann", EditPerson.of(**{"bio": "Hello.", **extra})))
    attempted(lambda: world.services.users.create(_actor(actor), CreatePerson.of(**extra)))
    assert {name: user_item(world, "ann").get(name) for name in PRIVILEGED} == before
    assert {item["userId"] for item in world.items(USERS)} == {"root", "ann"}
    assert {item["orgId"] for item in world.items(PROFILES)} == {"acme"}


def _actor(user):
    from data.authentication.authenticator import actor_of  # noqa: PLC0415

    return actor_of(user, via="api")


def test_deactivation_ends_sessions_and_is_idempotent(world, root):
    ann = world.person(Role.MANAGER)
    visitor = world.signed_in(ann)
    assert world.services.users.deactivate(root, "ann").user.status is Status.INACTIVE
    with pytest.raises(NotSignedIn):
        world.services.sessions.actor(visitor["user_id"], visitor["session"])
    assert world.services.users.deactivate(root, "ann").version == 2
    assert [record["action"] for record in world.trail("ann")] == ["user_deactivated"]


def test_reactivation_gives_back_the_role_but_no_session(world, root):
    ann = world.person(Role.MANAGER)
    visitor = world.signed_in(ann)
    world.services.users.deactivate(root, "ann")
    for _ in range(2):
        back = world.services.users.reactivate(root, "ann")
    assert (back.user.status, back.user.role, back.version) == (Status.ACTIVE, Role.MANAGER, 3)
    with pytest.raises(NotSignedIn):
        world.services.sessions.actor(visitor["user_id"], visitor["session"])


def test_nobody_deactivates_themselves_by_any_way(world, root):
    world.person(Role.ADMIN, name="other")
    for act in (
        lambda: world.services.users.deactivate(root, "root"),
        lambda: world.services.users.edit(root, "root", EditPerson.of(status="inactive")),
    ):
        with pytest.raises(Conflict, match="another admin"):
            act()
    ann = world.person(Role.USER)
    with pytest.raises(NotPermitted):
        world.services.users.deactivate(ann, "ann")
    assert user_item(world, "root")["status"] == "active"


def test_the_last_admin_can_neither_go_nor_step_down(world, root):
    world.person(Role.ADMIN, name="idle", status="inactive")
    second = world.person(Role.ADMIN, name="second")
    world.services.users.deactivate(root, "second")
    for values in ({"role": "user"}, {"role": "manager"}):
        with pytest.raises(Conflict, match="last active admin"):
            world.services.users.edit(root, "root", EditPerson.of(**values))
    with pytest.raises(Conflict, match="last active admin"):
        world.services.users.deactivate(second, "root")  # one whose rights ended between read and write
    assert user_item(world, "root")["role"] == "admin"
    assert world.services.organisations.count_admins("acme") == 1


def test_the_counter_follows_every_way_to_and_from_admin(world, root):
    world.person(Role.USER, name="ann")
    count = world.services.organisations.count_admins
    for values, expected in (
        ({"role": "admin"}, 2),
        ({"status": "inactive"}, 1),
        ({"role": "user"}, 1),
        ({"role": "admin"}, 1),
        ({"status": "active"}, 2),
        ({"role": "analyst", "status": "inactive"}, 1),
        ({"role": "admin", "status": "active"}, 2),
        ({"jobTitle": "Chief"}, 2),
    ):
        world.services.users.edit(root, "ann", EditPerson.of(**values))
        assert count("acme") == expected, values


def test_analysts_see_nobodys_address_but_their_own(world):
    analyst = world.person(Role.ANALYST)
    directory = world.services.directory
    assert directory.get(analyst, "root").user.email is None
    assert directory.get(analyst, "ann").user.email == "ann@acme.example"
    assert {user.user_id: user.email for user in directory.list_newest(analyst).items} == {
        "root": None,
        "ann": "ann@acme.example",
    }
    assert directory.names(analyst, ["root"])["root"].email is None
    assert not directory.list_newest(analyst).items[1].matches("root@acme")
    for email in ("root@acme.example", "ann@acme.example", "no-such@acme.example"):
        with pytest.raises(NotPermitted):
            directory.get_by_email(analyst, email)


def test_users_see_themselves_and_nobody_else(world):
    ann, directory = world.person(Role.USER), world.services.directory
    assert directory.get(ann, "ann").user.email == "ann@acme.example"
    assert directory.get_by_email(ann, "ANN@acme.example").id == "ann"
    assert directory.names(ann, ["ann", "root"]).keys() == {"ann"}
    with pytest.raises(NotPermitted):
        directory.get(ann, "root")
    for email in ("root@acme.example", "no-such@acme.example"):
        with pytest.raises(NotFound):
            directory.get_by_email(ann, email)
    for act in (directory.list_newest, directory.figures, directory.managers, directory.departments):
        with pytest.raises(NotPermitted):
            act(ann)


def test_the_trail_of_a_person_is_for_those_above(world, root):
    boss, tim = world.person(Role.MANAGER), world.person(Role.USER, name="tim", managerId="ann")
    world.services.users.edit(boss, "tim", EditPerson.of(jobTitle="Engineer"))
    for reader in (root, boss):
        assert [record.action for record in world.services.directory.history(reader, "tim").items] == [
            "profile_updated"
        ]
    for reader in (tim, world.person(Role.ANALYST, name="ana"), world.person(Role.MANAGER, name="max")):
        with pytest.raises(NotPermitted):
            world.services.directory.history(reader, "tim")


def test_a_field_of_the_wrong_kind_is_named():
    with pytest.raises(InvalidInput) as refused:
        EditPerson.of(role=["admin"], firstName={"a": 1})
    assert set(refused.value.fields) == {"role", "firstName"}
