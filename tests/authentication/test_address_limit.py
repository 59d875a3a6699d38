"""An address that fails too often: who still signs in, who is notified, and how often."""

import pytest

from data.audit.hash_chains import Chains
from data.audit.table import AUDIT_LOG
from data.aws.metering import metered
from data.core.errors import NotSignedIn, RateLimited, Unavailable
from data.core.permissions import Role
from data.credentials.throttling import MOST_OF_ADDRESS, NO_ACCOUNT
from data.jobs.repository import JobRepository
from tests.doors import PASSWORD, Browser

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
WINDOW_MINUTES = 13  # longer than any address stays limited by the failures of one moment


@pytest.fixture(autouse=True)
def _ann(world):
    world.person(password=PASSWORD)


def fail(world, identifier, address=HERE):
    with pytest.raises((NotSignedIn, RateLimited)) as refusal:
        world.services.sessions.sign_in(identifier, "a wrong password", address=address)
    return refusal.value


def use_up(world, *names, address=HERE):
    """Fifty failures of one address, for these names first; then the address is limited."""
    for number in range(MOST_OF_ADDRESS):
        fail(world, names[number] if number < len(names) else f"unknown-{number}", address)


def records(world, org="acme"):
    limited = (item for item in world.items(AUDIT_LOG) if item["action"] == "address_limited")
    return [item for item in limited if item["orgId"] == org]


def alerts(world):
    jobs = [
        job for org in ("acme", "globex", NO_ACCOUNT) for job in JobRepository(world.dynamo).list_newest(org, limit=99)
    ]
    return [job.input for job in jobs if job.input.get("reason") == "address_limited"]


def test_a_known_browser_signs_in_while_its_address_is_limited(world):
    known, other = Browser(world), Browser(world)
    known.sign_in("ann")
    known.http.post("/sign-out")
    for number in range(MOST_OF_ADDRESS):
        other.sign_in(f"unknown-{number}", "a wrong password")
    assert other.sign_in("ann").status_code == 429
    assert known.sign_in("ann").status_code == 303


def test_a_browser_that_another_user_signed_in_with_stays_limited(world):
    world.person(name="bob", password=PASSWORD)
    known = Browser(world)
    known.sign_in("bob")
    use_up(world)
    assert known.sign_in("ann").status_code == 429


def test_the_organisations_whose_accounts_were_tried_get_one_record_each(world):
    world.person(org="globex", name="gus")
    world.person(org="initech", name="ivy")
    use_up(world, "ann", "ann@acme.example", "gus.globex")
    for _ in range(5):
        assert fail(world, "unknown").code == "rate_limited"
    for org in ("acme", "globex"):
        (record,) = records(world, org)
        assert (record["userId"], record["via"], record["entityType"]) == ("system", "system", "address")
        assert (record["entityId"], record["after"]) == (HERE, {"failedSignIns": MOST_OF_ADDRESS})
    assert records(world, "initech") == []


def test_an_organisation_whose_user_is_refused_later_is_notified_too(world):
    use_up(world)
    fail(world, "unknown")
    assert records(world) == []
    fail(world, "ann")
    assert len(records(world)) == 1


def test_the_limit_is_recorded_only_once_it_applies(world):
    use_up(world, "ann")
    assert records(world) == []
    assert alerts(world) == []


def test_one_alert_is_raised_for_an_address_and_window(world):
    world.person(org="globex", name="gus")
    use_up(world, "ann", "gus.globex")
    for name in ("unknown", "ann", "gus.globex", "another"):
        fail(world, name)
    (alert,) = alerts(world)
    assert (alert["event"], alert["details"]) == ("security_alert", {"failures": MOST_OF_ADDRESS})
    assert alert["link"].endswith("/audit?audit_action=address_limited")
    assert HERE not in str(alert)


def test_unknown_names_alone_raise_an_alert_but_concern_no_organisation(world):
    use_up(world)
    fail(world, "unknown")
    assert len(alerts(world)) == 1
    assert records(world) == []


