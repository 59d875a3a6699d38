"""Many people changed together, and taken back; somebody deactivated whose people get a new manager."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import PHONE, button, heading, in_scheme
from tests.browser.test_keyboard import press_until
from tests.contexts import DESKTOP


@pytest.fixture
def team(cast):
    """Two people of a department of their own, which nobody else has."""
    department = f"Moving {secrets.token_hex(3)}"
    return department, [cast.person(department=department) for _ in range(2)]


def rows(page: Page):
    return page.locator(".tbl.long tbody tr")


def opened(visit, admin, department: str) -> Page:
    page = visit(admin, f"/users?users_department={department.replace(' ', '+')}")
    expect(rows(page)).to_have_count(2)
    return page


def choose_department(page: Page, name: str) -> None:
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("combobox", name="Department")
    field.fill("fin")
    expect(page.get_by_role("option")).to_have_text(["Finance", "Create “fin”"])
    field.press("Enter")
    expect(field).to_have_value("Finance")
    field.fill(name)
    page.get_by_role("option", name=f"Create “{name}”").click()
    expect(field).to_have_value(name)
    button(dialog, "Preview").click()


def test_two_are_changed_and_taken_back(visit, cast, admin, team):
    department, people = team
    page = opened(visit, admin, department)
    for person in people:
        page.get_by_role("checkbox", name=f"Select {person.name}").click()
    expect(page.locator(".picked")).to_have_text("2 selected")
    button(page, "Department…").click()
    choose_department(page, "Elsewhere")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 people will change.")).to_be_visible()
    expect(dialog.locator(".plan li").get_by_text("Elsewhere")).to_have_count(2)
    assert cast.stored(people[0])["user"]["department"] == department
    button(dialog, "Change 2 people").click()
    expect(page.get_by_text("2 changed")).to_be_visible()
    assert {cast.stored(person)["user"]["department"] for person in people} == {"Elsewhere"}
    expect(page.locator(".picked")).to_have_count(0)
    button(page, "Undo").click()
    expect(heading(page, "Undo: Change department to Elsewhere")).to_be_visible()
    button(page, "Apply to 2 people").click()
    expect(page.get_by_text("2 changed")).to_be_visible()
    assert {cast.stored(person)["user"]["department"] for person in people} == {department}


def test_all_who_match_are_selected_and_one_let_go(visit, admin):
    page = visit(admin, "/users")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("checkbox", name="Select all on this page").click()
    expect(page.locator(".picked")).to_have_text("50 selected")
    page.get_by_role("button", name="matching").click()
    expect(page.locator(".picked")).not_to_have_text("50 selected")
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    rows(page).first.get_by_role("checkbox").click()
    expect(page.locator(".picked")).to_have_text("49 selected")
    button(page, "Clear").click()
    expect(page.locator(".picked")).to_have_count(0)


def test_rows_are_selected_by_keys_and_the_bar_fits_a_phone_and_the_dark(visit, cast, admin, team):
    department, people = team
    page = opened(visit, admin, department)
    press_until(page, "Boolean(on.closest('.tbl tbody'))")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(".picked")).to_have_text("2 selected")
    press_until(page, "on.textContent.endsWith('Department…')", key="Shift+Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert cast.stored(people[0])["user"]["department"] == department
    the_bar_fits(page)


def the_bar_fits(page: Page) -> None:
    """On a phone, and in the dark."""
    for viewport, scheme in ((PHONE["viewport"], "light"), (DESKTOP, "dark")):
        page.set_viewport_size(viewport)
        in_scheme(page, scheme)
        expect(page.locator(".picked")).to_have_text("2 selected")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for label in ("Role…", "Manager…", "Department…", "Status…"):
            expect(button(page, label)).to_be_visible()


def test_people_of_who_is_deactivated_get_a_manager(visit, cast, admin):
    boss = cast.person("manager")
    leaving = cast.person("manager", managerId=boss.user_id)
    low = cast.person(managerId=leaving.user_id)
    page = visit(admin, f"/user?id={leaving.user_id}")
    button(page, "Deactivate…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"1 person reports to {leaving.name}: {low.name}.")).to_be_visible()
    dialog.get_by_role("textbox").last.fill(leaving.name)
    button(dialog, f"Deactivate {leaving.name.split()[0]}").click()
    expect(page.get_by_text("2 changed")).to_be_visible()
    assert cast.stored(leaving)["user"]["status"] == "inactive"
    assert cast.stored(low)["user"]["managerId"] == boss.user_id
    button(page, "Undo").click()
    button(page, "Apply to 2 people").click()
    expect(page.get_by_text("2 changed")).to_be_visible()
    assert cast.stored(low)["user"]["managerId"] == leaving.user_id
