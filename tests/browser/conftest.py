"""Browsers for the users of these tests, on the dashboard of this worker."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from tests.browser.cast import Account, Cast
from tests.contexts import Contexts, sized
from tests.dashboards import Dashboard

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def admin(cast: Cast) -> Account:
    """The sample admin, for tests that only read."""
    return cast.sample("admin")


@pytest.fixture
def visit(contexts: Contexts, dashboard: Dashboard) -> Iterator[Visit]:
    """`visit(account, "/users")` opens that page in a separate browser, signed in as the account, if any.

    No page may raise an error in a script.
    """
    broken: list[str] = []
    with ExitStack() as lent:

        def opened(account: Account | None = None, path: str = "/", **options) -> Page:
            look = {name: options.pop(name) for name in ("viewport", "color_scheme") if name in options}
            context = lent.enter_context(contexts.lent(dashboard.url, **options))
            if account:
                context.add_cookies(dashboard.cookies(account.email, account.password))
            page = sized(context.new_page(), **look)
            page.on("pageerror", lambda error: broken.append(str(error)))
            page.goto(path)
            return page

        yield opened
    assert broken == []
