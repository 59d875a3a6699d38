"""People found among all of an organisation, in memory, while the store goes on changing."""

from datetime import timedelta
from functools import partial

import pytest

from data.core.clock import iso
from data.core.errors import InvalidInput, Unavailable
from data.core.permissions import Role
from data.storage.projection import EVERY, IDLE
from data.users.filters import UserFilter
from data.users.models import CreatePerson, EditPerson, Status
from data.users.table import USERS


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root", department="Board")


@pytest.fixture
def people(world, root):
    seen = world.clock.now()
    world.person(Role.USER, name="josé", department="Design", managerId="max", lastSeenAt=iso(seen))
    world.person(Role.MANAGER, name="max", department="Sales", lastSeenAt=iso(seen - timedelta(days=40)))
    world.person(Role.USER, name="ann", department="Design", status="inactive", managerId="max")
    world.person(Role.ANALYST, name="zoe", email="paper@other.example")
    world.person(Role.ADMIN, org="globex", name="eve", department="Design")
    return root


def names(world, actor, sort="", **wanted):
    return [user.user_id for user in world.services.directory.search(actor, UserFilter(**wanted), sort=sort).items]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({}, ["zoe", "ann", "max", "josé", "root"]),
        ({"text": "JOSE"}, ["josé"]),
        ({"text": "josé acme"}, ["josé"]),
        ({"text": "design"}, ["ann", "josé"]),
        ({"text": "acme sal"}, ["max"]),
        ({"text": "other.ex"}, ["zoe"]),
        ({"text": "acmedesign"}, []),
        ({"text": "%_.*"}, []),
        ({"roles": {Role.USER, Role.ADMIN}}, ["ann", "josé", "root"]),
        ({"status": Status.INACTIVE}, ["ann"]),
        ({"departments": {"Design", "Board"}, "status": Status.ACTIVE}, ["josé", "root"]),
        ({"departments": {"Nowhere"}}, []),
        ({"manager_id": "max"}, ["ann", "josé"]),
        ({"inactive_days": 30}, ["zoe", "ann", "max", "root"]),
        ({"inactive_days": 50}, ["zoe", "ann", "root"]),
        ({"sort": "name"}, ["ann", "josé", "max", "root", "zoe"]),
        ({"sort": "-name"}, ["zoe", "root", "max", "josé", "ann"]),
        ({"sort": "role"}, ["root", "max", "zoe", "ann", "josé"]),
        ({"sort": "-status"}, ["ann", "zoe", "max", "josé", "root"]),
        ({"sort": "department"}, ["root", "ann", "josé", "max", "zoe"]),
        ({"sort": "-department"}, ["max", "ann", "josé", "root", "zoe"]),
        ({"sort": "seen"}, ["zoe", "ann", "root", "max", "josé"]),
        ({"sort": "-seen"}, ["josé", "max", "zoe", "ann", "root"]),
        ({"sort": "created"}, ["root", "josé", "max", "ann", "zoe"]),
    ],
)
def test_each_filter_finds_just_those_it_says(world, people, sought, expected):
    assert names(world, people, **sought) == expected


def test_what_is_found_is_the_person_as_stored(world, people):
    for user in world.services.directory.search(people, UserFilter()).items:
        assert user == world.services.users.find(user.user_id)


def test_the_search_finds_just_what_a_list_filtered_finds(world, people):
    everybody = world.services.directory.list_newest(people, UserFilter()).items
    for text in ("a", "acme", "é", "JOSÉ", "sales", "example paper", "\u00df", " ", "\U0001f600", "ro ro"):
        assert names(world, people, text=text) == [user.user_id for user in everybody if user.matches(text)]


@pytest.mark.usefixtures("people")
def test_those_who_see_no_addresses_cannot_search_them(world):
    analyst = world.person(Role.ANALYST, name="ada")
    assert names(world, analyst, text="other.example") == []
    found = world.services.directory.search(analyst, UserFilter(text="zoe")).items
    assert [(user.user_id, user.email) for user in found] == [("zoe", None)]
    assert world.services.directory.matching(analyst, UserFilter(text="paper")) == ()


def test_own_writes_are_found_at_once(world, people):
    users = world.services.users
    assert names(world, people, text="nora") == []
    made = users.create(people, CreatePerson.of(email="n@x.example", username="nora")).person
    assert names(world, people, text="nora") == [made.id]
    users.edit(people, "max", EditPerson.of(department="Design"))
    users.deactivate(people, "zoe")
    assert names(world, people, departments={"Design"}, sort="name") == ["ann", "josé", "max"]
    assert names(world, people, status=Status.INACTIVE) == ["zoe", "ann"]
    assert world.services.directory.figures(people).inactive == 2
    assert world.services.directory.departments(people) == ("Board", "Design")


def test_signing_out_everywhere_keeps_the_projection_whole(world, people):
    names(world, people)
    world.services.sessions.sign_out_everywhere(people, "max")
    (found,) = world.services.directory.search(people, UserFilter(text="max")).items
    assert found == world.services.users.find("max")


def test_what_nobody_told_is_found_within_a_minute(world, people):
    names(world, people)
    world.ticks.pass_(EVERY)
    names(world, people)
    item = world.dynamo.get(USERS, {"userId": "max"})
    world.store(USERS, {**item, "department": "Law", "updatedAt": iso(world.clock.now())})
    assert names(world, people, departments={"Law"}) == []
    world.ticks.pass_(EVERY)
    assert names(world, people, departments={"Law"}) == ["max"]


