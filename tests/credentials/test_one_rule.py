"""One rule for passwords at every entry point: no whitespace is stripped, none is cut, and the limit is named."""

import re
from pathlib import Path

import pytest

from data import web
from data.core.errors import InvalidInput
from data.credentials.models import MOST_PASSWORD
from data.runtime import admin_commands
from tests.authentication.test_passwords import actor_of
from tests.conftest import PRODUCTION
from tests.doors import PASSWORD, Browser

BASE = "tulip river 1984"
SPACED = [f"{BASE} ", f" {BASE}", f"{BASE}\t", f"{BASE}\u00a0", f"\u3000{BASE}", f"{BASE}  "]
LIMIT = "A password has at most 256 characters."


@pytest.fixture
def environ():
    return PRODUCTION | {"DASHBOARD_SIGN_UP": "open"}


@pytest.fixture
def browser(world):
    world.person("admin", name="root")
    return Browser(world)


def by_link(world, browser, password):
    world.person(name="ann")
    link = world.services.sessions.new_link(world.services.sessions.acting_as("root"), "ann")
    answer = browser.http.post("/set-password", json={"token": link.partition("#")[2], "password": password})
    return answer.json().get("error", {}).get("fields", {})


def by_sign_up(world, browser, password):  # noqa: ARG001 - as the others
    person = {"organisation": "Initech", "email": "ann@initech.example", "username": "ann", "password": password}
    return browser.http.post("/api/auth/sign-up", json=person).json().get("error", {}).get("fields", {})


def by_command(world, browser, password):  # noqa: ARG001 - as the others
    try:
        admin_commands.create_admin(world.services, email="a@x.example", username="ann", org="x", password=password)
    except InvalidInput as error:
        return error.fields
    return {}


def by_settings(world, browser, password):  # noqa: ARG001 - as the others
    actor = actor_of(world, world.opened(world.person(name="ann", password=PASSWORD)))
    try:
        world.services.sessions.change_password(actor, PASSWORD, password)
    except InvalidInput as error:
        return error.fields
    return {}


WAYS_TO_SET = [by_link, by_sign_up, by_command, by_settings]


def by_form(world, browser, password):  # noqa: ARG001 - as the others
    return browser.sign_in("ann", password).status_code == 303


def by_api(world, browser, password):  # noqa: ARG001 - as the others
    body = {"email": "ann", "password": password}
    return browser.http.post("/api/auth/login", json=body).status_code == 200


def by_present_password(world, browser, password):  # noqa: ARG001 - as the others
    user = world.services.users.find(world.services.credentials.find("ann").user_id)
    opened = world.services.sessions.begin(user, address="", user_agent="", at=world.clock.now())
    try:
        world.services.sessions.change_password(actor_of(world, opened), password, password)
    except InvalidInput as error:
        return error.fields.keys() != {"current"}
    return True


WAYS_TO_USE = [by_form, by_api, by_present_password]


@pytest.mark.parametrize("way", WAYS_TO_SET, ids=lambda way: way.__name__)
@pytest.mark.parametrize("password", SPACED, ids=ascii)
def test_whitespace_around_a_password_is_part_of_it(world, browser, way, password):
    assert way(world, browser, password) == {}
    for use in WAYS_TO_USE:
        assert not use(world, browser, BASE), use.__name__
        assert not use(world, browser, f"{password} "), use.__name__
        assert use(world, browser, password), use.__name__


@pytest.mark.parametrize("use", WAYS_TO_USE, ids=lambda use: use.__name__)
def test_whitespace_is_not_stripped_from_what_is_typed(world, browser, use):
    assert by_link(world, browser, BASE) == {}
    for password in SPACED[:4]:
        assert not use(world, browser, password), ascii(password)
    assert use(world, browser, BASE)


@pytest.mark.parametrize("way", WAYS_TO_SET, ids=lambda way: way.__name__)
def test_the_longest_password_works_everywhere(world, browser, way):
    longest = ("tulip river " * 22)[:MOST_PASSWORD]
    assert way(world, browser, longest) == {}
    for use in WAYS_TO_USE:
        assert use(world, browser, longest), use.__name__


@pytest.mark.parametrize("way", WAYS_TO_SET, ids=lambda way: way.__name__)
def test_a_longer_password_is_refused_with_the_limit(world, browser, way):
    for length in (MOST_PASSWORD + 1, 319, 5_000):
        assert way(world, browser, "x" * length) == {"password": LIMIT}
        if way in {by_link, by_settings}:
            break  # these make a new user at each call


def test_a_password_that_is_too_long_counts_as_no_attempt_anywhere(world, browser):
    assert by_link(world, browser, BASE) == {}
    actor = actor_of(world, world.opened(world.services.sessions.acting_as("ann")))
    for length in [MOST_PASSWORD + 1] * 6 + [2_000]:
        form = browser.sign_in("ann", "x" * length)
        assert (form.status_code, LIMIT in form.text) == (422, True)
        answer = browser.http.post("/api/auth/login", json={"email": "ann", "password": "x" * length})
        assert (answer.status_code, answer.json()["error"]["fields"]) == (422, {"password": LIMIT})
        with pytest.raises(InvalidInput) as refusal:
            world.services.sessions.change_password(actor, "x" * length, BASE)
        assert refusal.value.fields == {"current": LIMIT}
    assert by_form(world, browser, BASE)


def test_a_password_that_is_too_long_is_answered_alike_for_names_of_no_account(browser):
    answers = [browser.sign_in(name, "x" * 300) for name in ("root", "no-such-user")]
    assert len({answer.text.replace("root", "").replace("no-such-user", "") for answer in answers}) == 1


def test_no_page_cuts_a_password_silently():
    pages = sorted((Path(web.__file__).parent / "pages").glob("*.html"))
    fields = [field for page in pages for field in re.findall(r"<input[^>]*type=\"password\"[^>]*>", page.read_text())]
    assert len(fields) == 3
    assert [field for field in fields if "maxlength" in field] == []
