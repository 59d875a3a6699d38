import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.frame.navigation import PAGES, addresses
from data.web.not_found import UnknownPage

AS_A_BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def browser():
    everything = Route("/{path:path}", lambda _: PlainTextResponse("served"))
    app = Starlette(routes=[everything], middleware=[Middleware(UnknownPage, pages=addresses())])
    return TestClient(app, headers=AS_A_BROWSER)


SERVED = ("/", "/users", "/users/", "/audit?audit_actor=ann", "/api/docs", "/static/x.js", "/files/people/1")
FILES = ("/files", "/files/", "/files/people", "/files/people/", "/files/people/1/", "/files/people/a/b", "/files//a")


@pytest.mark.parametrize("path", SERVED)
def test_whatever_has_an_address_is_served(browser, path):
    assert browser.get(path).text == "served"


@pytest.mark.parametrize("path", ["/user/ann", "/Users", "/nothing", "/index.html", *FILES])
def test_an_address_of_no_page_says_so(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert path in answer.text
    assert 'href="/"' in answer.text


def test_home_by_its_name_leads_to_the_root(browser):
    answer = browser.get("/home", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_what_programs_ask_for_is_left_alone(browser):
    assert browser.get("/favicon.png", headers={"accept": "image/png"}).text == "served"


def test_a_strange_address_is_shown_as_mere_text(browser):
    answer = browser.get("/<script>alert(1)</script>" + "x" * 500)
    assert "<script>" not in answer.text
    assert "x" * 100 not in answer.text


def test_every_page_has_its_address():
    files = {path.stem for path in PAGES.glob("*.py")} - {"home"}
    assert addresses() == {"/"} | {f"/{name}" for name in files}
