"""A journey over everything a page can do: our own policy is never broken, and nothing is asked of anybody else."""

import re
from base64 import b64decode

import pytest
from playwright.sync_api import expect

from tests.dashboards import sample_person
from tests.security.acts import PIXEL
from tests.security.visitors import visiting

PICTURE = {"name": "me.png", "mimeType": "image/png", "buffer": b64decode(PIXEL)}


@pytest.fixture
def visitor(dashboard, chromium):
    with visiting(chromium, dashboard, "") as somebody:
        yield somebody
        assert somebody.harm == []


def enter(visitor, role="admin"):
    """By the form, as people do."""
    person = sample_person(role)
    visitor.page.goto(f"{visitor.dashboard.url}/users")
    visitor.page.get_by_label("E-mail or username").fill(person.email)
    visitor.page.get_by_label("Password").fill(person.password)
    visitor.page.get_by_role("button", name="Sign in").click()


def test_a_journey_over_all_pages_breaks_no_policy(visitor):
    page = visitor.page
    enter(visitor)
    expect(page.locator(".tbl tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    for path in ("/home", "/audit", "/health", "/user", "/settings?section=tokens", "/settings?section=sessions"):
        visitor.goes(path)
        expect(page.get_by_role("heading").first).to_be_visible()


def test_a_picture_goes_up_and_comes_back_within_the_policy(visitor):
    page = visitor.page
    enter(visitor)
    expect(page.locator(".tbl tbody tr").first).to_be_visible()
    visitor.goes("/user")
    page.get_by_label("Choose a picture").set_input_files(PICTURE)
    page.get_by_role("button", name="Save picture").click()
    image = page.locator(".profile img.ava")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    assert re.match(r"http://127\.0\.0\.1:\d+/.*X-Amz-Signature=", image.get_attribute("src"))


def test_the_documentation_of_the_api_loads_from_here_alone(visitor):
    enter(visitor)
    visitor.page.goto(f"{visitor.dashboard.url}/api/docs")
    expect(visitor.page.get_by_text("/users/{user_id}").first).to_be_visible()


def test_a_script_put_into_a_page_is_stopped_and_noticed(dashboard, chromium):
    """Or the journeys above would prove nothing."""
    with visiting(chromium, dashboard, "") as somebody:
        somebody.page.goto(f"{dashboard.url}/sign-in")
        somebody.page.evaluate(
            """() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';
                       document.body.append(s); new Image().src = 'http://evil.example/x.gif' }"""
        )
        somebody.page.wait_for_timeout(0)
        expect(somebody.page.get_by_label("Password")).to_be_visible()
        assert somebody.page.evaluate("window.hacked") is None
        directives = {found.split()[0] for found in somebody.violations}
        assert {"script-src-elem", "img-src"} <= directives
