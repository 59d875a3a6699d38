"""The door: links that choose a password, ways in that lead back, and ways out that hold everywhere."""

import re

from playwright.sync_api import expect

from tests.browser.screen import button, fill, go, heading, sign_in

ENDED = "Your session has ended"
CHOSEN = "violet-harbour-{}-step"
MATCHES = re.compile(r"\d+\s(person|people) match(es)?( among \d+\sloaded)?( · 1 to 50)?$")


def test_added_person_chooses_password_and_sees_their_role(visit, cast):
    mark = "rosa" + cast.person().user_id[-6:]
    page = visit(cast.person("admin"), "/users")
    link = add(page, mark)
    theirs = visit(path="/sign-in")
    theirs.goto(link)
    assert "#" not in theirs.url
    fill(theirs, New_password=CHOSEN.format(mark), The_same_again=CHOSEN.format(mark))
    button(theirs, "Set password").click()
    theirs.get_by_role("link", name="Sign in").click()
    fill(theirs, **{"E-mail_or_username": mark, "Password": CHOSEN.format(mark)})
    button(theirs, "Sign in").click()
    expect(heading(theirs, "Your latest events")).to_be_visible()
    assert menu(theirs) == ["Home", "Settings"]


def add(page, mark) -> str:
    """Fill in the dialog of Users; the link that is shown once."""
    button(page, "Add person…").click()
    dialog = page.get_by_role("dialog")
    button(dialog, "Add person").click()
    expect(dialog.locator(".problem").first).to_be_visible()
    fill(dialog, **{"E-mail": f"{mark}@northwind.example", "Username": mark, "First_name": "Rosa", "Last_name": mark})
    button(dialog, "Add person").click()
    expect(heading(page, "The person is added")).to_be_visible()
    link = page.get_by_role("dialog").get_by_label("Value").input_value()
    button(page.get_by_role("dialog"), "Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".tbl tbody tr").first).to_contain_text(f"Rosa {mark}")
    return link


def menu(page) -> list[str]:
    """The pages that the menu offers."""
    return page.get_by_test_id("stSidebarNavLink").locator("p").all_inner_texts()


def test_unknown_link_says_whom_to_ask(visit):
    page = visit(path="/set-password#used-or-invented")
    fill(page, New_password=CHOSEN.format("x"), The_same_again=CHOSEN.format("x"))
    button(page, "Set password").click()
    expect(page.get_by_role("alert")).to_contain_text("admin")


def test_sign_out_ends_other_tab_at_next_click(visit, cast):
    here = visit(cast.person("analyst"), "/users")
    other = here.context.new_page()
    other.goto("/settings")
    expect(heading(other, "Settings")).to_be_visible()
    button(here, "Sign out").click()
    expect(button(here, "Sign in")).to_be_visible()
    other.get_by_text("Sessions", exact=True).click()
    expect(heading(other, ENDED)).to_be_visible()
    other.get_by_role("link", name="Sign in").click()
    expect(button(other, "Sign in")).to_be_visible()
    assert "next=/settings" in other.url


def test_deep_link_leads_back_after_sign_in(visit, cast):
    account = cast.person("analyst")
    page = visit(path=f"/user?id={account.user_id}")
    expect(button(page, "Sign in")).to_be_visible()
    sign_in(page, account)
    expect(heading(page, account.name)).to_be_visible()
    assert page.url.endswith(f"/user?id={account.user_id}")


def test_pasted_link_shows_same_rows_to_another(visit, cast):
    page = visit(cast.sample("manager"), "/users")
    expect(page.locator(".tbl tbody tr")).to_have_count(50)
    page.get_by_text("Inactive", exact=True).click()
    expect(page).to_have_url(re.compile("users_status=inactive"))
    page.get_by_role("button", name="Status").click()
    expect(page).to_have_url(re.compile("users_sort=status"))
    page.get_by_role("textbox", name="Search").fill("e")
    expect(page).to_have_url(re.compile("users_q=e"))
    expect(page.get_by_text(MATCHES)).to_be_visible()
    other = visit(cast.sample("admin"), page.url)
    expect(other.get_by_text(MATCHES)).to_be_visible()
    expect(other.locator(".tbl tbody .name")).to_have_text(page.locator(".tbl tbody .name").all_inner_texts())


def test_back_button_returns_to_pages_and_to_a_list_with_its_filters(visit, cast):
    page = visit(cast.sample("manager"), "/")
    go(page, "Users")
    go(page, "Settings")
    page.go_back()
    expect(heading(page, "Users")).to_be_visible()
    page.get_by_text("Inactive", exact=True).click()
    expect(page).to_have_url(re.compile("users_status=inactive"))
    expect(page.locator(".tbl .state.ok")).to_have_count(0)
    expect(page.locator(".tbl .state.idle").first).to_be_visible()
    names = page.locator(".tbl tbody .name").all_inner_texts()
    page.locator(".tbl tbody a").first.click()
    expect(heading(page, names[0])).to_be_visible()
    page.go_back()
    expect(heading(page, "Users")).to_be_visible()
    expect(page.locator(".tbl tbody .name")).to_have_text(names)
    assert "users_status=inactive" in page.url