def test_an_older_state_never_replaces_a_newer_one(world, people):
    names(world, people)
    old = world.dynamo.get(USERS, {"userId": "max"})
    world.services.users.edit(people, "max", EditPerson.of(department="Law"))
    assert names(world, people, departments={"Law"}) == ["max"]
    world.store(USERS, old)
    world.ticks.pass_(EVERY)
    assert names(world, people, departments={"Law"}) == ["max"]


def test_who_vanished_from_the_store_is_gone_after_a_reload(world, people):
    names(world, people)
    world.clients.dynamodb.delete_item(TableName=world.settings.table("users"), Key={"userId": {"S": "zoe"}})
    world.ticks.pass_(EVERY)
    assert "zoe" in names(world, people)
    world.platform.memory.forget("acme")
    assert "zoe" not in names(world, people)


def test_what_nobody_asks_for_is_let_go(world, people):
    names(world, people)
    background = world.platform.memory.background
    world.ticks.pass_(IDLE - 1)
    background.catch_up()
    old = {"userId": "new", "updatedAt": "2026-01-01T00:00:00.000Z"}
    world.store(USERS, world.dynamo.get(USERS, {"userId": "max"}) | old)
    assert "new" not in names(world, people)
    world.ticks.pass_(IDLE)
    background.catch_up()
    assert "new" in names(world, people)


def test_who_cannot_be_read_is_counted_and_comes_back(world, people):
    item = world.dynamo.get(USERS, {"userId": "max"})
    world.store(USERS, {**item, "role": "emperor"})
    world.store(USERS, {**item, "userId": "odd", "createdAt": "yesterday"})
    world.store(USERS, {**item, "userId": "bare", "version": "many"})
    found = world.services.directory.search(people, UserFilter())
    assert {row.item["userId"] for row in found.unreadable} == {"max", "odd", "bare"}
    assert found.total == 4
    world.store(USERS, {**item, "updatedAt": iso(world.clock.now())})
    world.ticks.pass_(EVERY)
    found = world.services.directory.search(people, UserFilter(text="max"))
    assert ([user.user_id for user in found.items], len(found.unreadable)) == (["max"], 2)


def test_times_written_in_other_ways_are_read_too(world, people):
    item = world.dynamo.get(USERS, {"userId": "max"})
    moments = {"createdAt": "2026-11-21T08:00:00+02:00", "updatedAt": "2026-11-21 07:00:00"}
    world.store(USERS, {**item, **moments, "userId": "odd", "username": "odd"})
    (found,) = world.services.directory.search(people, UserFilter(text="odd")).items
    assert (iso(found.created_at), iso(found.updated_at)) == ("2026-11-21T06:00:00.000Z", "2026-11-21T07:00:00.000Z")


def test_pages_hold_each_match_once_in_order(world, people):
    search = partial(world.services.directory.search, people, UserFilter(), sort="name", size=2)
    pages = [search(page=page) for page in (1, 2, 3, 4, 0)]
    assert [[user.user_id for user in page.items] for page in pages] == [
        ["ann", "josé"],
        ["max", "root"],
        ["zoe"],
        ["zoe"],
        ["ann", "josé"],
    ]
    assert [page.page for page in pages] == [1, 2, 3, 3, 1]
    assert world.services.directory.matching(people, UserFilter(), sort="name") == ("ann", "josé", "max", "root", "zoe")


def test_counts_say_what_another_choice_would_leave(world, people):
    counts = world.services.directory.counts(people, UserFilter(roles=frozenset({Role.USER}), text="acme"))
    assert counts.roles == {Role.USER: 2, Role.ANALYST: 1, Role.MANAGER: 1, Role.ADMIN: 1}
    assert counts.statuses == {Status.ACTIVE: 1, Status.INACTIVE: 1}
    assert counts.departments == {"Design": 2}


def test_an_order_that_is_none_is_refused(world, people):
    with pytest.raises(InvalidInput) as refused:
        names(world, people, sort="secret")
    assert set(refused.value.fields) == {"sort"}


def test_a_load_that_failed_is_tried_again(world, people, monkeypatch):
    def unavailable(*_, **__):
        raise Unavailable("The data store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "column_pages", unavailable)
        assert not world.services.directory.progress(people).complete
        assert world.services.directory.matching(people, UserFilter()) is None
    world.platform.memory.background.catch_up()
    assert world.services.directory.progress(people).complete


def test_the_next_process_knows_how_many_there_are(world, people):
    world.services.users.edit(people, "max", EditPerson.of(department="Law"))
    assert world.services.directory.progress(people).of is None
    world.platform.memory.forget("acme")
    assert world.services.directory.progress(people).loaded == 5
    world.platform.memory.forget("acme")
    assert world.services.directory.progress(people).of == 5


def test_many_patches_leave_each_person_once(world, people, monkeypatch):
    monkeypatch.setattr("data.storage.column_store.MOST_APART", 5)
    for number in range(8):
        world.services.users.edit(people, "max", EditPerson.of(department=f"D{number}"))
        assert names(world, people, sort="name") == ["ann", "josé", "max", "root", "zoe"]
        assert names(world, people, departments={f"D{number}"}) == ["max"]
