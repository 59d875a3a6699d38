"""The page of one person: what each role sees and does there."""

import pytest

from data.core.errors import NotSignedIn, Unavailable
from data.core.permissions import Permission, Role
from data.credentials.throttling import FREE
from data.storage.single_table import API_DASHBOARD
from data.users.models import EditPerson
from data.users.profile_table import PROFILES
from data.users.table import USERS
from tests.screens import all_given, box, choose_in_combo, click, combo, given, html_of, labels, rows, screen, words

pytestmark = pytest.mark.usefixtures("root", "tim")


def stored(world, root):
    return world.services.users.get_person_for(root, "tim", Permission.READ_USERS)


@pytest.mark.parametrize(
    ("who", "offered", "sees"),
    [
        ("root", {"Edit", "Deactivate…", "Sign out everywhere…", "New set-password link…"}, {"address", "trail"}),
        ("boss", {"Edit"}, {"address", "trail"}),
        ("other", set(), {"address"}),
        ("ana", set(), set()),
        ("tim", {"Edit"}, {"address"}),
    ],
)
def test_each_role_sees_and_does_what_it_may(world, request, who, offered, sees):
    others = {"boss": Role.MANAGER, "other": Role.MANAGER, "ana": Role.ANALYST}
    actor = world.person(others[who], name=who) if who in others else request.getfixturevalue(who)
    opened = screen(world, actor, "user", id="tim")
    acts = {"Edit", "Deactivate…", "Sign out everywhere…", "New set-password link…", "Reactivate"}
    assert labels(opened) & acts == offered
    assert "Tim Acme" in words(opened)
    assert ("tim@acme.example" in words(opened)) == ("address" in sees)
    assert ("Nothing has been recorded about this person yet." in words(opened)) == ("trail" in sees)


def test_a_user_sees_why_others_are_closed_to_them_and_has_a_way_out(world, tim):
    opened = screen(world, tim, "user", id="root")
    assert "This is not open to you" in words(opened)
    assert "root@acme.example" not in words(opened)
    assert ' href="/"' in html_of(opened).split("Go to Home")[0].rsplit("<a", 1)[1]


def test_people_of_others_are_not_here_like_absent_ones(world, root):
    world.person(Role.ADMIN, org="globex", name="eve")
    said = {
        user_id: words(screen(world, root, "user", id=user_id)).split("It is not here")[1].split("DynamoDB")[0]
        for user_id in ("eve.globex", "no-such-id")
    }
    assert said["eve.globex"][:40] == said["no-such-id"][:40]
    nonsense = words(screen(world, root, "user", id="a b\u20ac/../"))
    assert "It is not here" in nonsense
    assert "Go to Home" in nonsense


@pytest.mark.parametrize("failing", ["names", "get"])
def test_a_failing_store_is_told_in_place_of_the_person(world, root, monkeypatch, failing):
    opened = screen(world, root, "user", id="tim")

    def unavailable(*_, **__):
        raise Unavailable("The data store does not answer. Nothing was changed; try again.")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.services.directory), failing, unavailable)
        opened.run()
        assert not opened.exception
        assert "Not available at the moment" in words(opened)
    click(opened, "Try again")
    assert "Tim Acme" in words(opened)


