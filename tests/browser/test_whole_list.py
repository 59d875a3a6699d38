"""The list of everybody, read to its end page by page, and searched as one types."""

import re

from playwright.sync_api import expect

from tests.browser.screen import heading


def test_paging_to_the_end_shows_everyone_once(visit, cast):
    page = visit(cast.sample("analyst"), "/users?users_status=all&users_size=100")
    expect(heading(page, "Users")).to_be_visible()
    everyone, links, number = everybody(cast), [], 1
    while True:
        expect(page.locator(".tbl tbody tr")).to_have_count(min(100, len(everyone) - len(links)))
        links += page.locator(".tbl tbody a").evaluate_all(
            "links => links.map((link) => new URL(link.href).searchParams.get('id'))"
        )
        if len(links) >= len(everyone):
            break
        number += 1
        first = page.locator(".tbl tbody a").first.get_attribute("href")
        page.get_by_role("button", name=f"Page {number}", exact=True).click()
        expect(page).to_have_url(re.compile(rf"users_page={number}"))
        expect(page.locator(".tbl tbody a").first).not_to_have_attribute("href", str(first))
    assert len(links) == len(set(links))
    assert set(links) == everyone


def test_one_of_all_is_found_while_typing(visit, cast):
    somebody = cast.person(name="Quentin Aardvark")
    page = visit(cast.sample("manager"), "/users?users_sort=-seen")
    expect(page.get_by_text(re.compile(r"^\d+\speople · 1 to 50$"))).to_be_visible()
    page.get_by_placeholder("Search people").press_sequentially("aardv")
    expect(page.locator(".tbl tbody tr")).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^1\sperson\smatches$"))).to_be_visible()
    expect(page.locator(".tbl tbody tr")).to_contain_text(somebody.email)
    expect(page).to_have_url(re.compile("users_q=aardv"))


def everybody(cast) -> set[str]:
    """As the API lists them."""
    found, cursor = set(), {}
    while True:
        listed = cast.api.get("/api/users", params={"status": "all", "limit": 100, **cursor}).raise_for_status().json()
        found |= {person["userId"] for person in listed["items"]}
        if not listed["nextCursor"]:
            return found
        cursor = {"cursor": listed["nextCursor"]}
