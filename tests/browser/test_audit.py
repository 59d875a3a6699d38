"""The trail in a real browser: found by whom, verified, taken along; by hand on a phone, in the dark, and by keys."""

import re

from playwright.sync_api import expect

from tests.browser.screen import PHONE, button, heading, in_scheme


def test_the_trail_is_filtered_verified_and_taken_along(visit, cast, admin):
    person = cast.person("user", department="Support")
    page = visit(admin, "/audit")
    expect(heading(page, "Audit")).to_be_visible()
    button(page, "Filter").click()
    page.get_by_label("Who it was done to").fill(person.name)
    button(page, f"{person.name} · {person.email}").click()
    expect(page).to_have_url(re.compile(f"audit_entity={person.user_id}"))
    page.keyboard.press("Escape")
    expect(page.locator(".audit li").first).to_contain_text(person.name)
    expect(button(page, f"About {person.name}")).to_be_visible()
    button(page, "Verify").click()
    expect(page.get_by_text("The trail is as it was recorded")).to_be_visible()
    button(page, "Export CSV").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    text = coming.value.path().read_text("utf-8-sig")
    assert person.user_id in text
    assert "user_created" in text
    button(page, "Done").click()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)


def test_the_search_needs_no_mouse_and_a_phone_shows_the_trail_without_scrolling_sideways(visit, admin):
    page = visit(admin, "/audit")
    expect(page.locator(".audit li").first).to_be_visible()
    page.get_by_role("textbox", name="Search").focus()
    page.keyboard.type("no user has this name")
    expect(page.get_by_text("No record matches these filters")).to_be_visible()
    button(page, "Clear filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".audit li").first).to_be_visible()
    expect(page).not_to_have_url(re.compile("audit_q"))
    page.set_viewport_size(PHONE["viewport"])
    page.goto("/audit?audit_period=30d")
    for scheme in ("light", "dark"):
        in_scheme(page, scheme)
        expect(page.locator(".audit li").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390, scheme
