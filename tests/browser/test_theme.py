"""The theme chosen in Settings: at once, on all pages, also before sign-in, and still there after a reload."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, go, heading
from tests.dashboards import until

GROUND = {"Dark": "rgb(17, 19, 22)", "Light": "rgb(255, 255, 255)"}


@pytest.fixture(scope="module")
def admin(cast):
    return cast.sample("admin")


def choice(page, word):
    return page.get_by_role("group", name="Theme").get_by_role("button", name=word)


def shows(page, theme):
    """The ground of the page and what hangs outside of it are in this theme."""
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme])
    expect(page.locator("html")).to_have_css("color-scheme", theme.lower())


@pytest.mark.parametrize(("theme", "system"), [("Dark", "light"), ("Light", "dark")])
def test_a_chosen_theme_holds_everywhere_and_survives_reloads(visit, admin, theme, system):
    page = visit(admin, "/settings?section=appearance", color_scheme=system)
    expect(choice(page, "As the system")).to_have_attribute("aria-pressed", "true")
    shows(page, system.capitalize())
    choice(page, theme).focus()
    page.keyboard.press("Enter")
    shows(page, theme)
    expect(choice(page, theme)).to_have_attribute("aria-pressed", "true")
    expect(choice(page, theme)).to_be_focused()
    page.reload()
    shows(page, theme)
    go(page, "Users")
    shows(page, theme)
    for path, title in (("/audit", "Audit"), ("/", "Home"), (f"/user?id={admin.user_id}", admin.name)):
        page.goto(path)
        expect(heading(page, title).first).to_be_visible()
        shows(page, theme)
    page.goto("/sign-in")
    expect(page.locator("html")).to_have_css("color-scheme", theme.lower())
    page.goto("/settings?section=appearance")
    choice(page, "As the system").click()
    shows(page, system.capitalize())


def test_a_page_that_never_heard_of_the_choice_hears_of_it(visit, admin):
    page = visit(admin, "/settings?section=appearance", color_scheme="light")
    choice(page, "Dark").click()
    shows(page, "Dark")
    page.evaluate("localStorage.removeItem('stActiveTheme-/health-v2')")
    page.goto("/audit")  # any page tells all
    until(lambda: page.evaluate("localStorage.getItem('stActiveTheme-/health-v2') !== null"), "the page to be told")
    page.goto("/health")
    shows(page, "Dark")


def test_a_browser_that_keeps_nothing_says_so(visit, admin):
    page = visit(admin, "/settings?section=appearance")
    expect(button(page, "Dark")).to_be_visible()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') } }")
    choice(page, "Dark").click()
    expect(page.get_by_text("This browser keeps nothing for this address")).to_be_visible()
