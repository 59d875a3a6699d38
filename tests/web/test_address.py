from ipaddress import ip_address

import pytest

from data.http.client_address import client_address

PROXIES = (ip_address("10.0.0.1"), ip_address("10.0.0.2"))


def address(peer, *forwarded):
    headers = [(b"x-forwarded-for", hops.encode()) for hops in forwarded]
    return client_address({"type": "http", "client": (peer, 1) if peer else None, "headers": headers}, PROXIES)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", ["1.2.3.4"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [""], "10.0.0.1"),
        (None, ["203.0.113.9"], "unknown"),
        ("testclient", ["203.0.113.9"], "unknown"),
    ],
)
def test_only_trusted_proxies_say_where_somebody_is(peer, forwarded, expected):
    assert address(peer, *forwarded) == expected