def test_another_window_and_another_address_are_notices_of_their_own(world):
    use_up(world, "ann")
    fail(world, "ann")
    use_up(world, "ann", address=ELSEWHERE)
    fail(world, "ann", ELSEWHERE)
    world.clock.pass_(minutes=WINDOW_MINUTES)
    use_up(world, "ann")
    fail(world, "ann")
    assert sorted(record["entityId"] for record in records(world)) == sorted([HERE, HERE, ELSEWHERE])
    assert len(alerts(world)) == 3


def test_a_flood_behind_a_limited_address_writes_nothing_more(world):
    use_up(world, "ann")
    fail(world, "ann")
    before = world.everything()
    for number in range(30):
        fail(world, "ann" if number % 2 else f"unknown-{number}")
    assert world.everything() == before


def test_the_limit_does_not_reveal_which_accounts_exist(world):
    def operations(name, address):
        with metered() as bill:
            fail(world, name, address)
        return sorted(call.operation for call in bill.calls)

    world.person(org="globex", name="gus")
    use_up(world, "ann", "gus.globex", address=ELSEWHERE)
    fail(
        world, "unknown", ELSEWHERE
    )  # the first record of an organisation opens a chain, the first alert finds a queue
    seen = {}
    for number, name in enumerate(["ann", "unknown", "ann@acme.example", "un@kno.wn"]):
        address = f"203.0.113.{number}"
        use_up(world, *["gus.globex"] * MOST_OF_ADDRESS, address=address)
        seen[name] = [operations(name, address) for _ in range(2)]
    assert seen["ann"] == seen["unknown"]
    assert seen["ann@acme.example"] == seen["un@kno.wn"]
    assert "transact_write_items" in seen["ann"][0]
    assert "transact_write_items" not in seen["ann"][1]


def test_the_refusal_stands_when_the_notice_cannot_be_written(world, monkeypatch, caplog):
    use_up(world, "ann")

    def fails(*_args, **_more):
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(Chains, "seal", fails)
    assert fail(world, "ann").code == "rate_limited"
    assert "the limit of an address was not recorded" in caplog.messages
    monkeypatch.undo()
    fail(world, "ann")
    assert len(records(world)) == 1


def test_a_whole_ipv6_network_is_named_as_one(world):
    for number in range(MOST_OF_ADDRESS):
        fail(world, "ann" if number == 0 else f"unknown-{number}", f"2001:db8::{number:x}")
    for number in range(3):
        fail(world, "ann", f"2001:db8::ffff:{number}")
    (record,) = records(world)
    assert (record["entityId"], record["entityName"]) == ("2001:db8::", "2001:db8::/64")


def test_api_sign_ins_are_limited_and_recorded_alike(world):
    client = Browser(world).http
    for number in range(MOST_OF_ADDRESS):
        client.post("/api/auth/login", json={"email": "ann" if number == 0 else f"no-{number}", "password": "wrong"})
    assert client.post("/api/auth/login", json={"email": "ann", "password": PASSWORD}).status_code == 429
    assert len(records(world)) == 1


def test_admins_see_the_address_and_the_count_on_home(world):
    root = world.person(Role.ADMIN, name="root", password=PASSWORD)
    use_up(world, "root")
    fail(world, "root")
    (matter,) = limits(world, root)
    assert matter.facts == {"address": HERE, "failures": MOST_OF_ADDRESS, "id": HERE}
    world.clock.pass_(days=1, minutes=1)
    assert limits(world, root) == []


def test_admins_of_other_organisations_see_no_such_item(world):
    root = world.person(Role.ADMIN, org="globex", name="gwen")
    use_up(world, "ann")
    fail(world, "ann")
    assert limits(world, root) == []


def limits(world, actor):
    return [each for each in world.services.attention.look(actor).matters if each.kind == "address-limited"]