def test_an_edit_is_saved_and_told(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    box(opened, "Job title").input("Engineer")
    click(opened, "Save changes")
    assert "Tim Acme is saved." in words(opened)
    assert "Root Acme edited the profile" in words(opened)
    assert (stored(world, root).profile.job_title, stored(world, root).version) == ("Engineer", 2)


@pytest.mark.parametrize(("department", "expected"), [("Sales", "Sales"), (" Robotics ", "Robotics"), ("", None)])
def test_a_department_is_chosen_among_those_there_are_or_typed(world, root, department, expected):
    world.person(Role.USER, name="ann", department="Sales")
    world.services.users.edit(root, "tim", EditPerson.of(department="Design"))
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    chooser = combo(opened, "Department")
    assert (chooser["value"], chooser["options"], chooser["none"]) == ("Design", ["Design", "Sales"], "No department")
    box(opened, "Location").input("Lisbon")
    click(opened, "Save changes")
    assert stored(world, root).user.department == "Design"
    click(opened, "Edit")
    choose_in_combo(opened, "Department", department)
    box(opened, "Phone").input("nonsense")
    click(opened, "Save changes")
    assert combo(opened, "Department")["value"] == department  # kept beside the error
    box(opened, "Phone").input("")
    click(opened, "Save changes")
    assert stored(world, root).user.department == expected


def test_each_refused_field_says_why_and_keeps_its_text(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    box(opened, "E-mail").input("root@acme.example")
    box(opened, "Location").input("Lisbon")
    click(opened, "Save changes")
    assert "Another person has this e-mail." in words(opened)
    assert "1 field needs a correction. Nothing was saved." in words(opened)
    assert (box(opened, "E-mail").value, box(opened, "Location").value) == ("root@acme.example", "Lisbon")
    assert stored(world, root).version == 1


@pytest.mark.parametrize(("stays", "expected"), [("mine", "Engineer"), ("theirs", "Clerk")])
def test_a_conflict_is_settled_field_by_field(world, root, stays, expected):
    opened = screen(world, root, "user", id="tim")
    ines = world.person(Role.ADMIN, name="ines")
    click(opened, "Edit")
    world.services.users.edit(ines, "tim", EditPerson.of(jobTitle="Clerk", phone="+44 1 2"))
    box(opened, "Job title").input("Engineer")
    box(opened, "Location").input("Lisbon")
    click(opened, "Save changes")
    assert "Ines Acme changed a field that you changed too, just now." in words(opened)
    assert "Choose which value to keep." not in words(opened)
    assert stored(world, root).profile.location is None
    click(opened, "Save changes")
    assert "Choose which value to keep." in words(opened)
    assert stored(world, root).version == 2
    choice = next(each for each in opened.button_group if "job_title" in str(each.key))
    choice.set_value(stays)
    click(opened, "Save changes")
    after = stored(world, root).profile
    assert (after.job_title, after.phone, after.location) == (expected, "+44 1 2", "Lisbon")


def test_a_conflict_with_oneself_in_another_window_says_so(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    world.services.users.edit(root, "tim", EditPerson.of(jobTitle="Clerk"))
    box(opened, "Job title").input("Engineer")
    click(opened, "Save changes")
    assert "You, elsewhere, changed a field that you changed too" in words(opened)


def test_a_conflict_of_departments_is_shown_with_both(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    world.services.users.edit(root, "tim", EditPerson.of(department="Sales"))
    choose_in_combo(opened, "Department", "Finance")
    click(opened, "Save changes")
    assert {"Sales", "Finance"} <= set(words(opened).split())
    next(each for each in opened.button_group if "department" in str(each.key)).set_value("mine")
    click(opened, "Save changes")
    assert stored(world, root).user.department == "Finance"


@pytest.fixture
def namesakes(world):
    """Two managers of one name."""
    return [world.person(Role.MANAGER, name=name, firstName="Alex").user_id for name in ("alex1", "alex2")]


def labelled(opened, label):
    return next(each for each in opened.selectbox if each.label == label)


@pytest.mark.parametrize(("stays", "expected"), [("mine", 0), ("theirs", 1)])
def test_a_conflict_of_two_namesakes_is_settled_as_chosen(world, root, namesakes, stays, expected):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Edit")
    world.services.users.edit(root, "tim", EditPerson.of(managerId=namesakes[1]))
    labelled(opened, "Manager").set_value(namesakes[0])
    click(opened, "Save changes")
    next(each for each in opened.button_group if "manager_id" in str(each.key)).set_value(stays)
    click(opened, "Save changes")
    assert stored(world, root).user.manager_id == namesakes[expected]


def test_namesakes_are_told_apart_where_one_is_chosen(world, root, namesakes):
    for name in namesakes:
        world.services.users.edit(root, "tim", EditPerson.of(managerId=name))
        opened = screen(world, root, "user", id="tim")
        click(opened, "Edit")
        assert {"Alex Acme (alex1)", "Alex Acme (alex2)", "Root Acme"} <= set(labelled(opened, "Manager").options)
        box(opened, "Location").input(f"At {name}")
        click(opened, "Save changes")
        assert (stored(world, root).user.manager_id, stored(world, root).profile.location) == (name, f"At {name}")


def test_a_new_link_is_shown_once_and_works(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "New set-password link…")
    click(opened, "Make the link")
    link = next(given(each)["text"] for each in rows(opened, "copy_"))
    assert world.services.sessions.set_password(link.partition("#")[2], "a password of tim").user_id == "tim"
    click(opened, "Done")
    assert not rows(opened, "copy_")


def test_signing_out_everywhere_ends_what_is_open(world, root, tim):
    for _ in range(2):
        world.opened(tim)
    opened = screen(world, root, "user", id="tim")
    click(opened, "Sign out everywhere…")
    assert "2 open sessions end at their next click" in words(opened)
    click(opened, "Sign out everywhere")
    assert "Tim Acme is signed out everywhere." in words(opened)
    assert world.services.sessions.list_of(root, "tim") == ()
    click(opened, "Sign out everywhere…")
    assert "They are signed in nowhere just now" in words(opened)


def test_a_delayed_sign_in_is_said_with_what_lifts_it(world, root, tim):
    assert "is delayed" not in words(screen(world, root, "user", id="tim"))
    for _ in range(FREE):
        with pytest.raises(NotSignedIn):
            world.services.sessions.sign_in("tim@acme.example", "wrong", address="192.0.2.1")
    opened = screen(world, root, "user", id="tim")
    assert f"Their next sign-in is delayed, after {FREE} tries that failed." in words(opened)
    assert "is delayed" not in words(screen(world, tim, "user", id="tim"))
    click(opened, "Lift the delay on signing in")
    assert "is delayed" not in words(opened)


def test_admins_look_at_what_is_stored(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Raw item")
    said = words(opened)
    assert "Table pre-work-profiles-dev profileId tim" in said
    assert "Sign-in record" in said
    assert opened.query_params["raw"] == "1"


def test_a_link_opens_what_is_stored(world, root):
    said = words(screen(world, root, "user", id="tim", raw="1"))
    assert "Table pre-work-users-dev userId tim Version 1" in said


def views(world):
    return [record["userId"] for record in world.trail("tim") if record["action"] == "raw_item_viewed"]


def test_an_open_raw_item_is_recorded_once_however_often_the_page_runs(world, root):
    opened = screen(world, root, "user", id="tim")
    assert views(world) == []
    click(opened, "Raw item")
    for _ in range(3):
        opened.run()
    assert "Sign-in record" in words(opened)
    assert views(world) == ["root"]
    del opened.query_params["raw"]
    opened.run()
    click(opened, "Raw item")
    assert views(world) == ["root", "root"]
    assert "Root Acme looked at the stored items" in words(screen(world, root, "user", id="tim"))


def test_no_secret_is_among_what_is_stored(world, root):
    world.person(Role.USER, name="sam", password="the password of sam")
    hashed = world.dynamo.get(API_DASHBOARD, {"PK": "USER#sam", "SK": "PROFILE"})["password"]
    opened = screen(world, root, "user", id="sam", raw="1")
    sent = words(opened) + all_given(opened)
    assert "password S [hidden]" in sent
    assert hashed not in sent
    assert hashed.rpartition("$")[2] not in sent


@pytest.mark.parametrize("who", ["boss", "tim"])
def test_others_are_offered_nothing_of_what_is_stored(world, tim, who):
    actor = world.person(Role.MANAGER, name="boss") if who == "boss" else tim
    opened = screen(world, actor, "user", id="tim", raw="1")
    assert "Raw item" not in labels(opened)
    assert "Your role" in words(opened)
    assert "pre-work-users-dev" not in words(opened)


def test_a_person_who_cannot_be_read_is_looked_at_raw(world, root):
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "tim"}), "role": "king"})
    opened = screen(world, root, "user", id="tim")
    assert "Something is wrong on our side" in words(opened)
    click(opened, "Raw item")
    assert "role S king" in words(opened)


def test_a_person_stands_among_those_above_and_below(world, root):
    world.person(Role.MANAGER, name="boss", managerId="root")
    profile = world.dynamo.get(PROFILES, {"profileId": "tim"})
    world.store(PROFILES, {**profile, "managerId": "boss"})
    opened = screen(world, root, "user", id="boss")
    assert "Team 1 person reports to them All in Users Root Acme Boss Acme" in words(opened)
    assert 'href="users?users_manager=boss&amp;users_status=all"' in html_of(opened)
    (team,) = rows(opened, "user_team")
    assert [row["cells"]["name"]["name"] for row in given(team)["rows"]] == ["Tim Acme"]
    assert "Team nobody reports to them Root Acme Boss Acme Tim Acme" in words(screen(world, root, "user", id="tim"))


def test_users_see_no_team_of_theirs(world, tim):
    assert "reports to them" not in words(screen(world, tim, "user"))


def test_an_admin_who_steps_down_on_their_own_page_is_asked_to_sign_in_again(world, root):
    world.person(Role.ADMIN, name="ada")
    opened = screen(world, root, "user", id="root")
    click(opened, "Edit")
    labelled(opened, "Role").set_value("analyst")
    click(opened, "Save changes")
    assert world.services.users.find("root").role is Role.ANALYST
    assert "Your session has ended Sign in again to go on. What was saved is safe." in words(opened)
    assert "/sign-in?next=" in html_of(opened)


def test_a_promotion_asks_a_browser_that_is_signed_in_to_sign_in_again(world, root, tim):
    opened = screen(world, tim, "home")
    world.services.users.edit(root, "tim", EditPerson.of(role="manager"))
    opened.run()
    assert "Your session has ended" in words(opened)
    assert "Tim Acme" in words(screen(world, tim, "user", id="tim"))
