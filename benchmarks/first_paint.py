"""From the click on Sign in to the painted Home page, in Chromium, warm and cold."""

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.result import Result
from benchmarks.servers import Server, serving
from tests.dashboards import CHROMIUM, sample_person

ROUNDS = 7


def run() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("dashboard.py", Path(folder) / "ours") as server,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        cold = [_signs_in(server, browser, visits=1)[0] for _ in range(ROUNDS)]
        warm = [_signs_in(server, browser, visits=2)[1] for _ in range(ROUNDS)]
        browser.close()
    return [
        Result.value("sign-in to painted Home, empty browser cache, median", median(cold), "ms"),
        Result.value("sign-in to painted Home, warm browser cache, median", median(warm), "ms"),
    ]


def _signs_in(server: Server, browser: Browser, *, visits: int) -> list[float]:
    """Each visit signs in anew; the cache is the context's."""
    context, person, times = browser.new_context(), sample_person(), []
    for _ in range(visits):
        context.clear_cookies()
        page = context.new_page()
        page.goto(server.url + "/sign-in")
        page.fill("[name=identifier]", person.email)
        page.fill("[name=password]", person.password)
        began = time.perf_counter()
        page.click("button[type=submit]")
        page.locator(".feed li").first.wait_for(timeout=60_000)
        times.append((time.perf_counter() - began) * 1000)
        page.close()
    context.close()
    return times
