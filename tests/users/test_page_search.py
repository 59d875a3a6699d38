"""The search on Users: what it found, among whom, and the way to what the filters hide."""

import pytest

from data.core.permissions import Role
from tests.screens import button, labels, screen, words
from tests.users.test_page_users import listed


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


def test_somebody_hidden_by_the_filters_is_not_said_to_be_nobody(world, root):
    world.person(Role.USER, name="salma", status="inactive")
    said = words(screen(world, root, "users", users_q="salma"))
    assert "No active user has “salma” in name, username, department or e-mail." in said
    assert "Without the filters, 1 person does." in said
    assert "None of the" not in said


def test_more_filters_than_one_are_named(world, root):
    world.person(Role.USER, name="salma", status="inactive")
    world.person(Role.USER, name="salma2")
    said = words(screen(world, root, "users", users_q="salma", users_role="analyst"))
    assert "No user who matches the filters (active, analyst) has “salma”" in said
    assert "Without the filters, 2 people do." in said


@pytest.mark.parametrize("query", [{}, {"users_role": "analyst"}, {"users_kind": "new"}, {"users_absent": "30"}])
def test_everybody_is_searched_at_a_click(world, root, query):
    world.person(Role.USER, name="salma", status="inactive")
    opened = screen(world, root, "users", users_q="salma", users_sort="name", **query)
    button(opened, "Search all users").click().run()
    assert list(listed(opened)) == ["salma"]
    assert dict(opened.query_params) == {"users_q": "salma", "users_sort": "name", "users_status": "all"}


@pytest.mark.parametrize("query", [{}, {"users_status": "all"}, {"users_role": "analyst"}])
def test_where_nobody_has_it_there_is_no_way_to_more(world, root, query):
    world.person(Role.USER, name="salma", status="inactive")
    opened = screen(world, root, "users", users_q="aardvark", **query)
    assert "None of the 2 people has “aardvark” in name, username, department or e-mail." in words(opened)
    assert "Search all users" not in labels(opened)
    assert "Clear search and filters" in labels(opened)


def test_who_sees_no_addresses_is_not_told_that_they_were_searched(world):
    said = words(screen(world, world.person(Role.ANALYST, name="ann"), "users", users_q="aardvark"))
    assert "has “aardvark” in name, username or department." in said
