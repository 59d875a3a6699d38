"""Home leads to where things are put right, and back it is as it was."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import heading


def test_a_matter_and_a_figure_lead_to_their_lists(visit, cast):
    someone = cast.api.post(
        "/api/users",
        json={"email": "late.comer@northwind.example", "username": "late.comer", "role": "user", "firstName": "Late"},
    )
    assert someone.status_code == 201, someone.text
    page = visit(cast.sample("admin"))
    matter = page.locator("a.att").filter(has_text="never signed in")
    expect(matter).to_be_visible()
    matter.click()
    expect(heading(page, "Users")).to_be_visible()
    expect(page).to_have_url(re.compile("users_kind=never-here"))
    expect(page.locator(".tbl tbody tr").filter(has_text="late.comer@northwind.example")).to_have_count(1)
    page.go_back()
    page.locator("a.fig").filter(has_text="Inactive").click()
    expect(page).to_have_url(re.compile("users_status=inactive"))


def test_an_event_leads_to_its_record(visit, cast):
    page = visit(cast.sample("admin"))
    page.locator(".feed a.when").first.click()
    expect(heading(page, "Audit")).to_be_visible()
    expect(page).to_have_url(re.compile("audit_action="))


@pytest.mark.parametrize("role", ["admin", "manager", "user"])
def test_home_fits_a_phone_by_day_and_by_night(visit, cast, role):
    for scheme in ("light", "dark"):
        page = visit(cast.sample(role), viewport={"width": 390, "height": 844}, color_scheme=scheme)
        expect(heading(page, "Needs attention")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
