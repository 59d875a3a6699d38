"""A phone, 390 pixels wide, and the dark: nothing slides sideways, everything can be read."""

from playwright.sync_api import expect

from tests.browser.screen import PHONE, button, fill, heading, in_scheme

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


def test_a_dialog_and_the_menu_can_be_used_on_a_phone(visit, cast, admin):
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
    page.goto("/")
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


def test_words_stand_out_from_their_ground_by_day_and_by_night(visit, cast, admin):
    page = visit(admin, "/users")
    expect(page.locator(".tbl tbody tr")).to_have_count(50)
    for scheme in ("light", "dark"):
        in_scheme(page, scheme)
        found = {words: page.locator(words).first.evaluate(CONTRAST) for words in WORDS}
        assert {words: ratio for words, ratio in found.items() if ratio < 4.5} == {}, scheme
    page.goto(f"/user?id={cast.person().user_id}")
    button(page, "Deactivate…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("end at once")).to_be_visible()
    for words in (dialog.get_by_role("heading").first, dialog.get_by_text("end at once"), dialog.get_by_text("stay;")):
        assert words.evaluate(CONTRAST) >= 4.5
