"""People from a file, as an admin brings them: one with errors, put right, applied."""

import csv
import io
import secrets

from playwright.sync_api import Page, expect

from tests.browser.screen import button, heading

HEADS = "E-mail,Username,First name,Last name,Department,Manager"


def file_of(*lines, name="people.csv"):
    """A file as a browser chooses it."""
    return {"name": name, "mimeType": "text/csv", "buffer": "\n".join([HEADS, *lines]).encode()}


def send(page: Page, file) -> None:
    page.get_by_label("Choose a CSV file").set_input_files(file)


def test_an_import_with_errors_is_put_right_and_applied(visit, cast, admin):
    mark, juno = secrets.token_hex(3), cast.person(department="Sales")
    page = visit(admin, "/users")
    button(page, "Import CSV…").click()
    expect(heading(page, "Import people")).to_be_visible()
    send(page, file_of("x", name="people.xlsx"))
    expect(page.get_by_role("alert")).to_contain_text("people.xlsx is no CSV file")
    lines = (
        f"{juno.email},,Juno,,Design,",
        f"ada.{mark}@northwind.example,ada.{mark},Ada,{mark},Design,{juno.email}",
        f"bo.{mark}@northwind.example,b,Bo,{mark},Design,ada.{mark}",
    )
    send(page, file_of(*lines))
    expect(page.get_by_text("Username “b”: 3 to 64 lower-case letters")).to_be_visible()
    expect(page.locator(".plan li")).to_have_count(3)
    fixed = rejected(page).replace(f",b,bo.{mark}@", f",bo.{mark},bo.{mark}@")
    page.get_by_text("Rejected 1", exact=True).click()
    expect(page.locator(".plan li")).to_have_count(1)
    apply(page, "Apply 2 of 3")
    assert cast.stored(juno)["profile"]["department"] == "Design"
    button(page, "Another file").click()
    send(page, {"name": "rejected.csv", "mimeType": "text/csv", "buffer": fixed.encode()})
    apply(page, "Apply 1 of 1")
    page.goto(f"/users?users_q={mark}")
    expect(page.locator(".tbl tbody tr")).to_have_count(2)


def rejected(page: Page) -> str:
    """The file of rejected lines, fetched by a click."""
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Rejected lines as CSV").click()
    text = fetched.value.path().read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["Line"] == "4"
    assert row["What is wrong"].startswith("Username: 3 to 64")
    return text


def apply(page: Page, words: str) -> None:
    button(page, f"{words}…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("this can be undone")).to_be_visible()
    button(dialog, words).click()
    expect(page.get_by_text("Applied", exact=True)).to_be_visible()


def test_a_large_file_shows_progress_and_can_be_stopped_and_a_refused_one_be_sent_again(visit, admin):
    page = visit(admin, "/import")
    page.context.route("**/pre-work-documents-dev", lambda _: None)  # the store never answers
    lines = (f"p{number}@northwind.example,large{number},,,," for number in range(20_000))
    send(page, file_of(*lines, name="large.csv"))
    expect(page.get_by_role("progressbar", name="Sending large.csv")).to_be_visible()
    button(page, "Cancel").click()
    expect(page.get_by_label("Choose a CSV file")).to_be_attached()
    page.context.unroute("**/pre-work-documents-dev")
    page.context.route("**/pre-work-documents-dev", lambda route: route.abort())
    send(page, file_of("a@northwind.example,aaa,,,,"))
    expect(page.get_by_role("alert")).to_contain_text("The store did not take the file.")
    page.context.unroute("**/pre-work-documents-dev")
    button(page, "Try again").click()
    expect(page.locator(".plan li")).to_have_count(1)
