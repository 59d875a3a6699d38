"""Settings in a real browser: clicks that come twice, two browsers at one profile, ends that are final."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.screen import settled

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_of(contexts, dashboard):
    """`browser_of(account, section)` opens a section of Settings in a separate browser, signed in as the account."""
    with ExitStack() as lent:

        def opened(account, section):
            context = lent.enter_context(contexts.lent(dashboard.url))
            context.add_cookies(dashboard.cookies(account.email, account.password))
            page = context.new_page()
            page.goto(f"/settings?section={section}")
            settled(page)
            return page

        yield opened


def told(page, words):
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_double_click_makes_one_token_and_revokes_it(browser_of, cast):
    page = browser_of(cast.person("analyst"), "tokens")
    page.get_by_role("button", name="New token…").click()
    page.get_by_role("dialog").get_by_label("Name").fill("nightly *report*")
    page.get_by_role("button", name="Create token").dblclick()
    expect(page.get_by_label("Value")).to_have_value(re.compile(r"^[0-9a-f-]{36}\..+\.\S{43}$"))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("nightly *report*")).to_have_count(1)
    page.get_by_role("button", name="Revoke…").click()
    page.get_by_role("button", name="Revoke token").dblclick()
    told(page, "nightly *report* is revoked.")
    expect(page.get_by_text("You have no tokens.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_browsers_at_one_profile_settle_their_conflict(browser_of, cast):
    manager = cast.person("manager")
    here, there = browser_of(manager, "profile"), browser_of(manager, "profile")
    here.get_by_label("Location").fill("Leith")
    here.get_by_label("About").fill("Sails on Sundays.")
    there.get_by_label("Location").fill("Porto")
    there.get_by_role("button", name="Save changes").dblclick()
    told(there, "Your profile is saved.")
    here.get_by_role("button", name="Save changes").click()
    expect(here.get_by_text("Choose what stays; nothing is saved yet.")).to_be_visible()
    here.get_by_text("Keep mine").click()
    here.get_by_role("button", name="Save changes").click()
    told(here, "Your profile is saved.")
    there.reload()
    expect(there.get_by_label("Location")).to_have_value("Leith")
    expect(there.get_by_label("About")).to_have_value("Sails on Sundays.")


def test_a_double_click_changes_the_password_once(browser_of, cast):
    person = cast.person()
    page, elsewhere = browser_of(person, "password"), browser_of(person, "sessions")
    page.get_by_label("Present password").fill(person.password)
    page.get_by_label("New password").fill("seven quiet lighthouses")
    page.get_by_role("button", name="Change password").dblclick()
    told(page, "Your password is changed.")
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.get_by_label("Present password")).to_have_value("")
    elsewhere.get_by_text("Tokens", exact=True).click()
    expect(elsewhere.get_by_text("Your session has ended")).to_be_visible()


def test_ending_a_session_shows_at_its_next_click(browser_of, cast):
    admin = cast.person("admin")
    here, there = browser_of(admin, "sessions"), browser_of(admin, "profile")
    here.reload()
    expect(here.get_by_text("This one")).to_have_count(1)
    here.get_by_test_id("stMain").get_by_role("button", name="Sign out", exact=True).first.dblclick()
    told(here, "That session has ended.")
    there.get_by_text("Password", exact=True).click()
    expect(there.get_by_text("Your session has ended")).to_be_visible()
