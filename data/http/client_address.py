"""Where a request comes from, as far as that can be believed."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address


def client_address(scope: Scope, trusted: Collection[Address]) -> str:
    """The rightmost hop that is no trusted proxy of ours; `X-Forwarded-For` is believed from trusted peers only.

    What a client writes into the header stands to the left of what our proxies add, so it is never reached.
    """
    nearest = _parsed((scope.get("client") or ("",))[0])
    if nearest is None:
        return "unknown"
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops):
        if nearest not in trusted or (further := _parsed(hop.strip())) is None:
            break
        nearest = further
    return str(nearest)


def _parsed(text: str) -> Address | None:
    """An address with or without brackets and port; of an IPv4 one in IPv6 clothes the IPv4 one."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
