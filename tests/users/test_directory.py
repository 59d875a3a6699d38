from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest

from data.core.clock import iso
from data.core.errors import InvalidInput, NotFound
from data.core.permissions import Role
from data.users.filters import UserFilter
from data.users.models import EditPerson, Status
from data.users.profile_table import PROFILES
from data.users.table import USERS

DEPARTMENTS = ("Design", "Sales", None)


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def directory(world):
    return world.services.directory


@pytest.fixture
def crowd(world):
    """130 people of every role, state and department, and as many of another organisation."""
    at = world.clock.now()
    for org in ("acme", "globex"):
        world.organisation(org)
        for number in range(130):
            role, moment = list(Role)[number % 4], iso(at + timedelta(seconds=number))
            item = {"userId": f"{org}-{number:03}", "orgId": org, "username": f"{org}-{number}", "version": 1}
            rights = {"role": role.value, "orgRole": f"{org}#{role}", "securityVersion": 1}
            state = {"status": "inactive" if number % 5 == 0 else "active", "createdAt": moment, "updatedAt": moment}
            place = {"department": DEPARTMENTS[number % 3]} if DEPARTMENTS[number % 3] else {}
            world.store(USERS, item | rights | state | place)
    return [item for item in world.items(USERS) if item["orgId"] == "acme"]


def paged(directory, actor, limit, **filters):
    """The ids of a whole list, page by page."""
    seen, cursor = [], None
    while True:
        page = directory.list_newest(
            actor, UserFilter(**{"status": Status.ACTIVE} | filters), cursor=cursor, limit=limit
        )
        assert len(page.items) <= limit
        seen += [user.user_id for user in page.items]
        if (cursor := page.next_cursor) is None:
            return seen


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        ({"status": None}, bool),
        ({}, lambda item: item["status"] == "active"),
        ({"status": Status.INACTIVE}, lambda item: item["status"] == "inactive"),
        ({"roles": {Role.ANALYST}}, lambda item: (item["role"], item["status"]) == ("analyst", "active")),
        ({"roles": {Role.USER, Role.ADMIN}, "status": None}, lambda item: item["role"] in ("user", "admin")),
        ({"departments": {"Design"}, "status": None}, lambda item: item.get("department") == "Design"),
        (
            {"departments": {"Design", "Sales"}, "roles": {Role.MANAGER}, "status": Status.INACTIVE},
            lambda item: (item["role"], item["status"]) == ("manager", "inactive") and "department" in item,
        ),
        ({"departments": {"Nowhere"}}, lambda item: item is None),
    ],
)
def test_pages_show_each_match_once_and_newest_first(directory, root, crowd, filters, keep):
    expected = [
        item["userId"] for item in sorted(crowd, key=lambda item: item["createdAt"], reverse=True) if keep(item)
    ]
    for limit in (7, 100):
        assert paged(directory, root, limit, **filters) == expected


@pytest.mark.usefixtures("crowd")
def test_few_wanted_rows_take_no_read_each(directory, root, monkeypatch, world):
    reads, query = [], type(world.dynamo).query

    def counted(self, *args, **options):
        reads.append(options)
        return query(self, *args, **options)

    monkeypatch.setattr(type(world.dynamo), "query", counted)
    page = directory.list_newest(root, UserFilter(status=Status.INACTIVE, departments={"Sales"}), limit=1)
    assert (len(page.items), len(reads)) == (1, 1)


def test_a_first_page_and_its_names_wait_for_two_answers(world, directory, root):
    for number in range(60):
        world.person(Role.USER, name=f"p{number:02}", managerId="root")
    asked, met, events = [], Barrier(2), world.clients.dynamodb.meta.events

    def noted(model, **_):
        asked.append(model.name)
        if model.name != "BatchGetItem":
            met.wait(30)  # the page of the index and what is read beside it: neither is asked for after the other

    events.register("before-call.dynamodb", noted)
    page = directory.list_newest(root, limit=50)
    directory.names(root, [user.manager_id for user in page.items])
    events.unregister("before-call.dynamodb", noted)
    assert len(page.items) == 50
    assert sorted(asked) == ["BatchGetItem", "GetItem", "Query"]


@pytest.mark.usefixtures("crowd")
def test_a_cursor_serves_its_own_list_and_reader_only(world, directory, root):
    cursor = directory.list_newest(root, limit=5).next_cursor
    other = world.person(Role.ADMIN, name="other")
    stranger = world.person(Role.ADMIN, org="globex", name="eve")
    for act in (
        lambda: directory.list_newest(other, cursor=cursor),
        lambda: directory.list_newest(stranger, cursor=cursor),
        lambda: directory.list_newest(root, UserFilter(), cursor=cursor),
        lambda: directory.list_newest(root, UserFilter(status=Status.ACTIVE, roles={Role.USER}), cursor=cursor),
        lambda: directory.list_newest(root, UserFilter(status=Status.ACTIVE, departments={"Design"}), cursor=cursor),
        lambda: directory.history(root, "root", cursor=cursor),
        lambda: directory.list_newest(root, cursor=cursor[:-2]),
        lambda: directory.list_newest(root, cursor="ü"),
        lambda: directory.list_newest(root, cursor=""),
    ):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert set(refused.value.fields) == {"cursor"}
    assert len(directory.list_newest(root, cursor=cursor, limit=5).items) == 5


