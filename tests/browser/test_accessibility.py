"""Every screen passes axe, the checker of WCAG's rules, where the markup is ours, and fits a phone."""

from importlib.resources import files
from itertools import cycle

from playwright.sync_api import expect

from tests.browser.screen import PHONE, button, heading, in_scheme, settled
from tests.browser.test_small_and_dark import SLIDES
from tests.contexts import DESKTOP

PAGES = {
    "/": "Home",
    "/users": "Users",
    "/audit": "Audit",
    "/settings": "Settings",
    "/settings?section=password": "Settings",
    "/settings?section=sessions": "Settings",
    "/settings?section=tokens": "Settings",
    "/settings?section=work": "Settings",
    "/settings?section=appearance": "Settings",
    "/health": "Health",
    "/health?table=audit-log": "audit-log",
    "/health?bucket=documents": "documents",
    "/import": "Import people",
    "/import?id=nothing": "Import people",
    "/audit?audit_actor=unknown": "Audit",
    "/user?id=unknown": "Person",
}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Streamlit's own menu puts a section's list items into a div, which we cannot change.
CHECK = """(rules) => axe.run(
        {exclude: ['[data-testid=stSidebarNavItems]']},
        {resultTypes: ['violations'], ...(rules.length ? {runOnly: rules} : {})},
    ).then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"""


def complaints(page, *rules):
    """Return what axe finds by these rules, or by all of them."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    return page.evaluate(CHECK, list(rules))


def faults_of(page, other: str) -> list:
    """Return what is wrong with the screen. In the other colour scheme only colours differ: one rule is checked again.

    The page stays in that scheme, because a change of all colours costs as much as loading the page.
    """
    found = complaints(page)
    in_scheme(page, other)
    found += [(other, each) for each in complaints(page, "color-contrast")]
    page.set_viewport_size(PHONE["viewport"])
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()  # the menu closes on a narrow screen
    return found + [("wider than a phone", each) for each in page.evaluate(SLIDES)]


def test_no_screen_breaks_a_rule_of_accessibility_or_is_wider_than_a_phone(visit, admin):
    page, faults = visit(admin, **PHONE | {"viewport": DESKTOP}), {}
    schemes = cycle(("dark", "light"))
    for path, title in {**PAGES, f"/user?id={admin.user_id}": admin.name}.items():
        page.set_viewport_size(DESKTOP)
        page.goto(path)
        expect(heading(page, title).first).to_be_visible()
        expect(page.get_by_test_id("stSidebarNav")).to_be_visible()
        settled(page)
        faults[path] = faults_of(page, next(schemes))
    assert {path: found for path, found in faults.items() if found} == {}


def test_sign_in_breaks_no_rule_of_accessibility(visit):
    assert complaints(visit(path="/sign-in")) == []


def test_dialogs_break_no_rule_of_accessibility(visit, cast, admin):
    page = visit(admin, f"/user?id={cast.person().user_id}")
    for act in ("Edit", "Deactivate…", "Raw item"):
        button(page, act).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading").first).to_be_visible()
        settled(page)
        assert complaints(page) == [], act
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
