"""Session fixtures: one Chromium, one dashboard and its users for all tests of a worker that share them.

Tests that stop a process, or that read all of its state, start a dashboard of their own.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.cast import Cast
from tests.contexts import Contexts
from tests.dashboards import CHROMIUM, Dashboard, running_dashboard, sample_state


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one Chromium of this process: Playwright cannot be started twice in it."""
    expect.set_options(timeout=60_000)  # a loaded machine is slow, and what never comes fails all the same
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Contexts:
    """The browser contexts of this worker."""
    return Contexts(chromium)


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A running dashboard with the sample organisations. Tests change only users that they create."""
    state = tmp_path_factory.mktemp("shared") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="session")
def cast(dashboard: Dashboard) -> Iterator[Cast]:
    """Creates users of the sample organisation Northwind."""
    with closing(dashboard.signed_in()) as api:
        yield Cast(dashboard, api)
