"""Two dashboards on one store, each a process of its own."""

import time
from contextlib import closing

import pytest

from data.storage.consistency import BRIEF
from data.storage.read_cache import LASTING
from data.storage.recent_writes import LAG
from tests.dashboards import running_dashboard, until

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def pair(dashboard):
    """The dashboard of this worker, and a second that joins its engine."""
    engine = dashboard.engine_pid
    with running_dashboard(dashboard.state) as second:
        assert dashboard.engine_pid == second.engine_pid == engine
        yield dashboard, second


def listed(client, **query):
    found = client.get("/api/users", params=query).raise_for_status().json()["items"]
    return {person["userId"]: person for person in found}


def test_a_write_in_one_is_soon_seen_in_the_other(pair, cast):
    first, second = pair
    with closing(first.signed_in()) as here, closing(second.signed_in()) as there:
        user_id = cast.person().user_id
        began = time.monotonic()
        until(
            lambda: listed(there, department="Archive") or time.monotonic() > began + LAG + BRIEF, "what is new to age"
        )
        assert listed(there, department="Archive") == {}  # which is remembered for half a minute, from here on
        remembered = time.monotonic()
        here.put(f"/api/users/{user_id}", json={"department": "Archive"}).raise_for_status()
        assert set(listed(here, department="Archive")) == {user_id}
        until(lambda: set(listed(there, department="Archive")) == {user_id}, "the write of the other dashboard")
        assert time.monotonic() < remembered + LASTING, "it was forgotten by itself, not because the other told"


def test_whom_one_signs_out_both_refuse_at_once(pair, cast):
    first, second = pair
    account = cast.person()
    signed_in = first.signed_in_as(account.email, account.password)
    with closing(signed_in) as person, closing(second.signed_in()) as admin:
        me = person.get("/api/auth/me").json()["user"]["userId"]
        cookies = dict(person.cookies)
        both = [dashboard.client(cookies=renamed(cookies, dashboard)) for dashboard in pair]
        assert [client.get("/api/auth/me").status_code for client in both] == [200, 200]
        admin.put(f"/api/users/{me}", json={"status": "inactive"}).raise_for_status()
        assert [client.get("/api/auth/me").status_code for client in both] == [401, 401]
        admin.put(f"/api/users/{me}", json={"status": "active"}).raise_for_status()
        for client in both:
            client.close()


def renamed(cookies, dashboard):
    """On a laptop the cookie's name carries the port, as cookies know none."""
    return {f"dashboard_session_{dashboard.port}": value for name, value in cookies.items() if "session" in name}
