"""Attempts to be somebody else, against a real dashboard."""

from contextlib import closing

import pytest

from tests.dashboards import running_dashboard
from tests.security.streamlit_tab import refused, tab
from tests.security.visitors import visiting

SOMEBODY = b"Okafor"  # whom the list of people shows, and nothing that a user may see


def cookie_of(client):
    return "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)


@pytest.fixture(scope="module")
def admin(dashboard):
    with closing(dashboard.signed_in("admin")) as client:
        yield cookie_of(client)


@pytest.fixture(scope="module")
def weak(dashboard):
    with closing(dashboard.signed_in("user")) as client:
        yield cookie_of(client)


def session_part(cookie):
    """(name, userId, secret) of the session cookie."""
    one = next(part for part in cookie.split("; ") if "_session" in part)
    name, _, value = one.partition("=")
    user_id, _, secret = value.rpartition(".")
    return name, user_id, secret


def test_a_streamlit_session_is_not_resumed_by_another(dashboard, admin, weak):
    with tab(dashboard, cookie=admin) as theirs:
        assert SOMEBODY in theirs.open("users")
        stolen = theirs.session_id
    with tab(dashboard, cookie=weak, resume=stolen) as thief:
        shown = thief.open("users")
        assert thief.session_id != stolen
    assert SOMEBODY not in shown
    with tab(dashboard, cookie=admin, resume=stolen) as owner:
        assert SOMEBODY in owner.open("users")
        assert owner.session_id == stolen


def test_a_session_still_open_is_not_shared_with_another(dashboard, admin, weak):
    with tab(dashboard, cookie=admin) as theirs:
        assert SOMEBODY in theirs.open("users")
        with tab(dashboard, cookie=weak, resume=theirs.session_id) as thief:
            assert SOMEBODY not in thief.open("users")
            assert thief.session_id != theirs.session_id


def test_forged_headers_make_nobody_of_a_socket(dashboard, admin, weak):
    _, admin_id, secret = session_part(admin)
    forged = {"X-Dashboard-User": admin_id, "x-dashboard-session": "0" * 64}
    assert refused(dashboard, **forged)
    with tab(dashboard, cookie=weak, **forged) as theirs:
        assert SOMEBODY not in theirs.open("users")
    assert refused(dashboard, **{"X-Dashboard-User": admin_id, "X-Dashboard-Session": secret})


def test_forged_headers_open_no_page_over_http(dashboard, admin, weak):
    _, admin_id, _ = session_part(admin)
    forged = {"x-dashboard-user": admin_id, "x-dashboard-session": "0" * 64, "x-dev-user-id": admin_id}
    with dashboard.client(headers=forged) as stranger:
        assert stranger.get("/users").status_code == 303
        assert stranger.get("/api/auth/me").status_code == 401
    with dashboard.client(headers={**forged, "cookie": weak}) as one:
        assert one.get("/api/auth/me").json()["user"]["role"] == "user"


def test_anothers_name_on_ones_own_secret_is_nobody(dashboard, admin, weak):
    name, admin_id, _ = session_part(admin)
    _, _, secret = session_part(weak)
    mixed = f"{name}={admin_id}.{secret}"
    with dashboard.client(headers={"cookie": mixed}) as client:
        assert client.get("/api/auth/me").status_code == 401
        assert client.get("/users").status_code == 303
    assert refused(dashboard, cookie=mixed)


def test_a_socket_needs_a_session_and_our_own_page(dashboard, admin):
    assert not refused(dashboard, cookie=admin)
    assert refused(dashboard)
    assert refused(dashboard, cookie=admin, origin="")
    assert refused(dashboard, cookie=admin, origin="https://evil.example")
    assert refused(dashboard, cookie=admin, origin=f"http://localhost.evil.example:{dashboard.port}")
    assert refused(dashboard, cookie=admin, host="evil.example")
    assert refused(
        dashboard, cookie=admin, host=f"evil.example:{dashboard.port}", origin=f"http://evil.example:{dashboard.port}"
    )


@pytest.mark.parametrize(("page", "query"), [("users", ""), ("user", "id=test-user"), ("audit", ""), ("health", "")])
def test_a_weak_role_sees_nothing_of_pages_above_it(dashboard, admin, weak, page, query):
    with tab(dashboard, cookie=weak) as theirs:
        shown = theirs.open(page, query)
    with tab(dashboard, cookie=admin) as allowed:
        told = allowed.open(page, query)
    secrets = {"users": SOMEBODY, "user": b"seed-test", "audit": b"Okafor", "health": b"api-dashboard"}
    assert secrets[page] in told
    assert secrets[page] not in shown


def test_a_fresh_process_shows_a_deep_link_to_nobody_unknown(dashboard, weak):
    """The first link into a process that has just begun: Streamlit may run a page alone then, without its frame."""
    with running_dashboard(dashboard.state) as fresh:
        assert refused(fresh)
        name, user_id, secret = session_part(weak)
        cookie = f"{name.replace(str(dashboard.port), str(fresh.port))}={user_id}.{secret}"
        with tab(fresh, cookie=cookie) as first:
            shown = first.open("users")
    assert SOMEBODY not in shown
    assert b"Noor" in shown  # the frame came: whose menu has no such page


def test_signing_out_in_one_tab_ends_the_other(dashboard, chromium):
    with visiting(chromium, dashboard) as ines:
        ines.goes("/users")
        ines.page.get_by_text("Okafor").first.wait_for()
        other = ines.context.new_page()
        other.goto(f"{dashboard.url}/settings")
        other.get_by_role("button", name="Sign out").first.click()
        other.wait_for_url("**/sign-in**")
        ines.page.get_by_role("button", name="Add person").click()
        ines.page.get_by_text("Your session has ended").first.wait_for()
        assert ines.page.get_by_text("Okafor").count() == 0
        assert ines.harm == []


def test_signed_out_sockets_are_told_nothing_more(dashboard):
    with closing(dashboard.signed_in("admin")) as client:
        cookie = cookie_of(client)
        with tab(dashboard, cookie=cookie) as theirs:
            assert SOMEBODY in theirs.open("users")
            assert client.post("/sign-out").status_code == 303
            shown = theirs.open("users")
    assert SOMEBODY not in shown
    assert b"session has ended" in shown
