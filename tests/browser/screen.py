"""What people do on the screen, by the words that they see."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.cast import Account

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
GROUND = {"dark": "rgb(17, 19, 22)", "light": "rgb(255, 255, 255)"}
SETTLED = """() => Promise.allSettled(
        document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""


def sign_in(page: Page, account: Account, password: str = "") -> None:
    """Fill in the form of the sign-in page and send it."""
    page.get_by_label("E-mail or username").fill(account.email)
    page.get_by_label("Password").fill(password or account.password)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, words: str) -> Locator:
    """The title of a page, or of a section."""
    return page.get_by_role("heading", name=words)


def button(within: Page | Locator, words: str) -> Locator:
    """The button with just these words; its icon is read out too, so the words are its end."""
    return within.get_by_role("button", name=re.compile(rf"{re.escape(words)}$"))


def row(page: Page, account: Account) -> Locator:
    """Of a table. Not to be held over a rerun, which draws the rows anew."""
    return page.locator(".tbl tbody tr", has_text=account.name)


def go(page: Page, title: str) -> None:
    """By the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(heading(page, title)).to_be_visible()


def fill(within: Page | Locator, **fields: str) -> None:
    """Labels with underscores for blanks, and what to type."""
    for label, text in fields.items():
        within.get_by_label(label.replace("_", " ")).fill(text)


def painted(image: Locator) -> None:
    """Wait until the image has come from the store and is drawn."""
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0


def settled(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


def in_scheme(page: Page, scheme: str) -> None:
    """Change the colour scheme of the system, and wait until the page shows it and no colour is in transition."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[scheme])
    page.evaluate(SETTLED)
