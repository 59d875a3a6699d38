"""What a real browser sends for our pages is what we expect: nothing of it is refused."""

import json

from playwright.sync_api import expect

from tests.browser.screen import button, go, heading


def refusals(text):
    lines = (json.loads(line) for line in text.splitlines() if line.startswith("{"))
    return [line for line in lines if "refused" in line["message"] or "invalid value" in line["message"]]


def test_nothing_that_a_real_browser_sends_is_refused(visit, admin, dashboard):
    before = len(dashboard.said)
    page = visit(admin)
    for title in ("Users", "Audit", "Health", "Settings", "Users"):
        go(page, title)
    page.get_by_role("checkbox").nth(1).click()  # not check(), because the rerun replaces the box
    expect(page.get_by_text("1 selected")).to_be_visible()
    button(page, "Clear").click()
    expect(page.get_by_text("1 selected")).to_have_count(0)
    page.get_by_role("link", name="Audit").first.click()
    expect(heading(page, "Audit")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()  # the menu closes on phones only
    assert refusals(dashboard.said[before:]) == []
