"""The list of everybody, read to its end page by page."""

from playwright.sync_api import expect

from tests.browser.screen import button, heading


def test_loading_to_the_end_shows_everyone_once(visit, cast):
    page = visit(cast.sample("analyst"), "/users?users_status=all")
    expect(heading(page, "Users")).to_be_visible()
    more = button(page, "Load 50 more")
    shown = 50
    while True:
        expect(page.get_by_text("more below")).to_be_visible()
        expect(page.locator(".tbl tbody tr")).to_have_count(shown)
        more.click()
        expect(page.locator(f".tbl tbody tr:nth-child({shown + 1})")).to_be_attached()
        if not more.count():
            break
        shown += 50
    expect(page.get_by_text("more below")).to_have_count(0)
    links = page.locator(".tbl tbody a").evaluate_all(
        "links => links.map((link) => new URL(link.href).searchParams.get('id'))"
    )
    assert len(links) == len(set(links))
    assert set(links) == everybody(cast)


def everybody(cast) -> set[str]:
    """As the API lists them."""
    found, cursor = set(), {}
    while True:
        listed = cast.api.get("/api/users", params={"status": "all", "limit": 100, **cursor}).raise_for_status().json()
        found |= {person["userId"] for person in listed["items"]}
        if not listed["nextCursor"]:
            return found
        cursor = {"cursor": listed["nextCursor"]}
