import pytest

from data.authentication.sign_in import WRONG
from data.credentials.throttling import MOST_OF_ADDRESS
from tests.doors import PASSWORD, Browser

NEW = "a new horse in the stable"
SESSION, DEVICE = "__Host-dashboard_session", "__Host-dashboard_device"


@pytest.fixture
def ann(world):
    return world.person(password=PASSWORD)


@pytest.fixture
def browser(world, ann):
    assert ann
    return Browser(world)


def set_cookies(answer):
    return {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}


def test_signing_in_leads_to_the_page_asked_for(browser):
    answer = browser.sign_in("ann@acme.example", next_="/users?role=admin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?role=admin")
    assert browser.http.get("/users").json()["actor"] == "ann"


def test_signing_in_leads_nowhere_else(browser):
    for next_ in ["//evil.example", "/\\evil.example", "https://evil.example", "/\n/evil.example"]:
        assert browser.sign_in("ann", next_=next_).headers["location"] == "/", next_
        assert "evil" not in browser.http.get("/sign-in", params={"next": next_}).text, next_


def test_cookies_are_kept_from_scripts_and_strangers(browser):
    cookies = set_cookies(browser.sign_in("ann"))
    assert cookies.keys() == {SESSION, DEVICE}
    for line in cookies.values():
        flags = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)


def test_each_sign_in_is_a_new_session_and_ends_the_old(world, browser):
    first, second = (set_cookies(browser.sign_in("ann"))[SESSION] for _ in range(2))
    assert first != second
    assert len(world.services.sessions.list_of(world.services.sessions.acting_as("ann"), "ann")) == 1
    stale = Browser(world)
    assert stale.http.get("/users", headers={"cookie": first.partition(";")[0]}).status_code == 303


def test_a_planted_session_cookie_is_not_taken_over(world, browser):
    planted = f"{SESSION}=ann.{'x' * 43}"
    answer = browser.http.post(
        "/sign-in", data={"identifier": "ann", "password": PASSWORD}, headers={"cookie": planted}
    )
    assert "x" * 43 not in set_cookies(answer)[SESSION]
    assert Browser(world).http.get("/users", headers={"cookie": planted}).status_code == 303


def test_what_is_wrong_is_said_in_the_same_words(browser):
    for identifier, password in (("ann", "my guess"), ("nobody", PASSWORD), ("ann@acme.example", "my guess")):
        answer = browser.sign_in(identifier, password)
        assert (answer.status_code, WRONG in answer.text) == (401, True)
        assert "set-cookie" not in answer.headers
        assert password not in answer.text


def test_an_empty_form_counts_as_no_try(browser):
    for form in [{}, {"identifier": "ann"}, {"password": "x"}, {"identifier": " ", "password": "x"}]:
        for _ in range(7):
            assert browser.http.post("/sign-in", data=form).status_code == 422
        assert browser.sign_in("ann").status_code == 303, form


def test_a_broken_form_is_refused_without_a_crash(browser):
    for content, kind in [
        (b"\xff\xfe=%zz&&&=", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"identifier=%00%ED%A0%80&password=%00", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(500)), "application/x-www-form-urlencoded"),
    ]:
        answer = browser.http.post("/sign-in", content=content, headers={"content-type": kind})
        assert 400 <= answer.status_code < 500, (content, kind)


def test_what_was_typed_comes_back_as_text(browser):
    hostile = '"><script>alert(1)</script>'
    answer = browser.sign_in(hostile, "wrong")
    assert "<script>alert" not in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text


def test_too_many_tries_say_how_long_to_wait(browser):
    for _ in range(5):
        browser.sign_in("ann", "wrong")
    answer = browser.sign_in("ann")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert 'data-wait-seconds="1"' in answer.text


def test_an_addresses_failures_are_told_by_trusted_proxies_alone(world, ann):
    assert ann
    for number in range(MOST_OF_ADDRESS):
        forwarded = {"sec-fetch-site": "same-origin", "x-forwarded-for": f"203.0.113.{number}"}
        Browser(world, headers=forwarded).sign_in(f"person-{number}", "wrong")
    assert Browser(world).sign_in("ann").status_code == 429
    assert Browser(world, address="198.51.100.9").sign_in("ann").status_code == 303


def test_signing_out_forgets_the_session_not_the_browser(world, browser):
    browser.sign_in("ann")
    answer = browser.http.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert set(browser.http.cookies) == {DEVICE}
    assert browser.http.get("/users").status_code == 303
    assert world.trail("ann")[-1]["action"] == "signed_out"
    assert browser.http.post("/sign-out").status_code == 303


def test_the_links_page_sets_a_password(world, browser):
    secret = world.services.sessions.new_link(world.person("admin", name="root"), "ann").partition("#")[2]
    assert browser.http.get("/set-password").status_code == 200
    weak = browser.http.post("/set-password", json={"token": secret, "password": "short"})
    assert (weak.status_code, list(weak.json()["error"]["fields"])) == (422, ["password"])
    assert browser.http.post("/set-password", json={"token": secret, "password": NEW}).status_code == 200
    again = browser.http.post("/set-password", json={"token": secret, "password": NEW})
    assert (again.status_code, again.json()["error"]["code"]) == (404, "not_found")
    assert browser.sign_in("ann", NEW).status_code == 303


def test_a_broken_request_for_a_password_names_its_fields(browser):
    for body in [b"", b"{}", b"[]", b"{", b'{"token": 1, "password": null}', b'{"token": "\\ud800"}']:
        answer = browser.http.post("/set-password", content=body)
        assert answer.status_code == 422, body
        assert answer.json()["error"]["fields"], body
