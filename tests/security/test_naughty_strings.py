"""What people type is shown as they typed it, and does nothing: written through the API, looked at in Chromium."""

import json
import os
import re
from contextlib import closing
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.security.naughty import MARKUP, REFUSED, STRINGS, stored
from tests.security.visitors import visiting

LONG = os.environ.get("PROOFS") == "long"
OPENED = STRINGS if LONG else ["<img src=x onerror=alert(9)>", "[a link](javascript:alert(44))", ":material/person:"]
FIELDS = ("firstName", "department", "jobTitle", "location", "bio")
TABS = 4  # at once: a tab loading leaves the server idle, and the other way round
PER_PAGE, WHOLE = 100, re.compile(r"^([0-9,]+)\s+people( · .*)?$")  # what stands over the list once it can be paged
PASSWORD = "'\"><script>alert(0)</script>"


def address(number, text):
    """The text itself where an address may be so, as many may."""
    own = f"{text}.{number}@naughty.example"
    return (
        own if own.isprintable() and own.count("@") == 1 and not set(own) & set(' "') else f"n{number}@naughty.example"
    )


def written(client, number, text, **more):
    body = dict.fromkeys(FIELDS, text) | {"lastName": f"N{number}", "username": f"naughty-{number}"} | more
    return client.post("/api/users", json=body | {"email": address(number, text)})


@pytest.fixture(scope="module")
def people(dashboard):
    """A person for each text: text → userId."""
    with closing(dashboard.signed_in("admin", "Globex")) as client:
        made = {}
        for number, text in enumerate(STRINGS):
            answer = written(client, number, text)
            if answer.status_code == 422:  # the address was too naughty, which is as well
                answer = written(client, number, text, email=f"n{number}@naughty.example")
            assert answer.status_code == 201, (text, answer.text)
            user = answer.json()["user"]
            assert user["firstName"] == stored(text)
            made[text] = user["userId"]
        return made


@pytest.fixture(scope="module")
def visitor(dashboard, chromium, people):
    """The admin of their organisation, at a browser."""
    assert people
    with visiting(chromium, dashboard, "admin", "Globex") as greta:
        yield greta


def shown(visitor):
    """All text of the page, as the browser holds it."""
    return visitor.page.evaluate("document.body.textContent")


def test_the_list_shows_every_text_as_typed(visitor, people):
    rows, texts = visitor.page.locator(".tbl tbody tr"), []
    for number in range(1, len(people) // PER_PAGE + 2):
        visitor.goes(f"/users?users_size={PER_PAGE}&users_page={number}")
        line = visitor.page.get_by_text(WHOLE).text_content()
        there = int(WHOLE.fullmatch(line)[1].replace(",", ""))
        expect(rows).to_have_count(min(PER_PAGE, there - (number - 1) * PER_PAGE))  # they are drawn after the line
        texts += rows.all_text_contents()
    text = "\n".join(texts)
    missing = [one for number, one in enumerate(STRINGS) if f"{stored(one)} N{number}" not in text]
    assert missing == []
    assert visitor.harm == []


@pytest.mark.parametrize("text", OPENED)
def test_the_page_of_a_person_shows_it_as_typed(visitor, people, text, record_property):
    record_property("strings", 1)
    visitor.goes(f"/user?id={people[text]}")
    visitor.page.get_by_role("heading", name=f"{stored(text)} N{STRINGS.index(text)}").wait_for()
    assert shown(visitor).count(stored(text)) >= len(FIELDS) - (stored(text) != text)  # a long text keeps more
    visitor.page.get_by_role("button", name="Edit").first.click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.wait_for()
    expect(dialog.get_by_label("First name")).to_have_value(stored(text))
    assert visitor.harm == []


def test_the_trail_and_the_events_show_names_as_typed(visitor):
    newest = [(number, text) for number, text in enumerate(STRINGS)][-10:]
    for path in ("/audit", "/home", "/"):
        visitor.goes(path)
        visitor.page.get_by_text(f"N{newest[-1][0]}").first.wait_for()
        text = shown(visitor)
        assert [one for number, one in newest if f"{stored(one)} N{number}" not in text] == []
    assert visitor.harm == []


@pytest.mark.parametrize(
    "path",
    [
        "users?users_q=",
        "users?users_role=",
        "users?users_department=",
        "user?id=",
        "audit?audit_entity=",
        "settings?section=",
    ],
)
def test_what_stands_in_an_address_does_nothing(visitor, path):
    texts = MARKUP if LONG else MARKUP[:60:20]
    for first in range(0, len(texts), TABS):
        visitor.goes_together([f"/{path}{quote(text)}" for text in texts[first : first + TABS]])
    assert visitor.harm == []


def test_a_naughty_name_is_harmless_to_its_owner(dashboard, chromium, people):
    """In the menu of every page, in their sessions, in their tokens, and as a password."""
    assert people
    text = "<img src=x onerror=alert(9)>"
    with closing(dashboard.signed_in("admin", "Globex")) as client:
        more = {"username": "naughty-owner", "email": "naughty-owner@naughty.example", "lastName": "Owner"}
        made = client.post("/api/users", json=dict.fromkeys(FIELDS, text) | more).json()
        token = made["setPasswordUrl"].partition("#")[2]
        assert client.post("/set-password", json={"token": token, "password": PASSWORD}).status_code == 200
    with visiting(chromium, dashboard, "") as owner:
        owner.page.goto(f"{dashboard.url}/sign-in")
        owner.page.get_by_label("E-mail or username").fill("naughty-owner")
        owner.page.get_by_label("Password").fill(PASSWORD)
        owner.page.get_by_role("button", name="Sign in").click()
        for section in ("profile", "sessions", "tokens"):
            owner.goes(f"/settings?section={section}")
            owner.page.get_by_text(f"{text} Owner").first.wait_for()
        assert owner.harm == []


def test_control_characters_are_refused_by_name_of_field(dashboard):
    with closing(dashboard.signed_in("admin", "Globex")) as client:
        for text in REFUSED:
            body = {"firstName": f"x{text}x", "email": "refused@naughty.example", "username": "refused"}
            answer = client.post(
                "/api/users", content=json.dumps(body).encode(), headers={"content-type": "application/json"}
            )
            assert answer.status_code in (400, 422), (text, answer.text)
            assert answer.status_code == 400 or answer.json()["error"]["fields"].keys() == {"firstName"}
