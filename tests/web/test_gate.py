import pytest
from starlette.websockets import WebSocketDisconnect

from data.authentication.sessions import SessionService
from data.aws.s3 import Objects
from data.core.errors import Unavailable
from data.registry import TABLES
from tests.doors import PASSWORD, Browser

URL = "https://ops.example.com"
OWN = {"origin": URL}
CHANGING = [
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/set-password"),
    ("POST", "/api/auth/sign-up"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/logout"),
    ("POST", "/api/users"),
    ("PUT", "/api/users"),
    ("PUT", "/api/users/ann"),
    ("DELETE", "/api/users"),
    ("DELETE", "/api/users/ann"),
    ("POST", "/api/profiles"),
    ("PUT", "/api/profiles"),
    ("POST", "/api/settings/profile-picture"),
    ("DELETE", "/api/settings/profile-picture"),
    ("POST", "/anything"),
]


@pytest.fixture
def ann(world):
    return world.person("admin", password=PASSWORD)


@pytest.fixture
def stranger(world):
    return Browser(world)


@pytest.fixture
def browser(world, ann):
    """Ann's browser, signed in."""
    browser = Browser(world)
    browser.sign_in(ann.username)
    return browser


def socket(browser, **headers):
    """What a page's websocket is told, or None where it is refused."""
    address = "wss://ops.example.com/_stcore/stream"
    try:
        with browser.http.websocket_connect(address, headers={"origin": URL, **headers}) as connection:
            return connection.receive_json()
    except WebSocketDisconnect:
        return None


def test_unknown_visitors_of_pages_go_to_sign_in(stranger):
    for path, place in [
        ("/", "/sign-in"),
        ("/users", "/sign-in?next=/users"),
        ("/users?role=admin&open=ann", "/sign-in?next=/users%3Frole%3Dadmin%26open%3Dann"),
        ("/api/docs", "/sign-in?next=/api/docs"),
        ("//evil.example", "/sign-in?next=/"),
    ]:
        answer = stranger.http.get(f"{URL}{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, place), (path, place)


@pytest.mark.parametrize(
    "path", ["/readyzfoo", "/readyz/x", "/readyz/", "/readyz%2f", "/healthz/x", "/x/y/_stcore/health"]
)
def test_neighbours_of_public_addresses_are_for_users_who_signed_in(stranger, path):
    answer = stranger.http.get(path)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


def test_unknown_programs_are_refused(stranger):
    for path in ["/_stcore/stream", "/_stcore/bidi-components/x", "/media/a.png", "/component/x"]:
        assert stranger.http.get(path).status_code == 401, path


@pytest.mark.parametrize("path", ["/sign-in", "/set-password", "/healthz", "/static/js/x.js", "/assets/mark.svg"])
def test_what_is_public_passes_without_any_read(stranger, path, monkeypatch):
    monkeypatch.setattr(SessionService, "actor", None)
    assert stranger.http.get(path, headers={"cookie": "__Host-dashboard_session=ann." + "x" * 43}).status_code == 200


def test_pages_learn_whose_session_it_is(browser):
    told = browser.http.get("/users").json()
    assert (told["actor"], told["user"]) == ("ann", "ann")
    assert len(told["session"]) == 64
    assert socket(browser) == {"user": "ann"}


def test_forged_identity_headers_grant_nothing(stranger, browser):
    forged = {"X-Dashboard-User": "root", "X-DASHBOARD-SESSION": "0" * 64}
    assert stranger.http.get("/users", headers=forged).status_code == 303
    assert stranger.http.get("/api/users", headers=forged).status_code == 401
    assert stranger.http.get("/healthz", headers=forged).text == "alive"
    assert browser.http.get("/users", headers=forged).json()["user"] == "ann"
    assert socket(stranger, **forged) is None


def test_a_foreign_host_is_misdirected(browser):
    for host in [
        "evil.example",
        "ops.example.com.evil.example",
        "evil.example:443",
        "127.0.0.1:8501",
        "localhost",
        "",
        "ops.example.com.",
    ]:
        for path in ("/", "/sign-in", "/healthz", "/api/auth/me", "/assets/x"):
            assert browser.http.get(path, headers={"host": host}).status_code == 421
        assert socket(browser, host=host) is None, host


def test_our_host_counts_however_it_is_cased(browser):
    assert browser.http.get("/users", headers={"host": "OPS.example.com"}).status_code == 200


def test_a_foreign_origin_gets_no_websocket(browser):
    for origin in ["https://evil.example", "null", "http://ops.example.com", "https://ops.example.com.evil", ""]:
        assert socket(browser, origin=origin) is None, origin


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", **OWN},
        {"sec-fetch-site": "same-site", **OWN},
        {"sec-fetch-site": "none"},
        {},
    ],
)
def test_changes_asked_for_by_foreign_pages_are_refused(world, browser, headers):
    del browser.http.headers["sec-fetch-site"]
    before = [world.items(table) for table in TABLES]
    for method, path in CHANGING:
        answer = browser.http.request(method, path, headers={"content-type": "text/plain", **headers}, content=b"{}")
        assert answer.status_code == 403, (method, path)
    assert [world.items(table) for table in TABLES] == before


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, OWN])
def test_changes_asked_for_by_our_pages_pass(browser, headers):
    del browser.http.headers["sec-fetch-site"]
    assert browser.http.post("/api/auth/logout", headers=headers).status_code == 204


