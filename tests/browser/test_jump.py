"""The jump box by its keys: to a page, to a person, into a tab, and back to where one was."""

import re

from playwright.sync_api import expect

from tests.browser.screen import PHONE, button, heading, in_scheme
from tests.browser.test_accessibility import complaints
from tests.browser.test_small_and_dark import CONTRAST, SLIDES


def field(page):
    return page.get_by_role("combobox", name="Jump to a page or a person")


def option(page, words):
    return page.get_by_role("option").filter(has_text=words)


def jump(page, words, key="/"):
    """Open the box and type."""
    expect(page.locator(".jumpbutton")).to_be_attached()
    page.keyboard.press(key)
    expect(field(page)).to_be_focused()
    page.keyboard.type(words)


def test_keys_alone_lead_to_pages_people_and_tabs(visit, cast, admin):
    someone, other = cast.person(), cast.person()
    page = visit(admin)
    expect(heading(page, "Home")).to_be_visible()
    arrows_choose_and_go_round(page)
    jump(page, "aud")
    expect(option(page, "Audit")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(heading(page, "Audit")).to_be_visible()
    assert page.url.endswith("/audit")
    jump(page, someone.name, key="Control+k")
    expect(option(page, someone.name)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(heading(page, someone.name)).to_be_visible()
    assert page.url.endswith(f"/user?id={someone.user_id}")
    page.go_back()
    expect(heading(page, "Audit")).to_be_visible()
    control_and_enter_open_a_tab(page)
    jump(page, other.name)
    page.keyboard.press("Enter")  # before the answer, which it waits for
    expect(heading(page, other.name)).to_be_visible()
    no_box_opens_over_a_dialog(page)


def arrows_choose_and_go_round(page):
    jump(page, "")
    chosen = page.locator(".jumpbox [aria-selected=true]")
    everything = page.locator(".jumpbox [role=option]").all_inner_texts()
    assert [text.split("\n")[1] for text in everything][:2] == ["Home", "Users"]
    for key, there in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        page.keyboard.press(key)
        assert chosen.all_inner_texts() == [everything[there]]
        assert field(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()


def control_and_enter_open_a_tab(page):
    jump(page, "health")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(heading(opened.value, "Health")).to_be_visible()
    opened.value.close()
    expect(heading(page, "Audit")).to_be_visible()


def no_box_opens_over_a_dialog(page):
    button(page, "Deactivate…").click()
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_hidden()


def test_the_box_leaves_the_page_as_it_was(visit, admin):
    page = visit(admin, "/users")
    first = page.locator(".tbl tbody .name").first
    expect(first).to_be_visible()
    typing_runs_the_fragment_and_not_the_page(page)
    first.focus()
    jump(page, "unknown name")
    expect(page.locator(".jumpbox .note")).to_have_text("Nothing here is called “unknown name”.")
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()
    expect(first).to_be_focused()
    assert page.url.endswith("/users")
    search = page.get_by_label("Search", exact=True)
    search.press_sequentially("a/b")  # a slash in a field opens no box
    expect(search).to_have_value("a/b")
    expect(field(page)).to_be_hidden()


def typing_runs_the_fragment_and_not_the_page(page):
    bill = page.locator(".cost summary")
    expect(bill).to_be_visible()
    before = bill.inner_text()
    jump(page, "mor")
    expect(page.locator(".jumpbox [aria-label=People] [role=option]").first).to_be_visible()
    assert bill.inner_text() == before
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()


def test_the_box_of_an_ended_session_says_that_it_ended(visit, cast):
    page = visit(cast.person("manager"))
    expect(heading(page, "Home")).to_be_visible()
    page.request.post("/sign-out", headers={"origin": cast.dashboard.url})
    jump(page, "moreau")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(field(page)).to_have_count(0)


def test_users_are_led_to_their_own_pages_alone(visit, cast):
    page = visit(cast.sample("user"))
    jump(page, "")
    expect(page.locator(".jumpbox .name")).to_have_text(["Home", "Settings"])
    page.keyboard.type("moreau")
    expect(page.locator(".jumpbox .note")).to_have_text("Nothing here is called “moreau”.")


def test_the_box_is_usable_on_a_phone(visit, cast, admin):
    someone = cast.person()
    page = visit(admin, **PHONE)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="Jump to…").tap()
    field(page).fill(someone.name)
    option(page, someone.name).tap()
    expect(heading(page, someone.name)).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert page.evaluate(SLIDES) == []


def test_the_open_box_breaks_no_rule_of_accessibility(visit, admin):
    page = visit(admin)
    for scheme in ("light", "dark"):
        in_scheme(page, scheme)
        jump(page, "mo")
        expect(page.locator(".jumpbox [aria-label=People] [role=option]").first).to_be_visible()
        assert complaints(page) == [], scheme
        for words in (".name", "small", ".note", "kbd", ".title"):
            assert page.locator(f".jumpbox {words}").first.evaluate(CONTRAST) >= 4.5, (scheme, words)
        page.keyboard.type("zzz")
        expect(page.locator(".jumpbox .note")).to_have_text(re.compile("Nothing here"))
        assert complaints(page) == [], scheme
        page.keyboard.press("Escape")
        expect(field(page)).to_be_hidden()
