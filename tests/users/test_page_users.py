"""The page Users: who is listed to whom, filters in the address, a new person."""

from contextlib import nullcontext

import pytest

from data.core.clock import iso
from data.core.errors import Unavailable
from data.core.permissions import Role
from data.storage.consistency import BRIEF
from data.storage.projection import Projection
from data.users.models import EditPerson
from data.users.table import USERS
from tests.screens import box, button, choose_in_combo, combo, given, rows, screen, words


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


def listed(opened):
    """The cells of the table, row by row."""
    tables = rows(opened, "users_table")
    return {row["id"]: row["cells"] for row in given(tables[0])["rows"]} if tables else {}


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER, Role.ADMIN])
def test_the_page_lists_ones_own_active_people(world, role):
    world.person(Role.USER, name="tim", department="Design", managerId="root")
    world.person(Role.USER, name="gone", status="inactive")
    world.person(Role.ADMIN, org="globex", name="eve")
    opened = screen(world, world.person(role), "users")
    assert set(listed(opened)) == {"root", "tim", "ann"}
    assert (listed(opened)["tim"]["department"], listed(opened)["tim"]["manager"]) == ("Design", "Root Acme")
    assert "3 people" in words(opened)


def test_users_are_not_offered_the_list(world):
    said = words(screen(world, world.person(Role.USER), "users"))
    assert "This is not open to you" in said


@pytest.mark.parametrize("role", Role)
def test_only_admins_are_offered_to_add_people(world, role):
    if role is Role.USER:
        return
    opened = screen(world, world.person(role), "users")
    assert ("Add person…" in [each.label for each in opened.button]) == (role is Role.ADMIN)


@pytest.mark.parametrize(("role", "line"), [(Role.ANALYST, "root"), (Role.MANAGER, "root@acme.example")])
def test_only_those_who_may_see_addresses(world, role, line):
    opened = screen(world, world.person(role), "users")
    assert listed(opened)["root"]["name"]["line"] == line
    assert opened.text_input[0].placeholder == "Search people"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"users_status": "inactive"}, {"gone"}),
        ({"users_status": "all"}, {"root", "tim", "max", "gone"}),
        ({"users_role": "manager"}, {"max"}),
        ({"users_role": ["manager", "user"]}, {"max", "tim"}),
        ({"users_department": "Design"}, {"tim"}),
        ({"users_q": "acme max"}, {"max"}),
        ({"users_q": "tim@ACME"}, {"tim"}),
        ({"users_manager": "root", "users_status": "all"}, {"tim", "gone"}),
        ({"users_manager": "nobody-here"}, set()),
        ({"users_absent": "90"}, {"max", "tim"}),
        ({"users_absent": "30", "users_manager": "root"}, {"tim"}),
        ({"users_absent": "7"}, {"root", "tim", "max"}),
        ({"users_status": "nonsense", "users_role": "emperor"}, {"root", "tim", "max"}),
    ],
)
@pytest.mark.parametrize("loaded", [True, False])
def test_a_link_shows_what_its_filters_say(world, root, monkeypatch, query, found, loaded):  # noqa: PLR0917
    fresh, long_ago = "2026-11-20T09:00:00.000Z", "2026-07-01T09:00:00.000Z"
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "root"}), "lastSeenAt": fresh})
    world.person(Role.USER, name="tim", department="Design", managerId="root", lastSeenAt=long_ago)
    world.person(Role.MANAGER, name="max")
    world.person(Role.USER, name="gone", status="inactive", managerId="root", lastSeenAt=fresh)
    if not loaded:
        monkeypatch.setattr(Projection, "_read_all", lambda *_: None)
    opened = screen(world, root, "users", **query)
    assert set(listed(opened)) == found
    again = screen(world, root, "users", **{name: opened.query_params[name] for name in query})
    assert list(listed(again)) == list(listed(opened))


def test_filters_are_written_into_the_address(world, root):
    world.person(Role.MANAGER, name="max")
    opened = screen(world, root, "users")
    opened.multiselect(key="users_role").select("manager").run()
    box(opened, "Search").input("max").run()
    assert opened.query_params["users_role"] == "manager"
    assert opened.query_params["users_q"] == "max"
    assert set(listed(opened)) == {"max"}
    button(opened, "Role is Manager").click().run()
    assert "users_role" not in opened.query_params


@pytest.mark.parametrize("role", list(Role)[1:])
def test_a_page_of_text_pasted_into_the_search_is_searched_for(world, role):
    opened = screen(world, world.person(role, name="ann"), "users", users_q="lorem ipsum " * 100)
    assert "No users match" in words(opened)
    assert len(box(opened, "Search").value) == 200


