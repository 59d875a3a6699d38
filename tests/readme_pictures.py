"""Makes the pictures of the README anew: `python -m tests.readme_pictures`, on a dashboard of its own."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.dashboards import CHROMIUM, ROOT, Dashboard, running_dashboard
from tests.screenshots import SIZES, settle, sign_in

FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 250_000  # bytes; a README is to be there at once


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_dashboard(Path(folder) / "state") as dashboard,
        closing(dashboard.signed_in()) as api,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        desk = visitor(browser, dashboard, "desk", "light")
        maya = somebody(api, "maya.okafor@northwind.example")
        conflict(desk, api, maya)
        for name, path in (("users", "/users"), ("user", f"/user?id={maya}"), ("audit", f"/audit?audit_entity={maya}")):
            keep(desk, name, path)
        effects(desk, maya)
        keep(visitor(browser, dashboard, "desk", "dark"), "home-dark", "/")
        keep(visitor(browser, dashboard, "phone", "light"), "users-phone", "/users")


def visitor(browser: Browser, dashboard: Dashboard, size: str, scheme: str) -> Page:
    """A page of the sample admin, signed in."""
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    page = browser.new_context(base_url=dashboard.url, viewport=viewport, color_scheme=scheme).new_page()
    page.goto("/sign-in")
    if (size, scheme) == ("desk", "light"):
        photograph(page, "sign-in")
    sign_in(page)
    return page


def somebody(api: httpx.Client, email: str) -> str:
    return api.get("/api/users", params={"email": email}).raise_for_status().json()["user"]["userId"]


def keep(page: Page, name: str, path: str) -> None:
    page.goto(path)
    settle(page)
    page.locator("[data-testid=stMain] :is(h1, h2)").first.wait_for()
    photograph(page, name)


def conflict(page: Page, api: httpx.Client, user_id: str) -> None:
    """Two people change the same field of somebody; what the second one sees, and then decides."""
    page.goto(f"/user?id={user_id}")
    page.locator(".st-key-edit button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Location")).to_have_value("Lisbon")
    api.put(f"/api/users/{user_id}", json={"location": "Porto", "phone": "+351 22 555 0768"}).raise_for_status()
    dialog.get_by_label("Location").fill("Nairobi")
    dialog.get_by_role("button", name="Save changes").click()
    dialog.get_by_text("Take theirs").click()
    dialog.get_by_role("alert").evaluate("alert => alert.scrollIntoView({block: 'start'})")
    settle(page)
    photograph(page, "conflict")
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def effects(page: Page, user_id: str) -> None:
    """The dialog before somebody is deactivated."""
    page.goto(f"/user?id={user_id}")
    page.locator(".st-key-danger_open button").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Maya Okafor")
    expect(page.get_by_role("dialog").get_by_role("button", name="Deactivate Maya")).to_be_enabled()
    photograph(page, "deactivate")


def photograph(page: Page, name: str) -> None:
    """In true colour: a palette of 256 turns green into teal."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").save(path, optimize=True)
    assert path.stat().st_size <= LARGEST, f"{name} has {path.stat().st_size} bytes"


if __name__ == "__main__":
    main()
