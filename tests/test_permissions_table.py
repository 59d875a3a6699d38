"""Roles, reach and rank, against tables written here by hand. Over HTTP: tests/api."""

from dataclasses import dataclass
from itertools import product

import pytest

from data.core.errors import NotFound, NotPermitted
from data.core.permissions import (
    Actor,
    Permission,
    Role,
    Scope,
    authorise,
    authorise_owned,
    authorise_person,
    authorise_role,
    may,
)

RANKS = ("user", "analyst", "manager", "admin")
OFFERED = {
    "user": "home:open settings:own jobs:retry-own users:read users:read-emails profiles:edit",
    "analyst": "home:open settings:own jobs:retry-own users:read users:list users:read-emails profiles:edit",
    "manager": "home:open settings:own jobs:retry-own users:read users:list users:read-emails profiles:edit "
    "audit:read-person users:export",
    "admin": "home:open settings:own jobs:retry-own users:read users:list users:read-emails profiles:edit "
    "audit:read-person users:edit users:create users:deactivate sign-in:manage audit:read users:export jobs:manage "
    "health:read raw:read",
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
READING = "home:open users:read users:list users:read-emails audit:read audit:read-person health:read"
FOR = {  # what a token of each scope is for, whoever has it
    "read": READING,
    "people": f"{READING} profiles:edit users:edit users:create users:deactivate users:export jobs:retry-own",
    "all": OFFERED["admin"],
}


@dataclass(frozen=True)
class Person:
    user_id: str
    role: Role = Role.USER
    org_id: str = "acme"


def actor(role, *scopes):
    scoped = {"scopes": frozenset(map(Scope, scopes))} if scopes else {}
    return Actor("me", "acme", Role(role), **scoped)


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


@dataclass(frozen=True)
class Note:
    """Something that is no user, but belongs to one."""

    owner_id: str
    org_id: str = "acme"


@pytest.mark.parametrize(("permission", "role"), list(product(REACH, RANKS)))
def test_each_grant_reaches_as_far_on_what_users_own(permission, role):
    notes = {"s": (Note("me"), False), "b": (Note("you"), True), "o": (Note("you"), False)}
    for letter, (note, below) in notes.items():
        granted = REACH[permission].get(role, "")
        found = allowed(
            lambda: authorise_owned(actor(role), Permission(permission), note, owner_id=note.owner_id, below=below)  # noqa: B023
        )
        assert found is (letter in granted), letter


@pytest.mark.parametrize("below", [True, False])
def test_what_a_user_of_another_organisation_owns_is_not_found(below):
    for role, owner in product(RANKS, ("me", "you")):
        with pytest.raises(NotFound):
            authorise_owned(actor(role), Permission.EDIT_PROFILES, Note(owner, "other"), owner_id=owner, below=below)


def test_a_token_that_is_not_for_it_reaches_nothing_that_its_user_owns():
    with pytest.raises(NotPermitted, match="scope people"):
        authorise_owned(actor("manager", "read"), Permission.EDIT_PROFILES, Note("me"), owner_id="me")


def test_only_ones_own_jobs_are_within_reach_of_users():
    for role, owner in product(RANKS, ("me", "you")):
        job = Note(owner)
        found = allowed(lambda: authorise_owned(actor(role), Permission.RETRY_OWN_JOBS, job, owner_id=job.owner_id))  # noqa: B023
        assert found is (owner == "me" or role == "admin")


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


@pytest.mark.parametrize(("scope", "role"), list(product(FOR, RANKS)))
def test_a_scope_narrows_a_role_and_never_widens_it(scope, role):
    token = actor(role, scope)
    both = set(FOR[scope].split()) & set(OFFERED[role].split())
    assert {str(permission) for permission in Permission if may(token, permission)} == both
    for permission in Permission:
        myself = Person("me", Role(role))
        done = (
            allowed(lambda: authorise(token, permission)),  # noqa: B023
            allowed(lambda: authorise_person(token, permission, myself, below=False)),  # noqa: B023
        )
        assert done == (str(permission) in both,) * 2, permission


def test_a_token_for_nothing_opens_nothing():
    nothing = Actor("me", "acme", Role.ADMIN, scopes=frozenset())
    assert not any(may(nothing, permission) for permission in Permission)


def test_two_scopes_are_for_what_either_is():
    token = actor("admin", "read", "people")
    assert {str(permission) for permission in Permission if may(token, permission)} == set(FOR["people"].split())


@pytest.mark.parametrize(("scope", "new"), list(product(FOR, RANKS)))
def test_only_a_token_for_everything_makes_admins(scope, new):
    assert allowed(lambda: authorise_role(actor("admin", scope), Role(new))) is (new != "admin" or scope == "all")


@pytest.mark.parametrize(
    ("held", "permission", "missing"), [("read", "users:edit", "people"), ("people", "sign-in:manage", "all")]
)
def test_a_refusal_names_the_scope_that_is_missing(held, permission, missing):
    with pytest.raises(NotPermitted) as refusal:
        authorise(actor("admin", held), Permission(permission))
    assert f"scope is {held}; this takes the scope {missing}." in str(refusal.value)
    with pytest.raises(NotPermitted) as refusal:
        authorise(actor("user", held), Permission(permission))
    assert "Your role, user, does not allow this." in str(refusal.value)
