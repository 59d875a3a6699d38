"""Dialogs, filters, forms, pictures and the set-password page, in a real browser."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def picture(kind="image/png", content=PNG):
    return {"name": "me.png", "mimeType": kind, "buffer": content}


@pytest.fixture
def asked(tab):
    """The dialog before deactivating Maya."""
    tab.goto("/person?id=1")
    tab.get_by_role("button", name="Deactivate…").click()
    tab.get_by_label("to confirm").wait_for()
    return tab


def act(page):
    return page.get_by_role("button", name="Deactivate Maya")


def test_a_dialog_is_dismissed_or_cancelled_and_nothing_changes(asked):
    asked.keyboard.press("Escape")
    expect(asked.get_by_role("dialog")).to_have_count(0)
    asked.get_by_role("button", name="Edit").click()
    expect(asked.get_by_role("dialog")).to_have_count(0)  # it stays closed at the next click
    asked.get_by_role("button", name="Deactivate…").click()
    asked.get_by_label("to confirm").wait_for()
    asked.get_by_role("button", name="Cancel").click()
    expect(asked.get_by_role("dialog")).to_have_count(0)
    expect(asked.get_by_text("0 times")).to_be_visible()


def test_only_the_typed_name_enables_the_act_which_happens_once_and_is_undone_once(asked):
    expect(act(asked)).to_be_disabled()
    asked.get_by_label("to confirm").press_sequentially("Maya Okafo")
    expect(act(asked)).to_be_disabled()
    asked.get_by_label("to confirm").press_sequentially("r")
    expect(act(asked)).to_be_enabled()
    act(asked).dblclick()
    expect(asked.get_by_text("Maya Okafor is deactivated.")).to_be_visible()
    expect(asked.get_by_role("dialog")).to_have_count(0)
    expect(asked.locator(".facts")).to_contain_text(["1 times"])
    asked.get_by_role("button", name="Undo").click()
    expect(asked.get_by_text("Maya Okafor is active again.")).to_be_visible()
    expect(asked.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_dialog_that_fails_stays_open_and_says_why(tab):
    tab.goto("/person?id=1&fail=1")
    tab.get_by_role("button", name="Deactivate…").click()
    tab.get_by_label("to confirm").fill("Maya Okafor")
    act(tab).click()
    expect(tab.get_by_role("dialog").get_by_text("The store did not answer within 5 seconds.")).to_be_visible()
    expect(act(tab)).to_be_enabled()


def test_filters_stand_in_the_address_as_machine_values(tab):
    tab.goto("/people")
    tab.get_by_role("radio", name="All").click()
    expect(tab).to_have_url(re.compile("people_status=all"))
    expect(tab.get_by_text("60 people")).to_be_visible()
    tab.get_by_role("link", name="Leila Rahimi").first.click()
    tab.get_by_role("heading", name="Maya Okafor").wait_for()
    tab.go_back()
    expect(tab.get_by_text("60 people")).to_be_visible()
    tab.get_by_role("button", name="Filter", exact=False).first.click()
    tab.get_by_label("Role").first.click()
    tab.get_by_role("option", name="Manager").click()
    expect(tab).to_have_url(re.compile("people_role=manager"))
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("button", name="Role is Manager")).to_be_visible()


def test_a_pasted_address_shows_the_same_filters_and_a_chip_removes_one(tab):
    tab.goto("/people?people_role=admin&people_role=nonsense&people_status=inactive&people_q=leila")
    expect(tab.get_by_role("button", name="Role is Admin")).to_be_visible()
    expect(tab.get_by_placeholder("Search name or e-mail")).to_have_value("leila")
    expect(tab.get_by_role("radio", name="Inactive")).to_be_checked()
    tab.goto("/people?people_role=admin&people_status=all")
    tab.get_by_role("button", name="Role is Admin").click()
    expect(tab.get_by_text("60 people")).to_be_visible()
    expect(tab).not_to_have_url(re.compile("people_role"))


def test_the_search_narrows_as_it_is_typed(tab):
    tab.goto("/people")
    tab.get_by_placeholder("Search name or e-mail").press_sequentially("maya")
    expect(tab.get_by_text("48 people")).to_have_count(0)
    expect(tab).to_have_url(re.compile("people_q=maya"))
    expect(tab.locator(".tbl .name").first).to_contain_text("Maya")


def test_problems_of_a_form_stand_beside_their_fields(tab):
    tab.goto("/settings")
    tab.get_by_label("Name").fill("Northwind Labs")
    tab.get_by_role("button", name="Save changes").click()
    expect(tab.get_by_text("2 fields need a correction. Nothing was saved.")).to_be_visible()
    field = tab.locator(".st-key-field_mail")
    expect(field.get_by_text("Add the part after the dot")).to_be_visible()
    expect(tab.get_by_label("Name")).to_have_value("Northwind Labs")
    tab.get_by_label("Contact e-mail").fill("ops@northwind.example")
    tab.get_by_role("button", name="Save changes").click()
    expect(tab.get_by_text("The settings are saved.")).to_be_visible()
    expect(tab.locator(".problem")).to_have_count(0)


def choose(tab, radio):
    """Click once the page stands still, or the click meets what is put there next; wait for what the server answers."""
    expect(tab.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    for _ in range(3):
        radio.click()
        with suppress(AssertionError):
            expect(radio).to_be_checked(timeout=10_000)
            break
    expect(radio).to_be_checked()
    expect(tab.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


def test_a_conflict_asks_for_each_field_before_saving(tab):
    tab.goto("/conflict")
    save = tab.get_by_role("button", name="Save changes")
    choose(tab, tab.get_by_role("radio", name="Keep mine").first)
    expect(save).to_be_disabled()
    choose(tab, tab.get_by_role("radio", name="Take theirs").last)
    expect(save).to_be_enabled()
    expect(tab.get_by_text("{'jobTitle': 'mine', 'phone': 'theirs'}")).to_be_visible()


def test_a_secret_is_copied_whole(tab):
    tab.goto("/person?id=1")
    tab.get_by_role("button", name="Copy").click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == "http://127.0.0.1:8501/set-password#" + "k7Qx" * 8


def test_a_picture_is_previewed_saved_and_removed_in_the_name_of_its_person(tab):
    tab.goto("/person?id=1")
    tab.get_by_label("Choose another picture").set_input_files(picture())
    expect(tab.get_by_alt_text("The chosen picture")).to_be_visible()
    with tab.expect_request("**/api/settings/profile-picture") as sent:
        tab.get_by_role("button", name="Save picture").click()
    assert sent.value.post_data_json["contentType"] == "image/png"
    assert sent.value.post_data_json["userId"] == "u-1"
    expect(tab.get_by_text("Picture saved")).to_be_visible()
    expect(tab.get_by_label("Choose another picture")).to_be_attached()
    with tab.expect_request("**/api/settings/profile-picture?userId=u-1") as sent:
        tab.get_by_role("button", name="Remove picture").click()
    assert sent.value.method == "DELETE"
    expect(tab.get_by_text("Picture removed")).to_be_visible()


NO_PICTURES = (
    ("image/svg+xml", PNG, "Choose a picture of type JPEG, PNG, WebP, GIF."),
    ("image/png", b"0" * (5 * 1024 * 1024 + 1), "Choose a picture of at most 5.0"),
    ("image/png", b"no picture", "This file is not a picture"),
)


def test_what_is_no_picture_is_refused_before_sending_or_by_the_server(tab):
    tab.goto("/person?id=1")
    for kind, content, words in NO_PICTURES:
        tab.get_by_label("Choose another picture").set_input_files(picture(kind, content))
        expect(tab.get_by_text(words)).to_be_visible()
        expect(tab.get_by_role("button", name="Save picture")).to_have_count(0)
    tab.get_by_label("Choose another picture").set_input_files(picture("image/webp"))
    tab.get_by_role("button", name="Save picture").click()
    expect(tab.get_by_text("This picture is damaged.")).to_be_visible()
    expect(tab.get_by_role("button", name="Save picture")).to_be_enabled()


def test_the_secret_of_a_link_leaves_the_address_at_once(tab):
    tab.goto("/routes/set_password#s3cret")
    expect(tab.get_by_label("New password")).to_be_enabled()
    assert "#" not in tab.url
    tab.get_by_label("New password").fill("a few words")
    tab.get_by_label("The same again").fill("a few words")
    with tab.expect_request("**/set-password") as sent:
        tab.get_by_role("button", name="Set password").click()
    assert sent.value.post_data_json == {"token": "s3cret", "password": "a few words"}
    expect(tab.get_by_text("Your password is set")).to_be_visible()


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("a few words", "other words", "The two passwords differ."),
        ("wrong password", "wrong password", "Choose another."),
    ],
)
def test_a_refused_password_says_what_to_do(tab, first, second, words):
    tab.goto("/routes/set_password#s3cret")
    tab.get_by_label("New password").fill(first)
    tab.get_by_label("The same again").fill(second)
    tab.get_by_role("button", name="Set password").click()
    expect(tab.get_by_text(words)).to_be_visible()
    expect(tab.get_by_role("button", name="Set password")).to_be_enabled()


def test_sign_in_waits_as_long_as_the_server_says(timed_tab):
    timed_tab.goto("/routes/sign_in?wait=60")
    expect(timed_tab.get_by_role("button")).to_be_disabled()
    timed_tab.clock.fast_forward(61_000)
    expect(timed_tab.get_by_role("button", name="Sign in")).to_be_enabled()


def test_links_of_the_parts_stay_in_the_session(tab):
    tab.goto("/")
    tab.evaluate("window.sameSession = true")
    tab.get_by_role("link", name="Priya Raman").click()
    expect(tab.get_by_role("heading", name="Maya Okafor")).to_be_visible()
    tab.get_by_role("main").get_by_role("link", name="Users").click()
    expect(tab.get_by_role("heading", name="Users")).to_be_visible()
    assert tab.evaluate("window.sameSession")


def test_links_of_the_parts_can_still_open_a_tab(tab):
    tab.goto("/")
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name="Priya Raman").click(modifiers=["Control"])
    expect(opened.value).to_have_url(re.compile(r"/person$"))


def test_a_link_leads_back_in_one_step(tab):
    tab.goto("/person?id=7")
    tab.get_by_role("link", name="Ines Moreau").click()
    expect(tab).to_have_url(re.compile(r"id=1$"))
    tab.go_back()
    expect(tab).to_have_url(re.compile(r"id=7$"))
