"""Kinds of people that need a look, and those below somebody, over what is held in memory."""

from datetime import timedelta

import pytest

from data.core.clock import iso
from data.core.permissions import Role
from data.users.filters import UserFilter
from data.users.models import EditPerson, Status
from data.users.segments import PeopleKind


@pytest.fixture
def root(world):
    """Root, and below them: max (manager) with tim and his una, left (inactive manager) with lea; nobody's own: ana."""
    now = world.clock.now()
    here, long_ago = iso(now), iso(now - timedelta(days=91))
    root = world.person(Role.ADMIN, name="root", lastSeenAt=here)
    world.person(Role.MANAGER, name="max", managerId="root", lastSeenAt=long_ago, createdAt=long_ago)
    world.person(Role.MANAGER, name="left", managerId="root", lastSeenAt=here, status="inactive")
    world.person(Role.USER, name="tim", managerId="max", lastSeenAt=here)
    world.person(Role.MANAGER, name="una", managerId="tim", createdAt=long_ago)
    world.person(Role.USER, name="lea", managerId="left", lastSeenAt=iso(now - timedelta(days=2)), createdAt=long_ago)
    world.person(Role.ANALYST, name="ana", lastSeenAt=here, createdAt=long_ago)
    world.person(Role.USER, name="ghost", managerId="nobody-here", status="inactive", createdAt=long_ago)
    world.person(Role.USER, org="globex", name="eve", managerId="max")
    return root


def found(world, actor, **sought):
    world.services.directory.search(actor, UserFilter())  # the first visit begins to load
    return {user.user_id for user in world.services.directory.search(actor, UserFilter(**sought)).items}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PeopleKind.NEVER_HERE, {"una"}),
        (PeopleKind.IDLE_RIGHTS, {"max", "una"}),
        (PeopleKind.WITHOUT_MANAGER, {"lea", "ana"}),
        (PeopleKind.SEEN_TODAY, {"root", "tim", "ana"}),
        (PeopleKind.NEW, {"root", "left", "tim"}),
    ],
)
def test_each_kind_is_of_those_it_names(world, root, kind, expected):
    assert found(world, root, kind=kind) == expected


@pytest.mark.parametrize(
    ("boss", "expected"),
    [
        ("root", {"max", "left", "tim", "una", "lea"}),
        ("max", {"tim"}),  # una is a manager, too
        ("tim", set()),
        ("nobody-here", set()),
        ("absent", set()),
    ],
)
def test_below_somebody_are_those_of_lower_rank_beneath(world, root, boss, expected):
    assert found(world, root, below=boss) == expected


def test_a_loop_of_managers_ends_the_way_down(world):
    one = world.person(Role.ADMIN, name="one", managerId="two")
    world.person(Role.USER, name="two", managerId="one")
    assert found(world, one, below="one") == {"two"}


def test_kinds_and_filters_pass_together_and_follow_writes(world, root):
    assert found(world, root, kind=PeopleKind.WITHOUT_MANAGER, roles=frozenset({Role.USER})) == {"lea"}
    world.services.users.edit(root, "lea", EditPerson.of(managerId="max"))
    assert found(world, root, kind=PeopleKind.WITHOUT_MANAGER) == {"ana"}
    world.services.users.edit(root, "max", EditPerson(status=Status.INACTIVE))
    assert found(world, root, kind=PeopleKind.WITHOUT_MANAGER) == {"ana", "tim", "lea"}


def test_time_alone_moves_somebody_into_a_kind(world, root):
    assert "tim" in found(world, root, kind=PeopleKind.SEEN_TODAY)
    world.clock.pass_(hours=25)
    assert found(world, root, kind=PeopleKind.SEEN_TODAY) == set()
