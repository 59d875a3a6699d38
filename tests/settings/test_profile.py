"""One's own profile, as it is edited on Settings."""

import pytest

from components.kit import feedback
from data.core.errors import Unavailable
from data.core.permissions import Permission, Role
from data.users.models import EditPerson
from data.users.service import UserService
from tests.screens import box, click, screen, words


def labels(opened):
    return {each.label for each in [*opened.text_input, *opened.text_area, *opened.selectbox]}


def stored(world, person):
    return world.services.users.get_person_for(person, person.user_id, Permission.EDIT_PROFILES)


def edit_elsewhere(world, person, **values):
    world.services.users.edit(person, person.user_id, EditPerson.of(**values))


@pytest.mark.parametrize("role", list(Role))
def test_everybody_edits_what_colleagues_see_of_them(world, role):
    ann = world.person(role)
    opened = screen(world, ann, "settings")
    box(opened, "Location").set_value("Leith")
    assert "Your profile is saved." in words(click(opened, "Save changes"))
    assert stored(world, ann).profile.location == "Leith"


def test_a_page_drawn_again_at_once_still_says_what_went_well(world, monkeypatch):
    """As by the second click of a double one."""
    opened = screen(world, world.person(), "settings")
    box(opened, "Location").set_value("Leith")
    monkeypatch.setattr(feedback, "LATE", 3600.0)
    click(opened, "Save changes")
    assert "Your profile is saved." in words(opened.run())
    monkeypatch.setattr(feedback, "LATE", 0.0)
    assert "Your profile is saved." not in words(opened.run())


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_only_admins_are_offered_their_own_position(world, role):
    assert "Job title" not in labels(screen(world, world.person(role), "settings"))
    assert "Job title" in labels(screen(world, world.person(Role.ADMIN, name="ada"), "settings"))


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST])
def test_what_others_set_is_shown_to_read(world, role):
    boss = world.person(Role.MANAGER, name="boss")
    ann = world.person(role, department="Trust", managerId=boss.user_id)
    said = words(screen(world, ann, "settings"))
    assert "Department Trust" in said
    assert "Manager Boss Acme" in said


def test_each_refused_field_says_why_beside_it(world):
    ann = world.person()
    opened = screen(world, ann, "settings")
    box(opened, "First name").set_value("A" * 81)
    box(opened, "Phone").set_value("ask me")
    said = words(click(opened, "Save changes"))
    assert "At most 80 characters." in said
    assert "2 fields need a correction. Nothing was saved." in said
    assert stored(world, ann).profile.first_name == "Ann"
    assert box(opened, "First name").value == "A" * 81


def test_fields_that_others_changed_are_merged(world):
    ann = world.person()
    opened = screen(world, ann, "settings")
    edit_elsewhere(world, ann, phone="+44 131 496 0001")
    box(opened, "Location").set_value("Leith")
    click(opened, "Save changes")
    profile = stored(world, ann).profile
    assert (profile.phone, profile.location) == ("+44 131 496 0001", "Leith")


@pytest.mark.parametrize(("choice", "left"), [("mine", "Leith"), ("theirs", "Porto")])
def test_a_conflict_is_settled_field_by_field(world, choice, left):
    ann = world.person()
    opened = screen(world, ann, "settings")
    edit_elsewhere(world, ann, location="Porto")
    box(opened, "Location").set_value("Leith")
    box(opened, "About").set_value("Sails.")
    click(opened, "Save changes")
    assert "Theirs Porto Yours Leith" in words(opened)
    assert stored(world, ann).profile.bio is None
    opened.button_group[-1].set_value(choice)
    click(opened, "Save changes")
    profile = stored(world, ann).profile
    assert (profile.location, profile.bio) == (left, "Sails.")


def test_a_conflict_without_a_decision_saves_nothing(world):
    ann = world.person(Role.USER)
    opened = screen(world, ann, "settings")
    edit_elsewhere(world, ann, location="Porto")
    box(opened, "Location").set_value("Leith")
    click(click(opened, "Save changes"), "Save changes")
    assert "Somebody else changed a field" in words(opened)
    assert "Choose which value to keep." in words(opened)
    assert stored(world, ann).profile.location == "Porto"
    assert box(opened, "Location").value == "Leith"


def test_discard_brings_back_what_is_stored(world):
    ann = world.person()
    opened = screen(world, ann, "settings")
    box(opened, "First name").set_value("Nobody")
    assert box(click(opened, "Discard"), "First name").value == "Ann"


def test_saving_twice_leaves_one_audit_record(world):
    ann = world.person()
    opened = screen(world, ann, "settings")
    box(opened, "Location").set_value("Leith")
    click(click(opened, "Save changes"), "Save changes")
    assert [item["action"] for item in world.trail(ann.user_id)] == ["profile_updated"]


@pytest.mark.parametrize(
    ("section", "shown"), [("password", "Present password"), ("nonsense", "First name"), ("", "First name")]
)
def test_each_section_has_a_link_of_its_own(world, section, shown):
    assert shown in labels(screen(world, world.person(), "settings", section=section))


def test_names_that_are_markup_are_shown_as_written(world):
    ann = world.person(firstName="<b>A</b>", lastName="*x* :smile:")
    assert "Settings <b>A</b> *x* :smile:" in words(screen(world, ann, "settings"))


def test_what_cannot_be_read_is_said_under_the_head(world, monkeypatch):
    def fails(*_, **__):
        raise Unavailable("DynamoDB does not answer.")

    opened = screen(world, world.person(), "settings")
    monkeypatch.setattr(UserService, "get_person_for", fails)
    said = words(opened.run())
    assert "Settings Ann Acme" in said
    assert "Not available at the moment" in said
