"""The store dies under an open page: it says so in our words, and the page goes on when the store is back."""

import fcntl
import os
import signal
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.cast import Cast
from tests.browser.screen import button, go, heading, row
from tests.dashboards import gone, running_dashboard, sample_state, until


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    """A dashboard whose engine a test may kill."""
    state = tmp_path_factory.mktemp("failure") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="module")
def cast(dashboard):
    with closing(dashboard.signed_in()) as api:
        yield Cast(dashboard, api)


def test_killed_store_is_told_and_page_recovers(visit, cast, dashboard):
    admin, someone = cast.person("admin"), cast.person()
    page = visit(admin, "/users")
    expect(row(page, someone)).to_have_count(1)
    with no_engine(dashboard):
        row(page, someone).get_by_role("link").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Not available at the moment")
        expect(alert).to_contain_text("Reference")
        assert "botocore" not in page.content()
        expect(heading(page, "Users")).to_be_visible()
        for title, path in (("Home", "/"), ("Users", "/users")):  # the frame stays, and the address follows
            go(page, title)
            expect(page).to_have_url(f"{dashboard.url}{path}")
        expect(page).to_have_title("Users · Operations")
        expect(button(page, "Sign out")).to_be_visible()
        expect(button(page, "Try again")).to_be_visible()
        opened = page.context.new_page()
        opened.goto("/users")
        expect(heading(opened, "Not available at the moment")).to_be_visible()
        expect(opened.get_by_role("link", name="Try again")).to_be_visible()
        expect(opened.get_by_role("status")).to_have_text("This page tries again by itself.")
    expect(row(opened, someone)).to_have_count(1)  # without a click
    assert opened.url == f"{dashboard.url}/users"
    button(page, "Try again").click()
    expect(row(page, someone)).to_have_count(1)
    row(page, someone).get_by_role("link").click()
    expect(heading(page, someone.name)).to_be_visible()


@contextmanager
def no_engine(dashboard):
    """Kill the engine, and hold its folder so that no other starts; at the end let one, and wait for it."""
    pid = dashboard.engine_pid
    with (dashboard.state / "engine" / "lock").open("a") as lock:
        os.kill(pid, signal.SIGKILL)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    until(lambda: gone(pid) and dashboard.engine_pid != pid and dashboard.answers("/readyz"), "the engine to come back")
