"""Stored items as they are: types, bytes, and no secret."""

import json
from dataclasses import replace

import pytest

from data.audit.hash_chains import Chains
from data.aws.raw_items import TypedItems, size_of_attribute, size_of_item
from data.core.errors import NotFound, NotPermitted, Unavailable
from data.core.permissions import Role
from data.health.item_inspector import OPENING_SECONDS, RawItems
from data.health.redacted_items import MASK, masked
from data.storage.single_table import API_DASHBOARD
from data.users.profile_table import PROFILES
from data.users.table import USERS

HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$bm90IGEgcGFzc3dvcmQ"


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


@pytest.fixture
def bob(world):
    return world.person(Role.USER, name="bob", password="a password of bob")


def of_bob(world, actor):
    return {item.what: item for item in world.services.raw_items.of_person(actor, "bob")}


def attribute(item, name):
    return next(one for one in item.attributes if one.name == name)


@pytest.mark.usefixtures("bob")
def test_a_person_is_three_items_in_two_tables(world, ada):
    found = of_bob(world, ada)
    places = {what: (item.table, item.key) for what, item in found.items()}
    assert places == {
        "User": ("users", (("userId", "bob"),)),
        "Profile": ("profiles", (("profileId", "bob"),)),
        "Sign-in record": ("api-dashboard", (("PK", "USER#bob"), ("SK", "PROFILE"))),
    }
    assert found["User"].version == "1"
    assert found["User"].real_name == "pre-work-users-dev"


@pytest.mark.usefixtures("bob")
def test_the_key_stands_first_and_types_are_named(world, ada):
    user = of_bob(world, ada)["User"]
    assert [one.name for one in user.attributes][:2] == ["userId", "createdAt"]
    assert attribute(user, "version").kind == "N"
    assert attribute(user, "email").value == "bob@acme.example"


@pytest.mark.usefixtures("bob")
def test_the_password_of_nobody_is_ever_shown(world, ada):
    stored = world.dynamo.get(API_DASHBOARD, {"PK": "USER#bob", "SK": "PROFILE"})["password"]
    record = of_bob(world, ada)["Sign-in record"]
    password = attribute(record, "password")
    assert (password.value, password.hidden, password.kind) == (MASK, True, "S")
    assert password.size == len("password") + len(stored)
    assert stored not in repr(record)
    assert json.loads(record.json)["password"] == {"S": MASK}


@pytest.mark.parametrize(
    ("name", "typed", "size"),
    [
        ("name", {"S": "Zoë"}, 4 + 4),
        ("n", {"N": "12345"}, 1 + 4),
        ("n", {"N": "-1200.50"}, 1 + 4),
        ("n", {"N": "1000"}, 1 + 2),
        ("n", {"N": "0"}, 1 + 1),
        ("b", {"B": b"\0\1\2"}, 1 + 3),
        ("t", {"BOOL": True}, 1 + 1),
        ("t", {"NULL": True}, 1 + 1),
        ("s", {"SS": ["ab", "c"]}, 1 + 3),
        ("s", {"NS": ["1", "22"]}, 1 + 4),
        ("s", {"BS": [b"ab"]}, 1 + 2),
        ("l", {"L": []}, 1 + 3),
        ("l", {"L": [{"S": "ab"}, {"BOOL": False}]}, 1 + 3 + (1 + 2) + (1 + 1)),
        ("m", {"M": {"in": {"S": "ab"}}}, 1 + 3 + (1 + 2 + 2)),
    ],
    ids=str,
)
def test_bytes_are_counted_as_the_manual_says(name, typed, size):
    assert size_of_attribute(name, typed) == size
    assert size_of_item({name: typed, "x": {"S": ""}}) == size + 1


def test_every_type_is_shown_and_copied(world, ada, bob):
    values = {"tags": {"red", "blue"}, "raw": b"\0\1", "on": True, "gone": None, "deep": {"list": [1, "two"]}}
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": bob.user_id}), **values})
    user = of_bob(world, ada)["User"]
    shown = {name: (attribute(user, name).kind, attribute(user, name).value) for name in values}
    assert shown["raw"] == ("B", "AAE=")
    assert shown["on"] == ("BOOL", "true")
    assert shown["gone"] == ("NULL", "null")
    assert shown["deep"] == ("M", '{"list": ["1", "two"]}')
    assert (shown["tags"][0], set(json.loads(shown["tags"][1]))) == ("SS", {"red", "blue"})
    assert json.loads(user.json)["deep"] == {"M": {"list": {"L": [{"N": "1"}, {"S": "two"}]}}}
    assert sum(one.size for one in user.attributes) == user.size


@pytest.mark.parametrize(
    ("table", "item"),
    [
        ("api-dashboard", {"password": {"S": "plain"}}),
        ("api-dashboard", {"encrypted_key": {"S": "short"}}),
        ("api-dashboard", {"PK": {"S": "SESSION#" + "0a" * 32}}),
        ("api-dashboard", {"PK": {"S": "TOKEN#" + "0a" * 32}}),
        ("api-dashboard", {"PK": {"S": "RESET#" + "0a" * 32}}),
        ("any", {"secretSha256": {"S": "0a" * 32}}),
        ("any", {"note": {"S": f"it is {HASH}"}}),
        ("any", {"note": {"S": "gAAAAA" + "x" * 40}}),
        ("any", {"deep": {"M": {"apiKey": {"S": "sk-1234"}}}}),
        ("any", {"credentials": {"M": {"harmless": {"S": "sk-1234"}}}}),
        ("any", {"list": {"L": [{"M": {"token": {"B": b"1234"}}}]}}),
        ("any", {"all": {"SS": [f"x {HASH}"]}}),
        ("any", {"pin_hash": {"N": "1234"}}),
    ],
    ids=str,
)
def test_secrets_are_hidden_wherever_they_lie(table, item):
    shown = masked(table, item)
    assert shown != item
    assert MASK in str(shown)
    for secret in ("plain", "short", "0a0a", "argon2", "gAAAAA", "1234"):
        assert secret not in str(shown)


