"""A phone, 390 pixels wide, and the dark: nothing slides sideways, everything can be read."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import button, fill, heading

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
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
    "/audit?audit_actor=nobody": "Audit",
    "/user?id=nobody": "Person",
}
SLIDES = """() => {
    const wide = [...document.querySelectorAll('[data-testid=stMain], [data-testid=stDialog] > div, html')]
    return wide.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.dataset.testid ?? box.tagName)
}"""
CONTRAST = """(element) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    const over = (colour) => {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
    }
    const light = () => {
        const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((each) => each / 255)
        const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const grounds = []
    for (let on = element; on; on = on.parentElement) grounds.unshift(getComputedStyle(on).backgroundColor)
    over('white')
    grounds.forEach(over)
    const ground = light()
    over(getComputedStyle(element).color)
    const [dark, bright] = [ground, light()].sort((a, b) => a - b)
    return (bright + 0.05) / (dark + 0.05)
}"""
WORDS = (
    "h1",
    ".tbl .name",
    ".tbl small",
    ".tbl th button",
    ".state",
    ".st-key-count p",
    "[data-testid=stSidebarNavLink] p",
)


@pytest.fixture(scope="module")
def admin(cast):
    return cast.sample("admin")


def test_no_page_scrolls_sideways_on_a_phone(visit, admin):
    page = visit(admin, **PHONE)
    pages = {**PAGES, f"/user?id={admin.user_id}": admin.name}
    for path, title in pages.items():
        page.goto(path)
        expect(heading(page, title).first).to_be_visible()
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
        assert page.evaluate(SLIDES) == [], path


def test_menu_opens_and_leads_on_a_phone(visit, admin):
    page = visit(admin, **PHONE)
    expect(heading(page, "Home")).to_be_visible()
    page.get_by_test_id("stExpandSidebarButton").click()
    menu, links = page.get_by_test_id("stSidebar"), page.get_by_test_id("stSidebarNavLink")
    links.filter(has_text="Users").click()
    expect(heading(page, "Users")).to_be_visible()
    expect(page.locator(".tbl tbody tr")).to_have_count(50)
    expect(menu).not_to_be_in_viewport()
    expect(page.get_by_test_id("stMain")).to_be_focused()
    page.get_by_test_id("stExpandSidebarButton").press("Enter")
    expect(menu).to_be_in_viewport()
    links.filter(has_text="Audit").press("Enter")
    expect(heading(page, "Audit")).to_be_visible()
    expect(menu).not_to_be_in_viewport()


def test_dialog_is_usable_on_a_phone(visit, cast, admin):
    someone = cast.person(location="Oslo")
    page = visit(admin, f"/user?id={someone.user_id}", **PHONE)
    button(page, "Edit").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Location")).to_have_value("Oslo")
    assert page.evaluate(SLIDES) == []
    fill(dialog, Location="Bergen")
    button(dialog, "Save changes").tap()
    expect(page.get_by_text(f"{someone.name} is saved.")).to_be_visible()
    assert cast.stored(someone)["profile"]["location"] == "Bergen"


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_words_stand_out_from_their_ground(visit, admin, scheme):
    page = visit(admin, "/users", color_scheme=scheme)
    expect(page.locator(".tbl tbody tr")).to_have_count(50)
    ground = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == {"dark": "rgb(17, 19, 22)", "light": "rgb(255, 255, 255)"}[scheme]
    found = {words: page.locator(words).first.evaluate(CONTRAST) for words in WORDS}
    assert {words: ratio for words, ratio in found.items() if ratio < 4.5} == {}


def test_dialog_is_dark_where_the_page_is(visit, cast, admin):
    someone = cast.person()
    page = visit(admin, f"/user?id={someone.user_id}", color_scheme="dark")
    button(page, "Deactivate…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("end at once")).to_be_visible()
    for words in (dialog.get_by_role("heading").first, dialog.get_by_text("end at once"), dialog.get_by_text("stay;")):
        assert words.evaluate(CONTRAST) >= 4.5
