"""What each role sees of each page: in the menu, and when it comes by a link."""

from contextlib import closing

from playwright.sync_api import expect

from tests.browser.screen import button, go, heading

CLOSED = "This is not open to you"
MENUS = {
    "user": ["Home", "Settings"],
    "analyst": ["Home", "Users", "Settings"],
    "manager": ["Home", "Users", "Settings"],
    "admin": ["Home", "Users", "Audit", "Settings", "Health"],
}
ALL = {"users", "audit", "settings", "health"}


def menu_and_links_open_what_the_role_may(page, role):
    expect(page.get_by_test_id("stSidebarNavLink").locator("p")).to_have_text(MENUS[role])
    for name in ALL - {each.casefold() for each in MENUS[role]}:
        page.goto(f"/{name}")
        expect(page.get_by_text(CLOSED)).to_be_visible()
    for name in MENUS[role][1:]:
        page.goto(f"/{name.casefold()}")
        expect(heading(page, name).first).to_be_visible()
        expect(page.get_by_text(CLOSED)).to_have_count(0)


def test_user_opens_own_pages_only(visit, cast):
    user, other = cast.sample("user"), cast.sample("analyst")
    page = visit(user, "/user")
    expect(heading(page, user.name)).to_be_visible()
    expect(button(page, "Edit")).to_be_visible()
    page.goto(f"/user?id={other.user_id}")
    expect(page.get_by_text(CLOSED)).to_be_visible()
    assert other.email not in page.content()
    menu_and_links_open_what_the_role_may(page, "user")


def test_analyst_sees_people_without_their_addresses(visit, cast):
    someone = cast.person()
    page = visit(cast.sample("analyst"))
    menu_and_links_open_what_the_role_may(page, "analyst")
    go(page, "Users")
    expect(page.locator(".tbl tbody tr").filter(has_text=someone.name)).to_have_count(1)
    assert someone.email not in page.content()
    page.locator(".tbl tbody tr").filter(has_text=someone.name).get_by_role("link").click()
    expect(heading(page, someone.name)).to_be_visible()
    assert page.url.endswith(f"/user?id={someone.user_id}")
    expect(button(page, "Edit")).to_have_count(0)
    expect(heading(page, "Audit")).to_have_count(0)
    assert someone.email not in page.content()


def test_manager_edits_and_audits_those_below_only(visit, cast):
    boss, peer = cast.person("manager"), cast.person("manager")
    below = cast.person(managerId=boss.user_id)
    page = visit(boss, f"/user?id={below.user_id}")
    expect(page.get_by_text(below.email).first).to_be_visible()
    expect(button(page, "Edit")).to_be_visible()
    expect(heading(page, "Audit")).to_be_visible()
    expect(button(page, "Deactivate…")).to_have_count(0)
    page.goto(f"/user?id={peer.user_id}")
    expect(page.get_by_text(peer.email).first).to_be_visible()
    expect(button(page, "Edit")).to_have_count(0)
    expect(heading(page, "Audit")).to_have_count(0)
    menu_and_links_open_what_the_role_may(page, "manager")


def test_admin_opens_all_pages_but_no_user_of_another_organisation(visit, cast, admin):
    with closing(cast.dashboard.signed_in("admin", "Globex")) as outsider:
        greta = outsider.get("/api/auth/me").json()["user"]
    page = visit(admin, f"/user?id={greta['userId']}")
    expect(page.get_by_text("It is not here")).to_be_visible()
    assert "Greta" not in page.content()
    menu_and_links_open_what_the_role_may(page, "admin")
