"""Home leads to where things are put right, and back it is as it was."""

import re

from playwright.sync_api import expect

from tests.browser.screen import PHONE, heading, in_scheme


def test_an_action_item_a_figure_and_an_event_lead_to_their_lists(visit, cast, admin):
    someone = cast.api.post(
        "/api/users",
        json={"email": "late.comer@northwind.example", "username": "late.comer", "role": "user", "firstName": "Late"},
    )
    assert someone.status_code == 201, someone.text
    page = visit(admin)
    matter = page.locator("a.att").filter(has_text="never signed in")
    expect(matter).to_be_visible()
    matter.click()
    expect(heading(page, "Users")).to_be_visible()
    expect(page).to_have_url(re.compile("users_kind=never-here"))
    expect(page.locator(".tbl tbody tr").filter(has_text="late.comer@northwind.example")).to_have_count(1)
    page.go_back()
    page.locator("a.fig").filter(has_text="Inactive").click()
    expect(page).to_have_url(re.compile("users_status=inactive"))
    page.go_back()
    page.locator(".feed a.when").first.click()
    expect(heading(page, "Audit")).to_be_visible()
    expect(page).to_have_url(re.compile("audit_action="))


def test_home_fits_a_phone_by_day_and_by_night(visit, cast):
    for role in ("admin", "manager", "user"):
        page = visit(cast.sample(role), viewport=PHONE["viewport"])
        for scheme in ("light", "dark"):
            in_scheme(page, scheme)
            expect(heading(page, "Needs attention")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (role, scheme)
