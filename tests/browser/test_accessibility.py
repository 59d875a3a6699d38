"""What axe, the checker of WCAG's rules, says of every screen: nothing, wherever the markup is ours."""

from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, heading
from tests.browser.test_small_and_dark import PAGES
from tests.browser.test_theme import GROUND

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Streamlit's own menu puts a section's list items into a div; nothing of ours can mend that.
CHECK = """(rules) => axe.run(
        {exclude: ['[data-testid=stSidebarNavItems]']},
        {resultTypes: ['violations'], ...(rules.length ? {runOnly: rules} : {})},
    ).then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"""

SETTLED = """() => Promise.allSettled(
        document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""


def complaints(page, *rules):
    """Return what axe finds by these rules, or by all of them."""
    page.evaluate(AXE)
    return page.evaluate(CHECK, list(rules))


@pytest.fixture(scope="module")
def admin(cast):
    return cast.sample("admin")


def test_no_screen_breaks_a_rule_of_accessibility(visit, admin):
    """In the dark only colours differ, so one rule is checked again there."""
    page = visit(admin, color_scheme="light")
    pages = {**PAGES, f"/user?id={admin.user_id}": admin.name}
    for path, title in pages.items():
        page.goto(path)
        expect(heading(page, title).first).to_be_visible()
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
        assert complaints(page) == [], path
        in_scheme(page, "dark")
        assert complaints(page, "color-contrast") == [], f"{path}, dark"
        in_scheme(page, "light")


def in_scheme(page, scheme):
    """Let the system change to the scheme, and wait until the page follows and no colour is in transition."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[scheme.capitalize()])
    page.evaluate(SETTLED)


def test_sign_in_breaks_no_rule_of_accessibility(visit):
    assert complaints(visit(path="/sign-in")) == []


def test_dialogs_break_no_rule_of_accessibility(visit, cast, admin):
    page = visit(admin, f"/user?id={cast.person().user_id}")
    for act in ("Edit", "Deactivate…", "Raw item"):
        button(page, act).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading").first).to_be_visible()
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
        assert complaints(page) == [], act
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