def test_programs_with_tokens_need_no_origin(world, ann):
    program = Browser(world, headers={})
    _, token = world.services.sessions.create_token(ann, "script")
    answer = program.http.put(
        "/api/users/ann", json={"firstName": "Anna"}, headers={"authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json()["user"]["firstName"]) == (200, "Anna")


def test_a_program_refused_reads_which_scope_is_missing(world, ann):
    program = Browser(world, headers={})
    _, token = world.services.sessions.create_token(ann, "report", scopes=["read"])
    bearer = {"authorization": f"Bearer {token}"}
    assert program.http.get("/api/users/ann", headers=bearer).status_code == 200
    answer = program.http.put("/api/users/ann", json={"firstName": "Anna"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")
    assert "scope is read; this takes the scope people." in answer.json()["error"]["message"]


def test_a_cookie_does_not_ride_along_with_a_bad_token(browser):
    bad = {"authorization": "Bearer x", "origin": "https://evil.example"}
    assert browser.http.get("/api/auth/me", headers=bad).status_code == 401
    assert browser.http.delete("/api/users/ann", headers=bad).status_code == 401


def test_closed_endpoints_stay_closed_for_everybody(browser):
    for path in ("/_stcore/upload_file", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/_stcore/agent/mcp"):
        for method in ("GET", "PUT", "POST", "DELETE"):
            assert browser.http.request(method, path).status_code == 403


@pytest.mark.parametrize("path", ["/api/users/a%0Ab", "/api/%0A", "/api/users/a%C2%85"])
def test_an_address_with_control_characters_is_nowhere(browser, path):
    answer = browser.http.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "most"),
    [("/sign-in", 65_536), ("/api/users", 65_536), ("/x", 65_536), ("/api/settings/profile-picture", 7 * 1024**2)],
)
def test_larger_bodies_than_a_route_needs_are_refused(browser, path, most):
    kind = {"content-type": "application/x-www-form-urlencoded" if path == "/sign-in" else "application/json"}
    stated = browser.http.post(path, content=b"x" * (most + 1), headers=kind)
    assert (stated.status_code, stated.json()["error"]["code"]) == (413, "too_large")
    streamed = browser.http.post(path, content=(b"x" * 8_192 for _ in range(most // 8_192 + 1)), headers=kind)
    assert streamed.status_code == 413


def test_a_body_of_just_the_limit_passes(browser):
    assert browser.http.post("/x", content=b"x" * 65_536).json()["size"] == 65_536


def test_a_strange_stated_length_is_no_way_around(browser):
    for stated in ["-1", "1e9", "9" * 400, "x"]:
        answer = browser.http.post("/x", content=iter([b"x" * 70_000]), headers={"content-length": stated})
        assert answer.status_code == 413, stated


def test_every_answer_carries_the_security_headers(browser, stranger):
    answers = [browser.http.get(path) for path in ("/users", "/api/auth/me", "/api/nowhere", "/sign-in", "/healthz")]
    answers += [stranger.http.get("/users"), stranger.http.get("/", headers={"host": "evil.example"})]
    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "'unsafe-eval'" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "max-age" in answer.headers["strict-transport-security"]


def test_the_policy_names_the_buckets_and_no_others(browser):
    policy = dict(part.split(" ", 1) for part in browser.http.get("/").headers["content-security-policy"].split("; "))
    stores = {
        f"https://pre-work-{name}-dev.s3.us-east-1.amazonaws.com"
        for name in ("documents", "media-uploads", "thumbnails")
    }
    for name in ("img-src", "media-src", "connect-src", "form-action"):
        assert {source for source in policy[name].split() if "://" in source} == stores
    assert "://" not in policy["script-src"]


def test_unknown_buckets_leave_the_policy_closed(world, monkeypatch):
    def silent(_):
        raise Unavailable("The data store does not answer.")

    monkeypatch.setattr(Objects, "origins", silent)
    visitor = Browser(world)
    answer = visitor.http.get("/healthz")
    assert (answer.status_code, "amazonaws" in answer.headers["content-security-policy"]) == (200, False)
    monkeypatch.undo()
    assert "amazonaws" in visitor.http.get("/healthz").headers["content-security-policy"]


def test_each_answer_has_a_correlation_id_of_its_own(browser):
    answers = [browser.http.get("/api/nowhere") for _ in range(2)]
    ids = [answer.headers["x-correlation-id"] for answer in answers]
    assert [answer.json()["error"]["correlationId"] for answer in answers] == ids
    assert ids[0] != ids[1]


def test_a_dead_session_gets_a_socket_to_be_told_so(world, browser):
    (session,) = world.services.sessions.list_of(world.services.sessions.acting_as("ann"), "ann")
    world.services.sessions.end(session.secret_sha256)
    assert browser.http.get("/users").status_code == 303
    assert socket(browser) == {"user": "ann"}


def test_an_invented_session_gets_no_socket(stranger):
    assert socket(stranger) is None
    for device in ("", "x", "a.ann.b"):
        cookies = f"__Host-dashboard_session=ann.{'x' * 43}; __Host-dashboard_device={device}"
        assert socket(stranger, cookie=cookies) is None


def test_a_malformed_cookie_is_nobody(stranger):
    for cookie in ["ann", "ann.", ".x", "ann." + "x" * 42, "a b." + "x" * 43, "\u00fc." + "x" * 43, "x" * 5_000]:
        answer = stranger.http.get("/users", headers={"cookie": f"__Host-dashboard_session={cookie}".encode()})
        assert answer.status_code == 303, cookie


def test_a_silent_store_is_not_taken_for_a_dead_session(browser, monkeypatch):
    def silent(*_):
        raise Unavailable("The data store does not answer.")

    monkeypatch.setattr(SessionService, "actor", silent)
    for path in ("/users", "/api/auth/me"):
        answer = browser.http.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert browser.http.get("/readyz").status_code == 200
