"""Every refusal and failure is a page of ours where a browser opens a page, and stays JSON for API callers."""

import logging
from http import HTTPStatus

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from data.authentication.sessions import SessionService
from data.core.errors import Misconfigured, Unavailable
from data.web.gate import Gate
from tests.doors import PASSWORD, Browser

OPENING = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "accept": "text/html,*/*;q=0.8"}
OLD_BROWSER = {"accept": "text/html,application/xhtml+xml"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
CALLING = {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "accept": "*/*"}
PAGES = ("/", "/users", "/user?id=ann", "/nonsense", "/files/people/1", "/api/docs", "/media/a.png")


@pytest.fixture
def browser(world):
    browser = Browser(world)
    browser.sign_in(world.person("admin", password=PASSWORD).username)
    return browser.http


@pytest.fixture
def failing(monkeypatch):
    """Let each look at the session fail with this error."""

    def fail(error):
        def actor(*_):
            raise error

        monkeypatch.setattr(SessionService, "actor", actor)

    return fail


def is_page(answer):
    return answer.headers["content-type"].startswith("text/html") and answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("headers", [OPENING, OLD_BROWSER], ids=["today", "old"])
def test_a_page_opened_while_the_store_is_down_is_ours_and_retries(browser, failing, headers):
    failing(Unavailable("The data store does not answer. Nothing was changed; try again."))
    for path in PAGES:
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 503, path
        assert is_page(answer), path
        assert "The data store does not answer." in answer.text
        assert answer.headers["x-correlation-id"] in answer.text
        assert '<a class="button" href="">Try again</a>' in answer.text
        assert '<script type="module" src="/assets/retry.js">' in answer.text
        assert answer.headers["retry-after"] == "2"
        assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_programs_get_json_while_the_store_is_down(browser, failing):
    failing(Unavailable("The data store does not answer."))
    for path in (*PAGES, "/api/users"):
        assert browser.get(path, headers=CALLING).json()["error"]["code"] == "unavailable", path
    for headers in (OPENING, OLD_BROWSER, {}):
        assert browser.get("/api/users", headers=headers).json()["error"]["code"] == "unavailable"


def test_the_remedy_of_an_incomplete_installation_is_not_on_the_page(browser, failing):
    failing(Misconfigured("A table is missing.", remedy="Run setup."))
    answer = browser.get("/users", headers=OPENING)
    assert is_page(answer)
    assert "A table is missing." in answer.text
    assert "Run setup." not in answer.text


@pytest.mark.parametrize(
    ("request_line", "more", "status", "words"),
    [
        ("POST /sign-out", {"sec-fetch-site": "cross-site"}, 403, "This request was refused"),
        ("GET /_stcore/metrics", {}, 403, "This request was refused"),
        ("GET /us%0aers", {}, 404, "There is no page here"),
        ("POST /sign-in", {"content-length": "9999999"}, 413, "Too large"),
    ],
)
def test_refusals_are_pages_without_a_retry(browser, request_line, more, status, words):
    answer = browser.request(*request_line.split(" "), headers=OPENING | more)
    assert (answer.status_code, is_page(answer)) == (status, True)
    assert words in answer.text
    assert 'href="/"' in answer.text
    assert "retry.js" not in answer.text


def test_a_body_that_grows_too_large_on_its_way_is_refused_on_a_page(browser):
    pieces = (b"x" * 10_000 for _ in range(10))
    answer = browser.post("/sign-in", content=pieces, headers=OPENING | FORM)
    assert (answer.status_code, is_page(answer)) == (413, True)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "There is nothing at this address."),
        (405, "This address does not take that method."),
        (415, "Unsupported Media Type"),
    ],
)
def test_the_bare_name_of_a_status_is_replaced_by_a_sentence(world, status, words):
    assert words in answered(world, PlainTextResponse(HTTPStatus(status).phrase, status)).text


def test_an_unknown_host_gets_text_because_its_pages_have_no_styles(browser):
    answer = browser.get("/users", headers=OPENING | {"host": "evil.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "text/plain; charset=utf-8")


def test_sign_out_while_the_store_is_down_says_so_and_does_not_retry(browser, monkeypatch):
    def end(*_):
        raise Unavailable("The data store does not answer.")

    monkeypatch.setattr(SessionService, "end", end)
    answer = browser.post("/sign-out", headers=OPENING)
    assert (answer.status_code, is_page(answer)) == (503, True)
    assert "The data store does not answer." in answer.text
    assert "retry.js" not in answer.text
    assert browser.post("/sign-out", headers=CALLING).json()["error"]["code"] == "unavailable"


def test_a_defect_is_a_page_with_its_reference_and_is_logged(world, caplog):
    async def broken(*_):
        raise KeyError("secret detail")

    with caplog.at_level(logging.ERROR):
        answer = answered(world, broken)
    assert (answer.status_code, is_page(answer)) == (500, True)
    assert answer.headers["x-correlation-id"] in answer.text
    assert "secret detail" not in answer.text
    (record,) = [record for record in caplog.records if record.name == "data.web.gate"]
    assert record.exc_info


def test_a_response_that_has_begun_is_not_replaced(world):
    async def broken(_, __, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise KeyError("x")

    with pytest.raises(KeyError):
        answered(world, broken)


def answered(world, app):
    """Return what a browser gets that opens a page of `app`, behind the gate."""
    client = TestClient(
        Gate(app, services=world.services, platform=world.platform),
        base_url=world.services.settings.url,
        headers=OPENING,
    )
    return client.get("/sign-in")
