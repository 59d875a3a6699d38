import pytest

from data.core.errors import InvalidInput, NotPermitted
from data.core.permissions import Permission, Role
from data.storage.consistency import Coherence
from data.users.models import EditPerson
from data.users.table import USERS


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture(autouse=True)
def boss(world):
    return world.person(Role.MANAGER, name="boss")


@pytest.fixture
def may_edit(world, boss):
    """Whether the boss may edit the profile of this person."""

    def asked(user_id):
        try:
            world.services.users.get_user_for(boss, user_id, Permission.EDIT_PROFILES)
        except NotPermitted:
            return False
        return True

    return asked


def test_a_manager_reaches_people_at_most_twenty_steps_below(world, may_edit):
    above = "boss"
    for number in range(1, 22):
        world.person(Role.USER, name=f"p{number}", managerId=above)
        above = f"p{number}"
    assert [may_edit(f"p{number}") for number in (1, 2, 19, 20, 21)] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("role", "expected"), [("user", True), ("analyst", True), ("manager", False), ("admin", False)]
)
def test_only_those_of_lower_rank_are_below(world, may_edit, role, expected):
    world.person(role, name="tim", managerId="boss")
    assert may_edit("tim") is expected


def test_a_loop_or_a_gap_above_is_not_below(world, may_edit):
    world.person(Role.USER, name="a", managerId="b")
    world.person(Role.USER, name="b", managerId="c")
    world.person(Role.USER, name="c", managerId="a")
    world.person(Role.USER, name="self", managerId="self")
    world.person(Role.USER, name="orphan", managerId="missing")
    world.person(Role.USER, name="alone")
    assert [may_edit(user_id) for user_id in ("a", "self", "orphan", "alone")] == [False] * 4


def test_a_broken_manager_above_counts_as_missing(world, root, may_edit):
    world.person(Role.USER, name="mid", managerId="boss")
    world.person(Role.USER, name="tim", managerId="mid")
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "mid"}), "status": "asleep"})
    assert not may_edit("tim")
    with pytest.raises(InvalidInput) as refused:
        world.services.users.edit(root, "root", EditPerson.of(managerId="mid"))
    assert set(refused.value.fields) == {"managerId"}


def test_the_way_up_never_leaves_the_organisation(world, may_edit):
    world.person(Role.MANAGER, org="globex", name="mid", managerId="boss")
    world.person(Role.USER, name="tim", managerId="mid.globex")
    assert not may_edit("tim")


def test_managers_move_people_only_within_those_below(world, boss):
    for name, manager in (("lead", "boss"), ("tim", "boss"), ("other", None), ("far", "other")):
        world.person(Role.USER, name=name, **({"managerId": manager} if manager else {}))
    move = world.services.users.edit
    move(boss, "tim", EditPerson.of(managerId="lead"))
    move(boss, "tim", EditPerson.of(managerId="boss"))
    for target, manager in (("tim", "other"), ("tim", None), ("far", "boss"), ("far", "lead")):
        with pytest.raises(NotPermitted):
            move(boss, target, EditPerson.of(managerId=manager))
    assert world.dynamo.get(USERS, {"userId": "tim"})["managerId"] == "boss"
    assert world.dynamo.get(USERS, {"userId": "far"})["managerId"] == "other"


def test_nobody_can_come_to_report_to_themselves(world, root):
    for name, manager in (("a", None), ("b", "a"), ("c", "b")):
        world.person(Role.MANAGER, name=name, **({"managerId": manager} if manager else {}))
    for manager in ("a", "b", "c"):
        with pytest.raises(InvalidInput) as refused:
            world.services.users.edit(root, "a", EditPerson.of(managerId=manager))
        assert set(refused.value.fields) == {"managerId"}
    assert "managerId" not in world.dynamo.get(USERS, {"userId": "a"})
    world.services.users.edit(root, "c", EditPerson.of(managerId="a"))
    world.services.users.edit(root, "b", EditPerson.of(managerId="c"))


@pytest.mark.parametrize("between", [(), ("mid",)], ids=["next to each other", "one between"])
def test_two_moves_at_once_make_no_loop(world, root, monkeypatch, between):
    low = world.person(Role.MANAGER, name="low").user_id
    top = world.person(Role.MANAGER, name="top").user_id
    above = top
    for name in between:
        above = world.person(Role.MANAGER, name=name, managerId=above).user_id
    users, commit = world.services.users, Coherence.commit

    def overtaken(self, org_id, writes):
        monkeypatch.setattr(Coherence, "commit", commit)
        users.edit(root, top, EditPerson(manager_id=low))
        commit(self, org_id, writes)

    monkeypatch.setattr(Coherence, "commit", overtaken)
    with pytest.raises(InvalidInput) as refused:
        users.edit(root, low, EditPerson(manager_id=above))
    assert "loop" in refused.value.fields["managerId"]
    assert users.find(low).manager_id is None
    assert users.find(top).manager_id == low


@pytest.mark.parametrize("manager", ["missing", "eve.globex", "gone"])
def test_people_report_only_to_somebody_active_here(world, root, manager):
    world.person(Role.USER, name="tim")
    world.person(Role.ADMIN, org="globex", name="eve")
    world.person(Role.MANAGER, name="gone", status="inactive")
    with pytest.raises(InvalidInput) as refused:
        world.services.users.edit(root, "tim", EditPerson.of(managerId=manager))
    assert set(refused.value.fields) == {"managerId"}


def test_an_inactive_manager_stays_until_somebody_moves_people(world, root):
    world.person(Role.MANAGER, name="gone", status="inactive")
    world.person(Role.USER, name="tim", managerId="gone")
    edited = world.services.users.edit(root, "tim", EditPerson.of(managerId="gone", jobTitle="Engineer"))
    assert (edited.user.manager_id, edited.profile.job_title) == ("gone", "Engineer")