def test_manager_and_absence_are_chips_that_can_be_removed(world, root):
    world.person(Role.USER, name="tim", managerId="root")
    opened = screen(world, root, "users", users_manager="root", users_absent="30")
    assert {"Manager is Root Acme", "Not seen for is 30 days"} <= {each.label for each in opened.button}
    button(opened, "Manager is Root Acme").click().run()
    assert "users_manager" not in opened.query_params
    assert set(listed(opened)) == {"root", "tim"}


@pytest.mark.parametrize("name", ["alex1", "alex2", "alex3"])
def test_a_manager_is_the_one_chosen_among_namesakes(world, root, monkeypatch, name):
    monkeypatch.setattr("components.kit.filters.more", lambda: nullcontext(enter_result=True))
    for each, status in (("alex1", "active"), ("alex2", "active"), ("alex3", "inactive")):
        world.person(Role.MANAGER, name=each, firstName="Alex", status=status)
        world.person(Role.USER, name=f"of-{each}", managerId=each)
    opened = screen(world, root, "users", users_manager=name)
    opened.run()
    assert set(listed(opened)) == {f"of-{name}"}
    manager = next(each for each in opened.selectbox if each.label == "Manager")
    assert manager.value == name
    assert f"Alex Acme ({name})" in manager.options


def test_each_choice_says_how_many_it_would_leave(world, root):
    world.person(Role.USER, name="tim", department="Design")
    world.person(Role.USER, name="zoe", department="Design")
    world.person(Role.MANAGER, name="max", department="Sales")
    opened = screen(world, root, "users")
    assert opened.multiselect(key="users_department").options == ["Design 2", "Sales 1"]
    opened.multiselect(key="users_role").select("manager").run()
    assert opened.multiselect(key="users_department").options == ["Design 0", "Sales 1"]
    opened.multiselect(key="users_department").select("Sales").run()
    assert set(listed(opened)) == {"max"}
    assert opened.multiselect(key="users_role").value == ["manager"]


def test_the_order_is_that_of_the_address(world, root):
    world.person(Role.USER, name="zoe")
    world.person(Role.USER, name="bob")
    assert list(listed(screen(world, root, "users", users_sort="name"))) == ["bob", "root", "zoe"]
    assert list(listed(screen(world, root, "users", users_sort="-name"))) == ["zoe", "root", "bob"]
    assert list(listed(screen(world, root, "users", users_sort="secret"))) == ["bob", "zoe", "root"]


def test_an_empty_list_says_why_and_offers_the_way_out(world, root):
    opened = screen(world, root, "users", users_q="nobody like this")
    assert "No users match the search" in words(opened)
    opened = screen(world, root, "users", users_role="analyst")
    assert "No users match the filters The filters are: active, analyst." in words(opened)
    button(opened, "Clear search and filters").click().run()
    assert set(listed(opened)) == {"root"}


def unavailable(*_, **__):
    raise Unavailable("The data store does not answer. Nothing was changed; try again.")


@pytest.fixture
def unloaded(monkeypatch):
    """People never come to be loaded all; lists are read page by page."""
    monkeypatch.setattr(Projection, "_read_all", lambda *_: None)


@pytest.mark.usefixtures("unloaded")
def test_a_failing_store_is_told_and_can_be_tried_again(world, root, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "query", unavailable)
        opened = screen(world, root, "users")
        assert "Not available at the moment" in words(opened)
    button(opened, "Try again").click().run()
    assert set(listed(opened)) == {"root"}


def test_a_store_that_stops_answering_leaves_the_last_known(world, root, monkeypatch):
    world.person(Role.USER, name="tim")
    opened = screen(world, root, "users")
    world.services.users.edit(root, "tim", EditPerson.of(department="Design"))
    with monkeypatch.context() as patch:
        patch.setattr("data.storage.projection.items_of", unavailable)
        opened.run()
        assert set(listed(opened)) == {"root", "tim"}
        assert "These are the last known values." in words(opened)
    world.ticks.pass_(BRIEF)
    opened.run()
    assert "when it last did" not in words(opened)
    assert listed(opened)["tim"]["department"] == "Design"


@pytest.fixture
def crowd(world):
    """60 more people, p00 the oldest."""
    for number in range(60):
        world.store(
            USERS,
            {
                **world.dynamo.get(USERS, {"userId": "root"}),
                "userId": f"p{number:02}",
                "firstName": f"P{number:02}",
                "createdAt": f"2026-11-21T08:00:{number:02}.000Z",
            },
        )


@pytest.mark.usefixtures("crowd", "unloaded")
def test_the_rest_is_loaded_by_a_button(world, root):
    opened = screen(world, root, "users")
    assert (len(listed(opened)), "50 loaded, more below" in words(opened)) == (50, True)
    assert "0 loaded for search, searching what is there." in words(opened)
    button(opened, "Load 50 more").click().run()
    assert (len(listed(opened)), "61 people" in words(opened)) == (61, True)
    assert "Load 50 more" not in [each.label for each in opened.button]


