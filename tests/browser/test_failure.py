"""The store dies under an open page: it says so in our words, and the page goes on when the store is back."""

import os
import re
import signal

from playwright.sync_api import expect

from tests.browser.screen import button, heading, row
from tests.dashboards import gone, until


def test_killed_store_is_told_and_page_recovers(visit, cast, house):
    admin, someone = cast.person("admin"), cast.person()
    page = visit(admin, "/users")
    expect(row(page, someone)).to_have_count(1)
    pid = house.engine_pid
    os.kill(pid, signal.SIGSTOP)  # it keeps its address, so that nothing can answer for it
    page.goto(f"/user?id={someone.user_id}")
    expect(heading(page, "The store does not answer just now")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("[Rr]eference"))).to_be_visible()
    assert "botocore" not in page.content()
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(pid) and house.engine_pid != pid and house.answers("/readyz"), "the engine to come back")
    button(page, "Try again").click()
    expect(heading(page, someone.name)).to_be_visible()
