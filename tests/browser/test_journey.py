"""The main job, from sign-in to the audit trail, as an admin does it."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.screen import button, fill, go, heading, painted, row, sign_in

ENDED = "Your session has ended"


@pytest.fixture
def admin(cast):
    return cast.person("admin")


@pytest.fixture
def juno(cast):
    return cast.person(phone="+44 20 7946 0001", location="London", jobTitle="Analyst")


@pytest.fixture(scope="module")
def portrait():
    """A PNG as a browser chooses it."""
    file = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(file, "PNG")
    return {"name": "portrait.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_admin_finds_edits_pictures_deactivates_and_audits_somebody(visit, cast, admin, juno, portrait):
    page, theirs = visit(path="/users"), visit(juno)
    sign_in_at_the_second_try(page, admin)
    find(page, juno)
    rename_job(page, juno)
    give_picture(page, juno, portrait)
    deactivate(page, juno)
    theirs.get_by_test_id("stSidebarNav").get_by_role("link", name="Settings").click()
    expect(heading(theirs, ENDED)).to_be_visible()
    button(page, "Undo").click()
    expect(page.get_by_text(f"{juno.name} can sign in again.")).to_be_visible()
    assert cast.stored(juno)["user"]["status"] == "active"
    read_trail(page, admin, juno)


def sign_in_at_the_second_try(page: Page, admin) -> None:
    sign_in(page, admin, "not-their-password")
    expect(page.get_by_role("alert")).to_contain_text("password is wrong")
    expect(page.get_by_label("E-mail or username")).to_have_value(admin.email)
    sign_in(page, admin)
    expect(heading(page, "Users")).to_be_visible()


def find(page: Page, juno) -> None:
    page.get_by_role("textbox", name="Search").fill(juno.name)
    expect(page.locator(".tbl tbody tr")).to_have_count(1)
    row(page, juno).get_by_role("link").click()
    expect(heading(page, juno.name)).to_be_visible()


def rename_job(page: Page, juno) -> None:
    button(page, "Edit").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Job title")).to_have_value("Analyst")
    fill(dialog, Job_title="Lead analyst")
    choose_department(page, dialog)
    button(dialog, "Save changes").click()
    expect(page.get_by_text(f"{juno.name} is saved.")).to_be_visible()
    expect(dialog).to_have_count(0)
    expect(page.locator("dd", has_text="Lead analyst").first).to_be_visible()
    expect(page.locator("dd", has_text="Finance").first).to_be_visible()


def choose_department(page: Page, dialog) -> None:
    """Existing departments come first and in their own spelling; Escape closes only the list."""
    field = dialog.get_by_role("combobox", name="Department")
    field.fill("Fin")
    expect(page.get_by_role("option")).to_have_text(["Finance", "Create “Fin”"])
    field.press("Escape")
    expect(field).to_have_value("No department")
    expect(page.get_by_role("option")).to_have_count(0)
    field.fill(" design ")
    expect(page.get_by_role("option")).to_have_text(["Design"])
    field.press("Tab")
    expect(field).to_have_value("Design")
    field.fill("Fin")
    button(dialog, "Save changes").focus()  # leaving half a word is no choice
    expect(field).to_have_value("Design")
    field.fill("Fin")
    field.press("Enter")
    expect(field).to_have_value("Finance")


def give_picture(page: Page, juno, portrait) -> None:
    page.get_by_label("Choose a picture").set_input_files(portrait)
    page.get_by_role("button", name="Save picture").click()
    painted(page.locator(".profile img.ava"))
    go(page, "Users")
    painted(row(page, juno).locator("img.ava"))
    row(page, juno).get_by_role("link").click()
    expect(heading(page, juno.name)).to_be_visible()


def deactivate(page: Page, juno) -> None:
    button(page, "Deactivate…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 session and all tokens end at once")).to_be_visible()
    last = button(dialog, f"Deactivate {juno.name.split()[0]}")
    expect(last).to_be_disabled()
    dialog.get_by_role("textbox").fill(juno.name)
    expect(last).to_be_enabled()
    last.click()
    expect(page.get_by_text(f"{juno.name} is deactivated.")).to_be_visible()


def read_trail(page: Page, admin, juno) -> None:
    page.goto(f"/audit?audit_entity={juno.user_id}")
    trail = page.get_by_role("main")
    for words in ("Analyst", "Lead analyst", "inactive", "active", admin.name):
        expect(trail.get_by_text(words).first).to_be_attached()


def test_conflict_of_two_browsers_is_settled_per_field(visit, cast, admin, juno):
    mine, theirs = (visit(admin, f"/user?id={juno.user_id}") for _ in range(2))
    for page in (mine, theirs):
        button(page, "Edit").click()
        expect(page.get_by_role("dialog").get_by_label("Phone")).to_have_value("+44 20 7946 0001")
    fill(theirs.get_by_role("dialog"), Phone="+351 21 555 0102", Location="Lisbon", About="Theirs alone")
    button(theirs.get_by_role("dialog"), "Save changes").click()
    expect(theirs.get_by_text(f"{juno.name} is saved.")).to_be_visible()

    dialog = mine.get_by_role("dialog")
    fill(dialog, Phone="+254 20 555 0103", Location="Nairobi", Job_title="Mine alone")
    button(dialog, "Save changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("2 fields that you changed too")
    expect(dialog.get_by_text("Lisbon")).to_be_visible()
    dialog.locator("[class*=_phone]").get_by_text("Keep mine").click()
    dialog.locator("[class*=_location]").get_by_text("Take theirs").click()
    button(dialog, "Save changes").click()
    expect(mine.get_by_text(f"{juno.name} is saved.")).to_be_visible()
    profile = cast.stored(juno)["profile"]
    kept = {name: profile[name] for name in ("phone", "location", "bio", "jobTitle")}
    assert kept == {
        "phone": "+254 20 555 0103",
        "location": "Lisbon",
        "bio": "Theirs alone",
        "jobTitle": "Mine alone",
    }


def test_own_picture_is_shown_beside_own_name(visit, admin, portrait):
    page = visit(admin, "/settings")
    page.get_by_label("Choose a picture").set_input_files(portrait)
    page.get_by_role("button", name="Save picture").click()
    expect(page.get_by_text("Your picture is saved.")).to_be_visible()
    painted(page.locator(".st-key-me img.ava"))