def test_what_is_no_secret_is_shown_as_it_is():
    item = {
        "pictureKey": {"S": "profile-pictures/0199a-bc/1763.webp"},
        "securityVersion": {"N": "4"},
        "hasPassword": {"BOOL": True},
        "bio": {"S": "I keep the keys of the house."},
        "PK": {"S": "USER#bob"},
    }
    assert masked("users", item) == item


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
@pytest.mark.usefixtures("bob")
def test_only_admins_look_at_items_as_they_are(world, role):
    actor = world.person(role, name="zed")
    with pytest.raises(NotPermitted):
        world.services.raw_items.of_person(actor, "bob")
    with pytest.raises(NotPermitted):
        world.services.raw_items.of_person(actor, "zed")


@pytest.mark.parametrize("user_id", ["eve.globex", "nobody", "a b\u20ac/../"])
def test_items_of_others_are_not_here(world, ada, user_id):
    world.person(Role.USER, org="globex", name="eve")
    with pytest.raises(NotFound):
        world.services.raw_items.of_person(ada, user_id)


def test_what_others_left_under_the_same_key_is_left_out(world, ada, bob):
    profile = world.dynamo.get(PROFILES, {"profileId": bob.user_id})
    world.store(PROFILES, {**profile, "orgId": "globex", "bio": "theirs"})
    record = world.dynamo.get(API_DASHBOARD, {"PK": "USER#bob", "SK": "PROFILE"})
    world.store(API_DASHBOARD, {**record, "orgId": "globex"})
    assert of_bob(world, ada).keys() == {"User"}


def test_a_profile_under_an_id_of_its_own_is_found(world, ada, bob):
    profile = world.dynamo.get(PROFILES, {"profileId": bob.user_id})
    world.clients.dynamodb.delete_item(TableName="pre-work-profiles-dev", Key={"profileId": {"S": "bob"}})
    world.store(PROFILES, {**profile, "profileId": "by-hand"})
    assert of_bob(world, ada)["Profile"].key == (("profileId", "by-hand"),)


def test_a_person_who_cannot_be_read_is_shown_as_stored(world, ada, bob):
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": bob.user_id}), "role": "king", "username": {"a": "map"}})
    found = of_bob(world, ada)
    assert attribute(found["User"], "role").value == "king"
    assert found.keys() == {"User", "Profile"}


def views(world):
    return [record for record in world.trail("bob") if record["action"] == "raw_item_viewed"]


@pytest.mark.usefixtures("bob")
def test_each_opening_of_stored_items_leaves_one_record(world, ada):
    for opening in ("first", "first", "second"):
        world.services.raw_items.of_person(ada, "bob", opening)
    first, second = views(world)
    assert (first["userId"], first["entityType"], first["entityName"]) == ("ada", "user", "Bob Acme")
    assert first["after"] == second["after"] == {"kind": "user", "rows": 3}


@pytest.mark.usefixtures("bob")
def test_a_caller_that_names_no_opening_is_recorded_each_time(world, ada):
    for _ in range(2):
        world.services.raw_items.of_person(ada, "bob")
    assert len(views(world)) == 2


@pytest.mark.usefixtures("bob")
def test_the_same_opening_by_another_admin_or_session_is_another_view(world, ada):
    root = world.person(Role.ADMIN, name="root")
    for actor in (ada, replace(ada, session="0a" * 32), root):
        world.services.raw_items.of_person(actor, "bob", "one")
    assert [view["userId"] for view in views(world)] == ["ada", "ada", "root"]


@pytest.mark.usefixtures("bob")
def test_a_dialog_that_stays_open_for_long_is_recorded_again(world, ada):
    items = RawItems(TypedItems(world.clients, world.settings.table), world.services.audit, timer=world.ticks)
    items.of_person(ada, "bob", "one")
    world.ticks.pass_(OPENING_SECONDS + 1)
    items.of_person(ada, "bob", "one")
    assert len(views(world)) == 2


@pytest.mark.usefixtures("bob")
def test_stored_items_are_not_shown_without_their_record(world, ada, monkeypatch):
    def fails(*_args, **_more):
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(Chains, "seal", fails)
    for _ in range(2):
        with pytest.raises(Unavailable):
            world.services.raw_items.of_person(ada, "bob", "one")
    monkeypatch.undo()
    assert world.services.raw_items.of_person(ada, "bob", "one")
    assert len(views(world)) == 1


@pytest.mark.usefixtures("bob")
def test_a_refused_view_leaves_no_record(world):
    with pytest.raises(NotPermitted):
        world.services.raw_items.of_person(world.person(Role.MANAGER, name="max"), "bob", "one")
    assert views(world) == []
