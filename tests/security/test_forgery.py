"""Requests that a foreign page makes a browser send: refused on every route that changes anything."""

import pytest

from tests.doors import PASSWORD
from tests.security.doorways import changing

FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site", "origin": "https://ops.example.com"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"referer": "https://ops.example.com/users"},
    {"origin": "https://ops.example.com.evil.example", "x-forwarded-host": "ops.example.com"},
    {},
)
FORM = {"identifier": "otto", "password": PASSWORD}


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded"])
def test_foreign_pages_change_nothing_on_any_route(stage, kind):
    client = stage.client("admin")
    own = client.headers.pop("sec-fetch-site")
    try:
        for method, path in changing(stage.world):
            for headers in FOREIGN:
                path = path.replace("{user_id}", "otto")  # noqa: PLW2901 - the route's own id
                answer = client.request(method, path, headers={"content-type": kind, **headers}, content=b'{"a": 1}')
                assert answer.status_code == 403, (method, path, headers)
                assert "set-cookie" not in answer.headers
    finally:
        client.headers["sec-fetch-site"] = own
    assert not stage.put_back()


def test_a_foreign_page_signs_nobody_in(stage):
    answer = stage.client("anonymous").post("/sign-in", data=FORM, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert not stage.put_back()


def test_forms_cannot_speak_to_the_api(stage):
    for method, path in changing(stage.world):
        if path.startswith("/api/"):
            path = path.replace("{user_id}", "otto")  # noqa: PLW2901 - the route's own id
            answer = stage.client("admin").request(method, path, data=FORM)
            assert answer.status_code == 415, (method, path)
    assert not stage.put_back()


def test_the_list_of_changing_routes_is_not_empty(stage):
    found = changing(stage.world)
    assert {("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/set-password")} <= set(found)
    assert len(found) >= 15
