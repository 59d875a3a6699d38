"""The company account as people use it, in Chromium, with a real dashboard."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from data.authentication.sign_in import STRANGER
from tests.dashboards import running_dashboard, sample_person, sample_state
from tests.oidc.provider import environment, running_provider

pytestmark = pytest.mark.browser


@contextmanager
def opened(chromium, url):
    """A page of Chromium, and what its console complained of."""
    complaints = []
    context = chromium.new_context(base_url=url)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    yield page, complaints
    context.close()


def test_company_account_leads_there_and_back_in_chromium(tmp_path, tmp_path_factory, key, chromium):
    like = sample_state(tmp_path_factory)
    with (
        running_provider(key) as provider,
        running_dashboard(tmp_path / "state", like=like, **environment(provider)) as dashboard,
        opened(chromium, dashboard.url) as (page, complaints),
    ):
        provider.asks = True
        provider.person = {"email": "nobody@northwind.example", "email_verified": True}
        page.goto("/users")
        company_account(page)
        expect(page.get_by_role("alert")).to_have_text(STRANGER)
        provider.person["email"] = sample_person("admin").email.upper()
        company_account(page)
        expect(page.get_by_role("heading", name="Users")).to_be_visible()
        assert page.url == f"{dashboard.url}/users"
        assert "dashboard" not in page.evaluate("document.cookie")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Continue with company account")).to_be_visible()
        assert complaints == []


def company_account(page):
    page.get_by_role("link", name="Continue with company account").click()
    page.get_by_role("button", name="I am who I am").click()
