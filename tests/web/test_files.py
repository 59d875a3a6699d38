"""Files that the worker made, by the address that stands on the page."""

import logging

import pytest

from data.config.resources import FILES_QUEUE
from data.core.permissions import Role
from data.users.filters import UserFilter
from tests.doors import PASSWORD, Browser


@pytest.fixture
def ann(world):
    return world.person(Role.MANAGER, password=PASSWORD)


@pytest.fixture
def browser(world):
    return Browser(world)


def requested(world, actor):
    """Asked for, and not made yet."""
    return f"/files/people/{world.services.exports.request(actor, UserFilter()).job_id}"


@pytest.fixture
def made(world, ann):
    """The address of a file that is there."""
    address = requested(world, ann)
    world.services.worker.turn(FILES_QUEUE)
    return address


def test_the_address_works_long_after_a_first_link_has_ended(world, browser, ann, made):
    browser.sign_in(ann.username)
    for hours in (0, 2):
        world.clock.pass_(hours=hours)
        answer = browser.http.get(made)
        assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
        assert "exports/acme/" in answer.headers["location"]
        assert "attachment" in answer.headers["location"]


def test_strangers_sign_in_first_and_come_back(browser, made):
    assert browser.http.get(made).headers["location"] == f"/sign-in?next={made}"


@pytest.mark.parametrize("org", ["acme", "globex"])
def test_somebody_elses_file_is_nowhere_and_leaves_a_trace(world, browser, made, org, caplog):
    caplog.set_level(logging.INFO)
    browser.sign_in(world.person(Role.MANAGER, org, name="max", password=PASSWORD).username)
    answer = browser.http.get(made)
    assert answer.status_code == 404
    assert "This file cannot be fetched" in answer.text
    assert "location" not in answer.headers
    assert "refused" in caplog.messages


def test_what_is_not_made_yet_and_what_is_too_old_say_so(world, browser, ann, made):
    browser.sign_in(ann.username)
    waiting = browser.http.get(requested(world, ann))
    assert (waiting.status_code, "not made yet" in waiting.text) == (409, True)
    world.clock.pass_(days=8)
    browser.sign_in(ann.username)
    old = browser.http.get(made)
    assert (old.status_code, "Export again" in old.text) == (404, True)


@pytest.mark.parametrize("path", ["/files/secrets/1", "/files/outcomes/1", "/files/rejected/1", "/files/audit/1"])
def test_what_is_no_file_is_no_address(world, browser, path):
    browser.sign_in(world.person(Role.ADMIN, name="ada", password=PASSWORD).username)
    answer = browser.http.get(path)
    assert (answer.status_code, 'href="/"' in answer.text) == (404, True)
