"""The theme chosen in Settings: at once, on all pages, also before sign-in, and still there after a reload."""

from playwright.sync_api import expect

from tests.browser.screen import GROUND, go, heading
from tests.dashboards import until


def choice(page, word):
    return page.get_by_role("group", name="Theme").get_by_role("button", name=word)


def shows(page, theme):
    """The page's background, and what is drawn outside of the page, have this theme."""
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme.lower()])
    expect(page.locator("html")).to_have_css("color-scheme", theme.lower())


def test_a_chosen_theme_holds_everywhere_and_survives_reloads(visit, admin):
    page = visit(admin)
    for theme, system in (("Dark", "light"), ("Light", "dark")):
        page.emulate_media(color_scheme=system)
        page.goto("/settings?section=appearance")
        expect(choice(page, "As the system")).to_have_attribute("aria-pressed", "true")
        shows(page, system)
        choice(page, theme).focus()
        page.keyboard.press("Enter")
        shows(page, theme)
        expect(choice(page, theme)).to_have_attribute("aria-pressed", "true")
        expect(choice(page, theme)).to_be_focused()
        holds_everywhere(page, admin, theme)
        page.goto("/settings?section=appearance")
        choice(page, "As the system").click()
        shows(page, system)


def holds_everywhere(page, admin, theme):
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


def test_a_page_without_the_choice_gets_it_and_a_browser_that_stores_nothing_says_so(visit, admin):
    page = visit(admin, "/settings?section=appearance")
    choice(page, "Dark").click()
    shows(page, "Dark")
    page.evaluate("localStorage.removeItem('stActiveTheme-/health-v2')")
    page.goto("/audit")  # any page gives the choice to all
    until(lambda: page.evaluate("localStorage.getItem('stActiveTheme-/health-v2') !== null"), "the choice to be stored")
    page.goto("/health")
    shows(page, "Dark")
    page.goto("/settings?section=appearance")
    expect(choice(page, "Dark")).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') } }")
    choice(page, "Light").click()
    expect(page.get_by_text("This browser keeps nothing for this address")).to_be_visible()
