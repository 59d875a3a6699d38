"""The store dies under an open page: it says so in our words, and the page goes on when the store is back."""

import fcntl
import os
import signal
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.screen import button, go, heading, row
from tests.dashboards import gone, until


def test_killed_store_is_told_and_page_recovers(visit, cast, house):
    admin, someone = cast.person("admin"), cast.person()
    page = visit(admin, "/users")
    expect(row(page, someone)).to_have_count(1)
    with no_engine(house):
        row(page, someone).get_by_role("link").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Not available at the moment")
        expect(alert).to_contain_text("Reference")
        assert "botocore" not in page.content()
        expect(heading(page, "Users")).to_be_visible()
        for title, path in (("Home", "/"), ("Users", "/users")):  # the frame stays, and the address follows
            go(page, title)
            expect(page).to_have_url(f"{house.url}{path}")
        expect(page).to_have_title("Users · Operations")
        expect(button(page, "Sign out")).to_be_visible()
        expect(button(page, "Try again")).to_be_visible()
        opened = page.context.new_page()
        opened.goto("/users")
        expect(heading(opened, "Not available at the moment")).to_be_visible()
        expect(opened.get_by_role("link", name="Try again")).to_be_visible()
        expect(opened.get_by_role("status")).to_have_text("This page tries again by itself.")
    expect(row(opened, someone)).to_have_count(1)  # without a click
    assert opened.url == f"{house.url}/users"
    button(page, "Try again").click()
    expect(row(page, someone)).to_have_count(1)
    row(page, someone).get_by_role("link").click()
    expect(heading(page, someone.name)).to_be_visible()


@contextmanager
def no_engine(house):
    """Kill the engine, and hold its folder so that no other starts; at the end let one, and wait for it."""
    pid = house.engine_pid
    with (house.state / "engine" / "lock").open("a") as lock:
        os.kill(pid, signal.SIGKILL)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    until(lambda: gone(pid) and house.engine_pid != pid and house.answers("/readyz"), "the engine to come back")
