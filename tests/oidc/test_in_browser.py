"""The company account as people use it, in Chromium, with a real dashboard."""

import pytest
from playwright.sync_api import expect

from data.authentication.sign_in import STRANGER
from tests.dashboards import running_dashboard, sample_person
from tests.oidc.provider import environment, running_provider

pytestmark = pytest.mark.browser


def test_company_account_leads_there_and_back_in_chromium(dashboard, contexts, key):
    """A second dashboard, with a provider, joins the engine of the one of this worker."""
    complaints = []
    with (
        running_provider(key) as provider,
        running_dashboard(dashboard.state, **environment(provider)) as joined,
        contexts.lent(joined.url) as context,
    ):
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        provider.asks = True
        provider.person = {"email": "unknown@northwind.example", "email_verified": True}
        page.goto("/users")
        company_account(page)
        expect(page.get_by_role("alert")).to_have_text(STRANGER)
        provider.person["email"] = sample_person("admin").email.upper()
        company_account(page)
        expect(page.get_by_role("heading", name="Users")).to_be_visible()
        assert page.url == f"{joined.url}/users"
        assert "dashboard" not in page.evaluate("document.cookie")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Continue with company account")).to_be_visible()
        assert complaints == []


def company_account(page):
    page.get_by_role("link", name="Continue with company account").click()
    page.get_by_role("button", name="I am who I am").click()
