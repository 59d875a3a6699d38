"""The page Home: true figures and what happened, as far as one may see it."""

import re
from html import unescape

import pytest

from components.audit import activity_feed as audit_activity_feed
from data.core.errors import Unavailable
from data.core.logs import correlation_id
from data.core.permissions import Role
from data.users.models import EditPerson
from tests.screens import click, screen, words


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


def test_admins_see_figures_and_everybodys_events(world, root):
    world.person(Role.USER, name="tim")
    world.person(Role.USER, name="gone", status="inactive")
    world.person(Role.ADMIN, org="globex", name="eve")
    world.services.users.edit(root, "tim", EditPerson.of(jobTitle="Engineer"))
    said = words(screen(world, root, "home"))
    assert "Active people 2" in said
    assert "Inactive 1" in said
    assert "Admins 1" in said
    assert "Root Acme edited the profile of Tim Acme" in said
    assert "Home Acme" in said


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER])
def test_others_see_figures_and_their_own_events(world, root, role):
    ann = world.person(role)
    world.services.users.edit(root, "ann", EditPerson.of(jobTitle="Engineer"))
    world.services.users.edit(ann, "ann", EditPerson.of(bio="Hello."))
    said = words(screen(world, ann, "home"))
    assert "Active people 2" in said
    assert "Your latest events" in said
    assert "Ann Acme edited the profile" in said
    assert "Root Acme" not in said


def test_users_see_their_own_events_and_no_figures(world):
    said = words(screen(world, world.person(Role.USER), "home"))
    assert "Active people" not in said
    assert "Nothing has happened yet" in said


def unavailable(*_, **__):
    raise Unavailable("The data store does not answer. Nothing was changed; try again.")


def test_figures_are_shown_although_a_name_is_not_read(world, root, monkeypatch):
    opened = screen(world, root, "home")
    monkeypatch.setattr(type(world.services.organisations), "get", unavailable)
    opened.run()
    assert not opened.exception
    assert "Active people 1" in words(opened)


def test_a_failing_store_is_told_in_its_place(world, root, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "query", unavailable)
        opened = screen(world, root, "home")
        assert "Not available at the moment" in words(opened)
    click(opened, "Try again")
    assert "Active people 1" in words(opened)


def rowed(opened):
    """The addresses of the rows of what needs attention, and of the key figures."""
    html = " ".join(element.proto.body for element in opened.get("html"))
    return re.findall(r'<a href="([^"]*)"[^>]*class="(?:att|fig)"', unescape(html))


def test_admins_are_led_to_where_a_matter_is_put_right(world, root):
    world.person(Role.USER, name="new", managerId="gone")
    world.person(Role.ADMIN, name="gone", status="inactive")
    screen(world, root, "home")  # the first visit begins to load
    opened = screen(world, root, "home")
    said = words(opened)
    assert "Only one admin is left" in said
    assert "1 person without an active manager New Acme" in said
    assert "2 people never signed in 2 chose no password yet; 2 set-password links still work." in said
    assert "Your profile is not complete Missing: phone, location, time zone." in said
    assert {"users?users_kind=without-manager", "users?users_kind=never-here"} <= set(rowed(opened))
    assert {"users?users_kind=seen-today", "users?users_kind=new&users_status=all"} <= set(rowed(opened))


def test_managers_are_led_to_those_below_them(world):
    ann = world.person(Role.MANAGER, managerId="root")
    world.person(Role.USER, name="mine", managerId="ann")
    world.person(Role.USER, name="other", managerId="root")
    screen(world, ann, "home")
    opened = screen(world, ann, "home")
    assert "1 person below you never signed in" in words(opened)
    assert "users?users_kind=never-here&users_below=ann" in rowed(opened)
    assert "Only one admin is left" not in words(opened)


def test_users_see_their_manager_and_where_they_are_signed_in(world):
    said = words(screen(world, world.person(Role.USER, managerId="root"), "home"))
    assert "Manager Root Acme" in said
    assert "Signed in 1 session, used now" in said
    assert "You have no password here" in said


def test_where_all_is_well_it_says_what_was_looked_at(world):
    tim = world.person(Role.USER, name="tim", password="quiet lighthouse ferry")
    world.services.users.edit(tim, "tim", EditPerson.of(phone="+44 20", location="Here", timezone="UTC"))
    assert "All is well Looked at: your own account." in words(screen(world, tim, "home"))


def test_what_is_done_again_and_again_stands_once(world, root):
    for number in range(3):
        world.services.users.edit(root, "root", EditPerson.of(bio=f"Version {number}."))
    for name in ("tim", "una"):
        world.person(Role.USER, name=name)
        world.services.sessions.sign_in_verified(f"{name}@acme.example", address="192.0.2.1")
    opened = screen(world, root, "home")
    said = words(opened)
    assert "Root Acme edited the profile 3 times" in said
    assert "Una Acme and 1 other signed in" in said
    html = unescape(" ".join(element.proto.body for element in opened.get("html")))
    assert "audit?audit_action=profile_updated&audit_actor=root" in html
    assert 'href="audit?audit_action=signed_in"' in html


def test_what_is_done_to_many_at_once_stands_once(world, root):
    for name in ("tim", "una", "zoe"):
        world.person(Role.USER, name=name)
    mark = correlation_id.set("4be1c6")
    for name in ("tim", "una", "zoe"):
        world.services.users.edit(root, name, EditPerson.of(department="Harbour"))
    correlation_id.reset(mark)
    opened = screen(world, root, "home")
    assert "Root Acme edited the profile of Zoe Acme and 2 others" in words(opened)
    (line,) = audit_activity_feed.lines(world.services.audit.list_newest(root, limit=2).items, 9, cut=True)
    assert (line.more, line.least) == (1, True)
    html = unescape(" ".join(element.proto.body for element in opened.get("html")))
    assert 'href="audit?audit_actor=root&audit_reference=4be1c6' in html


def test_while_people_are_loading_it_says_so(world, root, monkeypatch):
    monkeypatch.setattr(world.platform.memory.background, "start", lambda *_, **__: None)
    said = words(screen(world, root, "home"))
    assert "0 people loaded. What needs attention among them is said when all are." in said
    assert "All is well" not in said
