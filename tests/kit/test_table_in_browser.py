"""The keys of the table, and what a click does, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def people(tab):
    tab.goto("/people")
    tab.get_by_role("link", name="Yuki Mensah").wait_for()
    return tab


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def names(page):
    return page.locator(".tbl tbody .name").all_inner_texts()


def enter(page):
    """Put the focus on the first row, as Tab would."""
    page.locator(".tbl tbody a[tabindex='0']").focus()


def selected(page):
    return page.locator(".tbl tr[aria-selected=true] .name").all_inner_texts()


def cleared(page):
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("48 people")).to_be_visible()
    expect(page.locator(".tbl tr[aria-selected=true]")).to_have_count(0)


def test_keys_move_the_focus_and_select_rows(people):
    assert people.locator(".tbl tbody [tabindex='0']").count() == 1  # the table is one tab stop
    assert people.locator(".tbl tbody :is(a, input):not([tabindex='-1'])").count() == 1
    rows = names(people)
    enter(people)
    for key, there in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", -1), ("ArrowDown", -1), ("Home", 0)):
        people.keyboard.press(key)
        assert focused(people) == rows[there]
    people.keyboard.press("ArrowDown")
    people.keyboard.press(" ")
    expect(people.get_by_text("1 selected")).to_be_visible()
    assert selected(people) == [rows[1]]
    assert focused(people) == rows[1]  # also after the rerun
    cleared(people)
    enter(people)
    people.keyboard.press("Home")
    people.keyboard.press(" ")
    for _ in range(3):
        people.keyboard.press("ArrowDown")
    people.keyboard.press("Shift+ ")
    expect(people.get_by_text("4 selected")).to_be_visible()
    assert selected(people) == rows[:4]


def test_clicks_select_a_range_and_the_page(people):
    boxes = people.locator(".tbl tbody .pick input")
    boxes.nth(1).click()
    expect(people.get_by_text("1 selected")).to_be_visible()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(people.get_by_text("4 selected")).to_be_visible()
    assert selected(people) == names(people)[1:5]
    cleared(people)
    people.get_by_label("Select all on this page").check()
    expect(people.get_by_text("25 selected")).to_be_visible()
    people.get_by_label("Select Yuki Mensah").click()
    expect(people.get_by_text("24 selected")).to_be_visible()
    assert people.get_by_label("Select all on this page").evaluate("box => box.indeterminate")


def test_enter_or_a_click_anywhere_on_the_row_opens_it_within_this_session(people):
    enter(people)
    people.keyboard.press("Enter")
    expect(people.get_by_role("heading", name="Maya Okafor")).to_be_visible()
    assert people.url.endswith("/person?id=usr+001")
    expect(people.get_by_text("usr 001")).to_be_visible()
    people.go_back()
    people.locator(".tbl tbody tr").nth(1).get_by_text("Platform").click()
    expect(people.get_by_text("usr 002")).to_be_visible()


def test_control_and_click_open_a_tab(people):
    for target in ("a", "td:last-child"):
        with people.context.expect_page() as opened:
            people.locator(".tbl tbody tr").first.locator(target).click(modifiers=["Control"])
        expect(opened.value).to_have_url(re.compile(r"/person\?id=usr%20001$"))
        opened.value.close()
        assert "/people" in people.url


def test_sorting_is_asked_for_in_the_address(people):
    people.get_by_role("button", name="Name").click()
    expect(people).to_have_url(re.compile("people_sort=name"))
    expect(people.locator(".tbl tbody .name").first).to_have_text("Chiara Holm")
    assert people.locator("th[aria-sort=ascending]").inner_text().startswith("Name")
    people.get_by_role("button", name="Name").click()
    expect(people).to_have_url(re.compile("people_sort=-name"))
    expect(people.locator(".tbl tbody .name").first).to_have_text("Yuki Walsh")


def test_a_picture_that_fails_to_load_becomes_initials(people):
    broken = people.locator(".tbl img.ava")
    expect(broken).to_have_count(1)
    broken.evaluate("image => { image.src = '/assets/absent.png' }")
    expect(people.locator(".tbl img.ava")).to_have_count(0)
    expect(people.locator(".tbl tr", has_text="Ronan Kamau").locator(".ava")).to_have_text("RK")


def test_rows_show_markup_in_names_as_letters(tab):
    tab.goto("/people?naughty=1")
    name = "<img src=x onerror=\"document.title='taken'\"> <b>Bo</b>"
    expect(tab.locator(".tbl .name").first).to_have_text(name)
    assert tab.locator(".tbl .name *").count() == 0
    assert "taken" not in tab.title()


def top(page):
    """Where the table begins, from the top of the window."""
    return page.evaluate("document.querySelector('.tbl').getBoundingClientRect().top")


def test_keys_leave_the_focus_on_the_heading_and_on_the_box_in_the_head(people):
    box = people.get_by_label("Select all on this page")
    box.press(" ")
    expect(people.get_by_text("25 selected")).to_be_visible()
    expect(box).to_be_focused()
    people.keyboard.press(" ")
    expect(people.get_by_text("48 people")).to_be_visible()
    expect(people.locator(".tbl tr[aria-selected=true]")).to_have_count(0)
    heading = people.get_by_role("button", name="Name")
    heading.press("Enter")
    expect(people.locator("th[aria-sort=ascending]")).to_contain_text("Name")
    expect(heading).to_be_focused()
    people.keyboard.press("Enter")
    expect(people.locator("th[aria-sort=descending]")).to_contain_text("Name")
    expect(heading).to_be_focused()
    expect(people).to_have_url(re.compile("/people"))


def by_mouse(page):
    page.click()


def by_key(page):
    page.press("Enter")


@pytest.mark.parametrize("turn", [by_mouse, by_key])
def test_another_page_is_shown_from_its_top(people, turn):
    second = people.get_by_role("button", name="Page 2", exact=True)
    second.scroll_into_view_if_needed()
    assert top(people) < 0
    turn(second)
    expect(people.locator(".tbl tbody .name").first).not_to_have_text("Maya Okafor")
    expect(people.locator(".tbl tbody tr").first).to_be_in_viewport(ratio=1)
    assert top(people) >= 48  # below the filters, which stay in sight
    expect(second).to_be_focused()


def test_a_page_that_is_drawn_anew_stays_where_it_was_scrolled_to(people):
    last = people.locator(".tbl tbody tr").last
    last.scroll_into_view_if_needed()
    there = top(people)
    last.locator(".pick input").click()
    expect(people.get_by_text("1 selected")).to_be_visible()
    assert abs(top(people) - there) < 50
    expect(last).to_be_in_viewport()