def test_one_unreadable_person_does_not_take_lists_down(world, directory, root):
    world.person(name="ann")
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "ann"}), "role": "emperor"})
    page = directory.list_newest(root)
    assert [user.user_id for user in page.items] == ["root"]
    assert [(row.item["userId"], set(row.problems)) for row in page.unreadable] == [("ann", {"role"})]
    assert directory.figures(root).active == 1
    assert directory.managers(root) == page.items


def test_a_team_is_listed_although_some_cannot_be_read(world, directory):
    boss = world.person(Role.MANAGER, name="boss")
    for name in ("tim", "ann", "zoe"):
        world.person(Role.USER, name=name, managerId="boss")
        world.store(PROFILES, {**world.dynamo.get(PROFILES, {"profileId": name}), "managerId": "boss"})
    world.store(PROFILES, {**world.dynamo.get(PROFILES, {"profileId": "zoe"}), "version": "many"})
    world.store(PROFILES, {"profileId": "p-1", "userId": "nobody", "orgId": "acme", "managerId": "boss"})
    world.store(PROFILES, {"profileId": "p-2", "userId": "eve.globex", "orgId": "globex", "managerId": "boss"})
    page = directory.list_team(boss, "boss")
    assert [person.id for person in page.items] == ["ann", "tim"]
    assert page.next_cursor is None


def test_a_large_team_is_listed_page_by_page(world, directory, root):
    for number in range(12):
        world.person(Role.USER, name=f"p{number:02}", managerId="root")
        world.store(PROFILES, {**world.dynamo.get(PROFILES, {"profileId": f"p{number:02}"}), "managerId": "root"})
    seen, cursor = [], None
    while True:
        page = directory.list_team(root, "root", cursor=cursor, limit=5)
        seen += [person.id for person in page.items]
        if (cursor := page.next_cursor) is None:
            break
        with pytest.raises(InvalidInput):
            directory.list_team(world.person(Role.ADMIN, name=f"x{len(seen)}"), "root", cursor=cursor)
    assert Counter(seen) == Counter(f"p{number:02}" for number in range(12))


def test_figures_count_what_is_true_now(world, directory, root):
    now = world.clock.now()
    world.person(Role.ADMIN, name="idle", status="inactive")
    world.person(name="seen", lastSeenAt=iso(now - timedelta(hours=23)))
    world.person(name="away", lastSeenAt=iso(now - timedelta(hours=25)))
    world.person(name="old", createdAt=iso(now - timedelta(days=31)))
    world.person(Role.ADMIN, org="globex", name="eve")
    found = directory.figures(root)
    assert (found.active, found.inactive, found.admins) == (4, 1, 1)
    assert (found.seen_today, found.new_this_month, found.complete) == (1, 4, True)
    world.services.users.edit(root, "away", EditPerson.of(role="admin"))
    assert directory.figures(root).admins == 2


def test_effects_tell_who_is_left_without_a_manager(world, directory, root):
    world.person(Role.MANAGER, name="boss")
    world.services.users.edit(root, "boss", EditPerson.of(managerId="root"))
    assert directory.effects(root, "boss").reports == ()
    assert not directory.effects(root, "boss").last_admin
    found = directory.effects(root, "root")
    assert (found.reports, found.more_reports, found.last_admin) == (("boss",), False, True)


def test_names_are_of_ones_own_organisation_only(world, directory, root):
    world.person(Role.ADMIN, org="globex", name="eve")
    found = directory.names(root, ["root", "eve.globex", "nobody", None, ""])
    assert {user_id: user.name for user_id, user in found.items()} == {"root": "Root Acme"}


def test_addresses_are_found_however_they_are_written(world, directory, root):
    world.person(name="ann")
    assert directory.get_by_email(root, " ANN@Acme.Example ").id == "ann"
    for absent in ("ann", "nobody@acme.example", "@", "a" * 300 + "@acme.example"):
        with pytest.raises(NotFound):
            directory.get_by_email(root, absent)


def test_choosable_managers_are_active_and_in_order(world, directory, root):
    world.person(Role.MANAGER, name="max")
    world.person(Role.MANAGER, name="ann")
    world.person(Role.MANAGER, name="gone", status="inactive")
    world.person(Role.USER, name="tim")
    assert [user.user_id for user in directory.managers(root)] == ["ann", "max", "root"]
