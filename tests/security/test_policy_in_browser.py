"""A journey over everything a page can do: our own policy is never broken, and nothing is asked of anybody else."""

import re
from base64 import b64decode

from playwright.sync_api import expect

from tests.security.acts import PIXEL
from tests.security.visitors import visiting

PICTURE = {"name": "me.png", "mimeType": "image/png", "buffer": b64decode(PIXEL)}


def test_a_journey_over_all_pages_breaks_no_policy(dashboard, chromium, cast):
    with visiting(chromium, dashboard, "") as visitor:
        enter(visitor, cast.person("admin"))
        page = visitor.page
        expect(page.locator(".tbl tbody tr").first).to_be_visible()
        page.get_by_role("button", name="Add person").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        for path in ("/home", "/audit", "/health", "/user", "/settings?section=tokens", "/settings?section=sessions"):
            visitor.goes(path)
            expect(page.get_by_role("heading").first).to_be_visible()
        a_picture_goes_up_and_comes_back(visitor)
        page.goto(f"{dashboard.url}/api/docs")
        expect(page.get_by_text("/users/{user_id}").first).to_be_visible()
        assert visitor.harm == []


def enter(visitor, account):
    """Sign in by the form."""
    visitor.page.goto(f"{visitor.dashboard.url}/users")
    visitor.page.get_by_label("E-mail or username").fill(account.email)
    visitor.page.get_by_label("Password").fill(account.password)
    visitor.page.get_by_role("button", name="Sign in").click()


def a_picture_goes_up_and_comes_back(visitor):
    page = visitor.page
    visitor.goes("/user")
    page.get_by_label("Choose a picture").set_input_files(PICTURE)
    page.get_by_role("button", name="Save picture").click()
    image = page.locator(".profile img.ava")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    assert re.match(r"http://127\.0\.0\.1:\d+/.*X-Amz-Signature=", image.get_attribute("src"))


def test_a_script_put_into_a_page_is_stopped_and_noticed(dashboard, chromium):
    """Without this, the journey above would prove nothing."""
    with visiting(chromium, dashboard, "") as visitor:
        visitor.page.goto(f"{dashboard.url}/sign-in")
        visitor.page.evaluate(
            """() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';
                       document.body.append(s); new Image().src = 'http://evil.example/x.gif' }"""
        )
        visitor.page.wait_for_timeout(0)
        expect(visitor.page.get_by_label("Password")).to_be_visible()
        assert visitor.page.evaluate("window.hacked") is None
        directives = {found.split()[0] for found in visitor.violations}
        assert {"script-src-elem", "img-src"} <= directives