@pytest.mark.usefixtures("crowd")
def test_a_link_shows_its_page_of_all_in_order(world, root):
    opened = screen(world, root, "users", users_page="3", users_size="25", users_sort="name", users_q="acme")
    assert list(listed(opened)) == [*(f"p{number:02}" for number in range(50, 60)), "root"]
    assert "61 people match · 51 to 61" in words(opened)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(("page", "first"), [("1", "root"), ("2", "p10"), ("9", "p10"), ("0", "root"), ("x", "root")])
def test_a_page_that_is_none_shows_the_nearest(world, root, page, first):
    assert next(iter(listed(screen(world, root, "users", users_page=page)))) == first


@pytest.mark.usefixtures("crowd")
def test_another_filter_begins_at_the_first_page(world, root):
    opened = screen(world, root, "users", users_page="2")
    assert len(listed(opened)) == 11
    box(opened, "Search").input("p0").run()
    assert "users_page" not in opened.query_params
    assert (len(listed(opened)), "10 people match" in words(opened)) == (10, True)


def test_a_person_who_cannot_be_read_is_counted(world, root):
    world.person(name="ann")
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "ann"}), "role": "emperor"})
    assert "1 person could not be read" in words(screen(world, root, "users"))


def test_a_new_person_gets_a_link_shown_once(world, root):
    world.person(Role.USER, name="ann", department="Harbour")
    opened = screen(world, root, "users")
    button(opened, "Add person…").click().run()
    box(opened, "E-mail").input("nora@acme.example")
    box(opened, "Username").input("nora")
    box(opened, "First name").input("Nora")
    assert combo(opened, "Department")["options"] == ["Harbour"]
    choose_in_combo(opened, "Department", "Harbour")
    button(opened, "Add person").click().run()
    link = next(given(each)["text"] for each in rows(opened, "copy_"))
    assert "Nora can sign in after choosing a password." in words(opened)
    world.services.sessions.set_password(link.partition("#")[2], "a password of nora")
    assert [row["department"] for row in listed(opened).values() if row["name"]["name"] == "Nora"] == ["Harbour"]
    button(opened, "Done").click().run()
    assert not rows(opened, "copy_")
    assert "new_person/made" not in opened.session_state


def test_a_new_person_is_opened_from_where_their_link_is_shown(world, root):
    opened = screen(world, root, "users")
    button(opened, "Add person…").click().run()
    box(opened, "E-mail").input("nora@acme.example")
    box(opened, "Username").input("nora")
    button(opened, "Add person").click().run()
    button(opened, "Open nora").click().run()
    assert not opened.exception
    assert "nora@acme.example" in words(opened)
    assert "new_person/made" not in opened.session_state


def test_a_refused_person_keeps_what_was_typed(world, root):
    opened = screen(world, root, "users")
    button(opened, "Add person…").click().run()
    box(opened, "E-mail").input("root@acme.example")
    box(opened, "Username").input("nora")
    button(opened, "Add person").click().run()
    assert "Another person has this e-mail." in words(opened)
    assert box(opened, "Username").value == "nora"
    assert len(world.items(USERS)) == 1


def test_all_that_is_wrong_with_a_new_person_is_said_at_once(world, root):
    opened = screen(world, root, "users")
    button(opened, "Add person…").click().run()
    assert words(opened).count("Required.") == 2
    box(opened, "E-mail").input("root@acme.example")
    box(opened, "Username").input("Nora!")
    button(opened, "Add person").click().run()
    said = words(opened)
    assert "Another person has this e-mail." in said
    assert "the first is a letter or a digit." in said
    assert "2 fields need a correction. Nothing was saved." in said


@pytest.mark.parametrize("loaded", [False, True])
def test_a_kind_from_home_is_a_filter_with_a_chip(world, root, loaded):
    world.person(Role.USER, name="new", managerId="root")
    world.person(Role.USER, name="here", lastSeenAt=iso(world.clock.now()))
    if loaded:
        world.services.directory.progress(root)
    opened = screen(world, root, "users", users_kind="never-here", users_below="root")
    assert list(listed(opened)) == ["new"]
    chips = {each.label: each for each in opened.button if each.key.startswith("chip_")}
    assert set(chips) == {"Never signed in", "Below Root Acme"}
    assert "Export CSV" in {each.label for each in opened.button}
    chips["Below Root Acme"].click().run()
    chip = button(opened, "Never signed in")
    chip.click().run()
    assert "here" in listed(opened)


def test_a_kind_that_nobody_is_of_says_so(world, root):
    said = words(screen(world, root, "users", users_kind="idle-rights"))
    assert "The filters are: Admin or manager, not here for 90 days, active." in said
    assert "No users match the filters" in said
    assert "1 person" in words(screen(world, root, "users", users_kind="no-such-kind"))
