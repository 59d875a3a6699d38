"""Photographs every screen into screenshots/: `make screenshots`. By day and by night, on a desk and in a hand."""

import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from components.frame.navigation import MENU
from tests.dashboards import CHROMIUM, ROOT, Dashboard, running_dashboard, sample_person

FOLDER = ROOT / "screenshots"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
SCREENS = [screen.file for screens in MENU.values() for screen in screens if screen.visibility == "visible"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_dashboard(Path(folder) / "state") as dashboard,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, scheme in product(SIZES, SCHEMES):
            photograph(browser, dashboard, size, scheme)
    sys.stdout.write(f"The screens are in {FOLDER}\n")


def photograph(browser: Browser, dashboard: Dashboard, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=dashboard.url, viewport={"width": width, "height": height}, color_scheme=scheme
    )
    page = context.new_page()

    def keep(name: str) -> None:
        page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png")

    page.goto("/sign-in")
    keep("sign-in")
    sign_in(page)
    for name in SCREENS:
        page.goto("/" if name == "home" else f"/{name}")
        settle(page)
        keep(name)
    page.goto("/users")
    settle(page)
    page.get_by_role("link").filter(has_text="Okafor").first.click()
    page.get_by_role("heading", name="Okafor").wait_for()
    settle(page)
    keep("user")
    context.close()


def sign_in(page: Page, role: str = "admin") -> None:
    """Sign in as a sample person, by the form."""
    person = sample_person(role)
    page.fill("[name=identifier]", person.email)
    page.fill("[name=password]", person.password)
    page.keyboard.press("Enter")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page has run to its end and its pictures and fonts are there."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    main()
