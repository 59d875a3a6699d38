"""Roles, reach and rank, against tables written here by hand. Over HTTP: tests/api."""

from dataclasses import dataclass
from itertools import product

import pytest

from data.errors import NotFound, NotPermitted
from data.permissions import (
    Actor,
    Permission,
    Role,
    authorise,
    authorise_person,
    authorise_role,
    may,
)

RANKS = ("user", "analyst", "manager", "admin")
OFFERED = {
    "user": "home:open settings:own users:read users:read-emails profiles:edit",
    "analyst": "home:open settings:own users:read users:list users:read-emails profiles:edit",
    "manager": "home:open settings:own users:read users:list users:read-emails profiles:edit audit:read-person "
    "users:export",
    "admin": "home:open settings:own users:read users:list users:read-emails profiles:edit audit:read-person "
    "users:edit users:create users:deactivate sign-in:manage audit:read users:export jobs:manage health:read raw:read",
}
# permission → role → on whom: s oneself, b people below, o everybody else in the organisation
REACH = {
    "users:read": {"user": "s", "analyst": "sbo", "manager": "sbo", "admin": "sbo"},
    "users:read-emails": {"user": "s", "analyst": "s", "manager": "sbo", "admin": "sbo"},
    "profiles:edit": {"user": "s", "analyst": "s", "manager": "sb", "admin": "sbo"},
    "audit:read-person": {"manager": "sb", "admin": "sbo"},
    "users:edit": {"admin": "sbo"},
    "users:deactivate": {"admin": "sbo"},
    "sign-in:manage": {"admin": "sbo"},
}


@dataclass(frozen=True)
class Person:
    user_id: str
    role: Role = Role.USER
    org_id: str = "acme"


def actor(role):
    return Actor("me", "acme", Role(role))


def allowed(act):
    try:
        act()
    except NotPermitted:
        return False
    return True


def test_every_role_is_offered_just_what_is_its():
    for role in RANKS:
        assert {str(permission) for permission in Permission if may(actor(role), permission)} == set(
            OFFERED[role].split()
        )


@pytest.mark.parametrize(("permission", "role"), list(product(REACH, RANKS)))
def test_each_grant_reaches_as_far_as_it_should(permission, role):
    people = {"s": (Person("me", Role(role)), False), "b": (Person("you"), True), "o": (Person("you"), False)}
    if role == "user":
        people.pop("b")  # nobody is below them
    for letter, (person, below) in people.items():
        expected = letter in REACH[permission].get(role, "")
        found = allowed(lambda: authorise_person(actor(role), Permission(permission), person, below=below))  # noqa: B023
        assert found is expected, letter


@pytest.mark.parametrize(("rank", "target"), list(product(("manager", "admin"), RANKS)))
def test_nobody_at_or_above_ones_rank_is_below_one(rank, target):
    person = Person("you", Role(target))
    found = allowed(lambda: authorise_person(actor(rank), Permission.EDIT_PROFILES, person, below=True))
    assert found is (rank == "admin" or RANKS.index(target) < RANKS.index(rank))


@pytest.mark.parametrize(("role", "new"), list(product(RANKS, RANKS)))
def test_nobody_grants_above_their_own_rank(role, new):
    assert allowed(lambda: authorise_role(actor(role), Role(new))) is (RANKS.index(new) <= RANKS.index(role))


@pytest.mark.parametrize("role", RANKS)
@pytest.mark.parametrize("permission", Permission)
def test_another_organisation_is_as_if_it_were_not_there(role, permission):
    theirs = Person("me", Role.USER, org_id="globex")  # even with one's own id
    with pytest.raises(NotFound) as one:
        authorise(actor(role), permission, theirs)
    with pytest.raises(NotFound) as other:
        authorise_person(actor(role), permission, theirs, below=True)
    assert str(one.value) == str(other.value)


@pytest.mark.parametrize("role", RANKS)
def test_what_is_granted_on_people_is_not_granted_on_things(role):
    thing = Person("thing")
    for permission in ("profiles:edit", "audit:read-person"):
        assert allowed(lambda: authorise(actor(role), Permission(permission), thing)) is (role == "admin")  # noqa: B023
