"""Changing one's own password on Settings."""

import pytest

from data.core.errors import NotSignedIn
from data.core.permissions import Role
from tests.screens import click, screen, words

CHANGE = "Change password"
OLD, NEW = "correct horse battery", "seven quiet lighthouses"


def changed(world, person, current, new):
    """The screen after the change was sent."""
    opened = screen(world, person, "settings", section="password")
    for box, text in zip(opened.text_input, (current, new), strict=True):
        box.set_value(text)
    return click(opened, CHANGE)


def signs_in(world, person, password):
    try:
        world.services.sessions.sign_in(person.username, password, address="127.0.0.1")
    except NotSignedIn:
        return False
    return True


@pytest.mark.parametrize("role", list(Role))
def test_the_new_password_opens_and_the_old_does_not(world, role):
    ann = world.person(role, password=OLD)
    assert "Your password is changed." in words(changed(world, ann, OLD, NEW))
    assert not signs_in(world, ann, OLD)
    assert signs_in(world, ann, NEW)


def test_a_change_ends_other_sessions_and_keeps_this(world):
    ann = world.person(password=OLD)
    other = world.signed_in(ann)
    opened = changed(world, ann, OLD, NEW)
    with pytest.raises(NotSignedIn):
        world.services.sessions.actor(other["user_id"], other["session"])
    assert "Password" in words(opened.run())
    assert not opened.exception


@pytest.mark.parametrize(
    ("current", "new", "why"),
    [
        ("not mine", NEW, "This is not your present password."),
        (OLD, "short", "At least 10 characters."),
        (OLD, "password123", "Too many people use this one"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(world, current, new, why):
    ann = world.person(password=OLD)
    said = words(changed(world, ann, current, new))
    assert why in said
    assert "1 field needs a correction. Nothing was saved." in said
    assert signs_in(world, ann, OLD)


def test_passwords_leave_the_tab_with_the_change(world):
    ann = world.person(password=OLD)
    opened = changed(world, ann, OLD, NEW)
    assert [box.value for box in opened.text_input] == ["", ""]


def test_a_second_click_does_not_ask_again(world):
    ann = world.person(password=OLD)
    opened = click(changed(world, ann, OLD, NEW), CHANGE)
    changes = [item["action"] for item in world.trail(ann.user_id)].count("password_changed")
    assert changes == 1
    assert signs_in(world, ann, NEW)
    assert not opened.exception
