"""The jump box as the server draws it: which pages, which people, and what it costs while it is shut."""

from dataclasses import replace

import pytest

from components.frame.command_palette import ASKED
from components.frame.navigation import MENU
from data.core.errors import Unavailable
from data.core.permissions import Role
from data.users.search import PeopleSearch
from tests.screens import given, rows, screen


def drawn(opened):
    """What the browser gets."""
    (box,) = [each for each in rows(opened, "jump") if each.proto.component_name == "operations_jump"]
    return given(box)


def asked(world, person, words):
    """The same after these words were typed."""
    opened = screen(world, person, "home")
    opened.session_state[ASKED] = words
    return drawn(opened.run())


@pytest.mark.parametrize(
    ("role", "files"),
    [
        (Role.USER, ["home", "settings"]),
        (Role.ANALYST, ["home", "users", "settings"]),
        (Role.MANAGER, ["home", "users", "settings"]),
        (Role.ADMIN, [each.file for screens in MENU.values() for each in screens if each.visibility == "visible"]),
    ],
)
def test_the_box_offers_the_pages_of_ones_role(world, role, files):
    assert [page["page"] for page in drawn(screen(world, world.person(role), "home"))["pages"]] == files


def test_people_are_found_by_parts_of_their_names(world):
    ann = world.person(Role.ADMIN)
    for name in ("maya", "mara", "tom"):
        world.person(Role.USER, name=name)
    world.person(Role.USER, name="max", status="inactive")
    world.person(Role.USER, org="globex", name="mark")
    found = asked(world, ann, "ma acme")
    assert [each["id"] for each in found["people"]] == ["mara", "max", "maya"]
    assert found["people"][1]["line"] == "max@acme.example · inactive"
    assert (found["asked"], found["note"], found["again"]) == ("ma acme", "3 people", False)


def test_an_answer_is_given_once(world):
    ann = world.person(Role.ADMIN)
    opened = screen(world, ann, "home")
    opened.session_state[ASKED] = "ann"
    assert "people" in drawn(opened.run())
    assert "people" not in drawn(opened.run())


def test_at_most_eight_people_are_shown(world):
    ann = world.person(Role.ADMIN)
    for number in range(9):
        world.person(Role.USER, name=f"tim{number}")
    found = asked(world, ann, "tim")
    assert len(found["people"]) == 8
    assert found["note"] == "The first 8 of 9 people. Type more of the name."


def test_analysts_find_people_without_their_addresses(world):
    world.person(Role.USER, name="maya", email="hidden@acme.example")
    ann = world.person(Role.ANALYST)
    assert [each["line"] for each in asked(world, ann, "maya")["people"]] == ["maya"]
    unseen = asked(world, ann, "hidden")
    assert (unseen["people"], unseen["note"]) == ([], "")


def test_users_find_nobody_whatever_they_send(world):
    world.person(Role.ADMIN, name="maya")
    found = asked(world, world.person(Role.USER), "maya")
    assert not found["looks"]
    assert found["people"] == []


def test_while_people_are_loaded_those_there_are_searched(world, monkeypatch):
    ann = world.person(Role.ADMIN)
    opened = screen(world, ann, "home")
    whole = PeopleSearch.find

    def in_part(self, *args, **kwargs):
        return replace(whole(self, *args, **kwargs), complete=False, loaded=1_204, expected_total=100_000)

    monkeypatch.setattr(PeopleSearch, "find", in_part)
    opened.session_state[ASKED] = "ann"
    found = drawn(opened.run())
    assert [each["id"] for each in found["people"]] == ["ann"]
    assert found["note"] == "1,204 of about 100,000 people are loaded so far, and looked among."
    assert found["again"]


def test_a_store_that_fails_is_said_in_the_box(world, monkeypatch):
    ann = world.person(Role.ADMIN)
    opened = screen(world, ann, "home")

    def fails(*_, **__):
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(PeopleSearch, "find", fails)
    opened.session_state[ASKED] = "ann"
    found = drawn(opened.run())
    assert (found["people"], found["note"]) == ([], "The store does not answer.")
    assert not opened.exception


def test_a_shut_box_asks_nothing_of_the_stores(world, monkeypatch):
    opened = screen(world, world.person(Role.ADMIN), "settings")  # by way of Home, which asks for its own
    asked_for = []
    monkeypatch.setattr(PeopleSearch, "find", lambda *_, **__: asked_for.append(1))
    assert drawn(opened.run())["looks"]
    assert asked_for == []
