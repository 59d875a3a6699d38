import pytest

from data.core.errors import RateLimited
from data.credentials.table import account_key
from data.credentials.throttling import LONGEST, MOST_OF_ADDRESS, Attempts, delay
from data.storage.single_table import API_DASHBOARD
from tests.faults import conflicts

HERE = "192.0.2.1"


@pytest.fixture
def attempts(world):
    return Attempts(world.dynamo, world.clock)


def test_delays_begin_after_five_and_double():
    assert [delay(failures) for failures in range(13)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert delay(10_000) == LONGEST


def test_the_sixth_try_has_to_wait(attempts):
    for _ in range(5):
        attempts.begin("ann", address=HERE, device=None)
    with pytest.raises(RateLimited) as refusal:
        attempts.begin("ann", address=HERE, device=None)
    assert refusal.value.retry_after == 1


def test_waiting_out_the_delay_allows_one_more(attempts, world):
    for _ in range(5):
        attempts.begin("ann", address=HERE, device=None)
    world.clock.pass_(seconds=1)
    assert attempts.begin("ann", address=HERE, device=None).failures == 6
    with pytest.raises(RateLimited):
        attempts.begin("ann", address=HERE, device=None)


def test_failures_are_forgotten_after_a_day(attempts, world):
    for _ in range(5):
        attempts.begin("ann", address=HERE, device=None)
    world.clock.pass_(days=1, minutes=1)
    assert attempts.begin("ann", address=HERE, device=None).failures == 1


def test_success_takes_back_all_that_was_counted(attempts):
    for _ in range(MOST_OF_ADDRESS * 2):
        attempts.succeeded(attempts.begin("ann", address=HERE, device=None))
    assert attempts.begin("ann", address=HERE, device=None).failures == 1


def test_an_address_has_fifty_failures_in_ten_minutes(attempts, world):
    for number in range(MOST_OF_ADDRESS):
        attempts.begin(f"person-{number}", address=HERE, device=None)
        world.clock.pass_(seconds=10)
    with pytest.raises(RateLimited) as refusal:
        attempts.begin("somebody", address=HERE, device=None)
    world.clock.pass_(seconds=refusal.value.retry_after)
    assert attempts.begin("somebody", address=HERE, device=None).failures == 1


def test_neighbours_in_one_ipv6_network_count_together(attempts):
    for number in range(MOST_OF_ADDRESS):
        attempts.begin(f"person-{number}", address=f"2001:db8::{number:x}", device=None)
    with pytest.raises(RateLimited):
        attempts.begin("somebody", address="2001:db8::ffff", device=None)
    attempts.begin("somebody", address="2001:db8:0:1::1", device=None)


def test_a_known_browser_has_a_count_of_its_own(attempts):
    for _ in range(5):
        attempts.begin("ann", address=HERE, device=None)
    assert attempts.begin("ann", address=HERE, device="d1").failures == 1


def test_forgetting_lifts_the_delays_of_all_browsers(attempts):
    for device in (None, "d1"):
        for _ in range(5):
            attempts.begin("ann", address=HERE, device=device)
    attempts.forget("ann")
    assert attempts.begin("ann", address=HERE, device=None).failures == 1
    assert attempts.begin("ann", address=HERE, device="d1").failures == 1


def rival_count(world):
    """Another process that rewrites the count of the same name, which stays at one failure."""
    versions = iter(range(1, 10_000))

    def write(_):
        counts = {"failures": 1, "notBefore": 0, "version": next(versions), "ttl": 2**40}
        world.store(API_DASHBOARD, {**account_key("ann"), **counts})

    return write


def test_a_try_is_counted_after_conflicts(attempts, world):
    with conflicts(rival_count(world)) as pauses:
        assert attempts.begin("ann", address=HERE, device=None).failures == 2
    assert len(pauses) > 1


def test_a_try_that_cannot_be_counted_for_seconds_is_refused(attempts, world):
    with conflicts(rival_count(world), seconds=60), pytest.raises(RateLimited, match="Try again") as refusal:
        attempts.begin("ann", address=HERE, device=None)
    assert refusal.value.retry_after == 1


def test_conflicts_never_let_a_try_pass_a_delay(attempts, world):
    later = int(world.clock.now().timestamp() + 30) * 1000

    def rival(_):
        counts = {"failures": 8, "notBefore": later, "version": 8, "ttl": 2**40}
        world.store(API_DASHBOARD, {**account_key("ann"), **counts})

    with conflicts(rival) as pauses, pytest.raises(RateLimited, match="in 30 seconds"):
        attempts.begin("ann", address=HERE, device=None)
    assert len(pauses) <= 1
