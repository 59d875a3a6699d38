"""The main job without a mouse, and where the focus is meanwhile."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import heading

MOST = 60  # presses of Tab; a page with more stops before the goal is not usable


def press_until(page, holds, key="Tab") -> None:
    """Press a key until the focused element is the wanted one; each stop on the way must show where it is."""
    for _ in range(MOST):
        page.keyboard.press(key)
        if page.evaluate(f"(() => {{ const on = document.activeElement; return {holds} }})()"):
            return
    pytest.fail(f"{key} never reached what holds {holds}")


def rings(page) -> bool:
    """Whether the focused element, or the box it stands in, is marked."""
    return page.evaluate("""() => {
        for (let on = document.activeElement, n = 0; on && n < 4; on = on.parentElement, n++) {
            const style = getComputedStyle(on)
            if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) return true
            if (style.boxShadow !== 'none') return true
        }
        return false
    }""")


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_sign_in_rows_and_opening_need_no_mouse(visit, cast):
    admin = cast.person("admin")
    page = visit(path="/users")
    expect(page.get_by_label("E-mail or username")).to_be_focused()
    page.keyboard.type(admin.email)
    page.keyboard.press("Tab")
    page.keyboard.type(admin.password)
    page.keyboard.press("Enter")
    expect(page.locator(".tbl tbody tr")).to_have_count(50)
    names = page.locator(".tbl tbody .name").all_inner_texts()
    press_until(page, "Boolean(on.closest('.tbl tbody'))")
    assert focused(page) == names[0]
    assert rings(page)
    for key, there in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", -1), ("Home", 0)):
        page.keyboard.press(key)
        assert focused(page) == names[there]
    page.keyboard.press("Enter")
    expect(heading(page, names[0])).to_be_visible()


def test_person_is_edited_by_keys_and_escape_saves_nothing(visit, cast, admin):
    someone = cast.person(jobTitle="Clerk")
    page = visit(admin, f"/user?id={someone.user_id}")
    expect(heading(page, someone.name)).to_be_visible()
    edit(page, "Clerk")
    page.keyboard.type("Other ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert cast.stored(someone)["profile"]["jobTitle"] == "Clerk"
    edit(page, "Clerk")
    page.keyboard.press("Control+a")
    page.keyboard.type("Head clerk")
    press_until(page, "on.textContent.endsWith('Save changes')")
    assert rings(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{someone.name} is saved.")).to_be_visible()
    assert cast.stored(someone)["profile"]["jobTitle"] == "Head clerk"


def edit(page, job_title) -> None:
    """Open the dialog and reach the field by keys."""
    press_until(page, "on.tagName === 'BUTTON' && on.textContent.endsWith('Edit')")
    assert rings(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Job title")).to_have_value(job_title)
    press_until(page, "on.ariaLabel === 'Job title'")
