from collections import Counter

import pytest

from data.audit.table import AUDIT_LOG
from data.aws.metering import metered
from data.core.errors import NotSignedIn, RateLimited
from data.credentials.throttling import MOST_OF_ADDRESS
from tests.conftest import CHEAP
from tests.doors import PASSWORD

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def sign_in(world):
    def call(identifier="ann", password=PASSWORD, *, address=HERE, **more):
        return world.services.sessions.sign_in(identifier, password, address=address, **more)

    return call


@pytest.mark.parametrize("identifier", ["ann", "ANN ", "ann@acme.example", "Ann@ACME.example", "\uff41nn@acme.example"])
def test_people_sign_in_by_username_or_email(world, sign_in, identifier):
    world.person(password=PASSWORD)
    assert sign_in(identifier).user.user_id == "ann"


def test_the_record_says_who_signed_in_where(world, sign_in):
    world.person(password=PASSWORD)
    sign_in(user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36")
    record = world.trail("ann")[-1]
    assert (record["action"], record["userId"]) == ("signed_in", "ann")
    assert record["after"] == {"address": HERE, "browser": "Chrome on Linux"}


def test_signing_in_shows_when_somebody_was_here(world, sign_in):
    world.person(password=PASSWORD)
    opened = sign_in()
    user = world.services.users.find("ann")
    assert (user.last_seen_at, user.version) == (opened.session.created_at, 1)


def failures(sign_in, identifier, count=7):
    """What somebody sees, and what is called, when they try wrong passwords."""
    seen = []
    for number in range(count):
        with metered() as bill, pytest.raises((NotSignedIn, RateLimited)) as refusal:
            sign_in(identifier, f"wrong {number}", address=f"203.0.113.{number}")
        seen.append((type(refusal.value), str(refusal.value), sorted(call.operation for call in bill.calls)))
    return seen


def test_nobody_learns_who_exists_or_may_sign_in(world, sign_in):
    for name, more in {"ann": {}, "bob": {"status": "inactive"}, "eve": {"password": None}, "zoe": {}}.items():
        world.person(name=name, **{"password": PASSWORD, **more})
    for before in ("somebody-before", "zoe"):  # a process's first alert asks where its queue is, and the
        failures(sign_in, before)  # first record for an organisation opens a chain
    names = [failures(sign_in, name) for name in ("ann", "bob", "eve", "nobody-at-all")]
    assert all(seen == names[0] for seen in names)
    emails = [failures(sign_in, f"{name}@acme.example") for name in ("ann", "bob", "eve", "nobody")]
    assert all(seen == emails[0] for seen in emails)


def test_the_right_password_of_the_inactive_reads_as_wrong(world, sign_in):
    world.person(name="bob", password=PASSWORD, status="inactive")
    with pytest.raises(NotSignedIn) as inactive:
        sign_in("bob")
    with pytest.raises(NotSignedIn) as unknown:
        sign_in("nobody")
    assert str(inactive.value) == str(unknown.value)


def test_guessing_at_one_account_is_slowed_down(world, sign_in, monkeypatch):
    world.person(password=PASSWORD)
    verified = []
    verify = CHEAP.verify
    monkeypatch.setattr(CHEAP, "verify", lambda password, stored: verified.append(password) or verify(password, stored))
    for number in range(150):
        world.clock.pass_(seconds=1)
        with pytest.raises((NotSignedIn, RateLimited)):
            sign_in(password=f"guess {number}", address=f"198.51.100.{number}")
    assert len(verified) <= 12


def test_the_right_password_waits_like_a_wrong_one(world, sign_in):
    world.person(password=PASSWORD)
    failures(sign_in, "ann", 5)
    with pytest.raises(RateLimited):
        sign_in()
    world.clock.pass_(seconds=1)
    assert sign_in().user.user_id == "ann"


def test_one_try_on_many_accounts_ends_at_fifty(sign_in):
    kinds = Counter()
    for number in range(MOST_OF_ADDRESS + 20):
        with pytest.raises((NotSignedIn, RateLimited)) as refusal:
            sign_in(f"person-{number}", "Summer 2026!")
        kinds[type(refusal.value)] += 1
    assert kinds == {NotSignedIn: MOST_OF_ADDRESS, RateLimited: 20}


def test_the_owner_gets_in_while_others_guess(world, sign_in):
    world.person(password=PASSWORD)
    device = sign_in().device
    for number in range(60):
        with pytest.raises((NotSignedIn, RateLimited)):
            sign_in(password=f"guess {number}", address=HERE)
    with pytest.raises(RateLimited):
        sign_in(address=ELSEWHERE)
    assert sign_in(device=device, address=HERE).device == device


def test_a_known_browser_is_slowed_down_too(world, sign_in):
    world.person(password=PASSWORD)
    device = sign_in().device
    for number in range(5):
        with pytest.raises(NotSignedIn):
            sign_in(password=f"guess {number}", device=device)
    with pytest.raises(RateLimited):
        sign_in(device=device)


@pytest.mark.parametrize(
    "forge", [lambda d: d[:-1] + "x", lambda d: d.replace("ann", "bob"), lambda _: "a.ann.b", lambda _: "…"]
)
def test_forged_device_cookies_open_no_count_of_their_own(world, sign_in, forge):
    for name in ("ann", "bob"):
        world.person(name=name, password=PASSWORD)
    device = forge(sign_in().device)
    for name in ("ann", "bob"):
        failures(sign_in, name, 5)
        with pytest.raises(RateLimited):
            sign_in(name, device=device)


def test_the_beginning_of_delays_is_recorded_once(world, sign_in):
    world.person(password=PASSWORD)
    failures(sign_in, "ann", 9)
    (record,) = [record for record in world.trail("ann") if record["action"] == "sign_in_delayed"]
    assert (record["orgId"], record["userId"], record["after"]["failures"]) == ("acme", "system", 5)


def test_failures_of_nobody_are_in_no_organisations_trail(world, sign_in):
    world.person(password=PASSWORD)
    failures(sign_in, "nobody-at-all")
    assert {record["orgId"] for record in world.items(AUDIT_LOG)} == {"nobody"}


def test_an_admin_lifts_the_delays_of_a_person(world, sign_in):
    admin = world.person("admin", name="root")
    world.person(password=PASSWORD)
    for identifier in ("ann", "ann@acme.example"):
        failures(sign_in, identifier, 5)
    world.services.sessions.unlock(admin, "ann")
    assert sign_in("ann").user.user_id == sign_in("ann@acme.example").user.user_id == "ann"
    assert "sign_in_unlocked" in {record["action"] for record in world.trail("ann")}
