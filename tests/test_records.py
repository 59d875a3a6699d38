"""Stored items become records, each as it is and exact, or stand as unreadable: nothing in between."""

import importlib
import pkgutil
from datetime import datetime
from decimal import Decimal
from typing import get_args

import pytest

import data
from data.audit.models import AuditRecord
from data.authentication.models import Session, Token
from data.core import invalid_items
from data.core.errors import Defect
from data.core.models import Stored, Unreadable, read, read_all
from data.core.permissions import Role
from data.jobs.models import Job
from data.registry import TABLES
from data.users.models import EditPerson, User
from data.users.profile_models import Profile
from data.users.table import BY_ORG, USERS

TIMES = {"createdAt": "2026-01-01", "updatedAt": "2026-01-01T10:00:00.123Z"}
ANN = {"userId": "ann", "orgId": "acme", "email": "ann@x.example", "firstName": "Ann"}
ITEM = ANN | TIMES | {"version": Decimal(3), "pictureKey": None}
BOB = ITEM | {"userId": "bob"}
WRONG = [
    *({"firstName": Decimal(5)}, {"firstName": {"S": "x"}}, {"firstName": ["x"]}, {"firstName": {"x"}}),
    *({"managerId": True}, {"lastSeenAt": "yesterday"}, {"version": Decimal("1.5")}, {"version": "one"}),
    *({"role": "king"}, {"role": Decimal(1)}, {"username": None}, {"updatedAt": "soon"}),
    *({"version": "3"}, {"version": True}, {"securityVersion": "1"}, {"lastSeenAt": Decimal(1709287200)}),
    *({"updatedAt": "1709287200"}, {"lastSeenAt": True}),
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_stored_attribute_of_another_type_is_never_its_default(world, wrong):
    world.store(USERS, ITEM | wrong)
    world.store(USERS, BOB)
    found = read_all(User, world.dynamo.query(USERS, BY_ORG, "acme").items)
    (bad,) = [one for one in found if isinstance(one, Unreadable)]
    assert bad.item == ITEM | wrong
    assert [name for name in wrong if name in bad.problems] == list(wrong)
    assert [one.id for one in found if isinstance(one, User)] == ["bob"]


def test_items_read_together_are_what_each_is_alone():
    items = [
        ITEM,
        BOB | {"role": "king"},
        BOB | {"role": "admin", "version": Decimal("12E+1")},
        {"userId": "dan", "orgId": "nowhere"},
    ]
    assert read_all(User, items[::2][:1]) == [read(User, ITEM)]
    assert read_all(User, items) == [read(User, item) for item in items]
    assert read_all(User, items)[2].version == 120
    assert read_all(User, []) == []


def test_an_item_that_was_mended_is_no_longer_told():
    broken = BOB | {"userId": "cleo", "orgId": "mended", "role": "king"}
    read_all(User, [ITEM, broken])
    assert [one.id for one in invalid_items.noted("mended")] == ["cleo"]
    read_all(User, [ITEM, broken | {"role": "user"}])
    assert invalid_items.noted("mended") == ()


def stored_models():
    """Every model of a stored item, in all modules of the product."""
    for module in pkgutil.walk_packages(data.__path__, "data."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, left = [], [Stored]
    while left:
        left += (models := left.pop().__subclasses__())
        found += [model for model in models if model.__module__.startswith("data.")]
    return found


def test_no_stored_field_takes_a_value_of_another_type():
    wrong = {
        int: ["7", True, Decimal("1.5"), 1.0],
        datetime: ["1709287200", " 7", Decimal(7), 7, True],
        str: [Decimal(7), True],
        bool: ["true", "1", Decimal(1)],
    }
    taken, checked = [], 0
    for model in stored_models():
        for name, field in model.model_fields.items():
            types = {field.annotation, *get_args(field.annotation)}
            for value in (value for kind in types & wrong.keys() for value in wrong[kind]):
                checked += 1
                found = read(model, {field.alias or name: value})
                if (field.alias or name) not in found.problems:
                    taken.append((model.__name__, name, value))
    assert taken == []
    assert checked > 150


def test_numbers_as_the_store_has_them_are_read_exactly():
    assert read(User, ITEM | {"version": Decimal("12E+1")}).version == 120
    assert read(User, ITEM | {"version": 3}).version == 3
    assert read(User, ITEM).created_at.year == 2026


def test_a_version_stored_as_text_is_reported_and_never_a_conflict(world):
    root = world.person(Role.ADMIN, name="root")
    world.person(Role.USER, name="bob")
    item = world.dynamo.get(USERS, {"userId": "bob"}, consistent=True)
    world.store(USERS, item | {"version": "1"})
    with pytest.raises(Defect):
        world.services.users.edit(root, "bob", EditPerson.of(department="Sales"))
    (found,) = invalid_items.noted("acme")
    assert (found.kind, found.id) == ("User", "bob")
    assert "whole number" in found.problems["version"]
    page = world.services.directory.list_newest(root)
    assert [row.item["userId"] for row in page.unreadable] == ["bob"]


BROKEN = {"orgId": "broken", "userId": "bob", "PK": "SESSION#of-a-secret", "SK": "SESSION", "version": "one"}


@pytest.mark.parametrize(
    ("model", "key"),
    [(User, "userId"), (Profile, "profileId"), (Job, "jobId"), (AuditRecord, "logId")],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_an_unreadable_item_is_named_by_the_key_of_its_table(model, key):
    names = ("userId", "profileId", "jobId", "logId", "sessionId", "tokenId")
    read(model, BROKEN | {name: f"the {name}" for name in names})
    assert {one.id for one in invalid_items.noted("broken") if one.kind == model.__name__} == {f"the {key}"}
    assert (key,) in {table.key for table in TABLES}


@pytest.mark.parametrize(("model", "name"), [(Session, "sessionId"), (Token, "tokenId")])
def test_an_unreadable_session_is_never_named_by_the_digest_of_its_secret(model, name):
    read(model, BROKEN | {name: "an-id"})
    read(model, BROKEN)
    assert {one.id for one in invalid_items.noted("broken") if one.kind == model.__name__} == {"an-id", "unknown"}


def test_every_stored_model_says_by_what_it_is_named():
    assert [model.__name__ for model in stored_models() if not getattr(model, "stored_key", ())] == ["Record", "Access"]
