"""One dashboard and one Chromium for the folder; browsers of their own for everybody who takes part."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.cast import Account, Cast
from tests.dashboards import Dashboard, running_dashboard, sample_state

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A running dashboard with the sample people in it."""
    state = tmp_path_factory.mktemp("browser") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as dashboard:
        yield dashboard


@pytest.fixture(scope="session")
def cast(house: Dashboard) -> Iterator[Cast]:
    with closing(house.signed_in()) as api:
        yield Cast(house, api)


@pytest.fixture
def visit(chromium: Browser, house: Dashboard) -> Iterator[Visit]:
    """`visit(account, "/users")`: a browser of their own, signed in, on that page; without an account, signed out.

    No browser may meet an error in our scripts.
    """
    contexts, broken = [], []

    def opened(account: Account | None = None, path: str = "/", **options) -> Page:
        context = chromium.new_context(base_url=house.url, **{"viewport": {"width": 1440, "height": 900}} | options)
        contexts.append(context)
        context.set_default_timeout(30_000)
        if account:
            context.add_cookies(cookies(house, account))
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert broken == []


def cookies(house: Dashboard, account: Account) -> list[dict[str, str]]:
    """Those of a session that was opened just now by the form that people use."""
    with house.client(headers={"origin": house.url}) as client:
        form = {"identifier": account.email, "password": account.password, "next": "/"}
        assert client.post("/sign-in", data=form).status_code == 303
        return [{"name": each.name, "value": each.value, "url": house.url} for each in client.cookies.jar]
