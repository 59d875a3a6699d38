"""Limits on attempts to sign in.

An attempt is counted as a failure *before* the password is looked at, and taken back when it was
right: however many are made at once, each needs its own place. Unknown names are counted like known
ones. A name and an e-mail have a count each, also of the same person: one count for both would tell
that they belong together.

- An identifier: from the fifth failure on a delay, doubling from 1 to 60 seconds; forgotten after a day.
- A browser in which the person signed in before has a count of its own, so nobody can lock them out.
- An address (of IPv6 its /64): 50 failures in 10 minutes, whatever the names. Browsers in which the person signed in
  before are exempt. `data.credentials.notices` says who is notified when the limit applies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from itertools import islice
from math import ceil
from typing import Final

from data.aws.conditions import absent_or, fewer_than, holds, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, Key, Write, add, change, remove
from data.core.clock import Clock
from data.core.errors import Conflict, RateLimited, VersionConflict
from data.core.retries import retry
from data.credentials.table import account_key, address_key
from data.storage.single_table import API_DASHBOARD, ITEMS

FREE: Final = 5  # failures without a delay
LONGEST: Final = 60  # seconds
FORGOTTEN: Final = 86_400
WINDOW: Final = 120  # seconds
WINDOWS: Final = 6  # any 10 minutes lie within six windows of two
MOST_OF_ADDRESS: Final = 50
NO_ACCOUNT: Final = "nobody"  # in place of an organisation, for names of no account
ORGANISATIONS: Final = "organisations"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, already counted. `failures`: of this identifier (or browser) in a row, this one included."""

    identifier: str
    account: Key
    address: Key | None
    failures: int

    @property
    def locks(self) -> bool:
        """Whether it is the one with which the delays begin."""
        return self.failures == FREE


class AddressLimited(RateLimited):
    """An address has used up its failures. `network`: the address, or the /64 that it lies in.

    `organisations`: the IDs of those whose accounts were tried from it; `NO_ACCOUNT` stands for names of no account.
    """

    def __init__(self, network: str, wait: int, *, failures: int, organisations: frozenset[str]) -> None:
        super().__init__("Too many failed sign-ins from your network. Try again later.", wait)
        self.network, self.failures, self.organisations = network, failures, organisations


class _Full(Conflict):
    """The current window of an address has no room for another failure."""


class Attempts:
    def __init__(self, dynamo: Dynamo, clock: Clock) -> None:
        self._dynamo, self._clock = dynamo, clock

    def begin(self, identifier: str, *, address: str, device: str | None, org_id: str = NO_ACCOUNT) -> Attempt:
        """Count a try for `identifier`, an account of the organisation `org_id`.

        Raises RateLimited if it comes too soon, AddressLimited if its address has used up its failures.
        """
        counted = None if device else self.count_address(address, org_id)
        account = account_key(identifier, device)
        return Attempt(identifier, account, counted, self._count_account(account))

    def succeeded(self, attempt: Attempt) -> None:
        """Take back what `begin` counted, and what failed before it in the same count."""
        self._drop(attempt.account)
        if key := attempt.address:
            one_less = {"failures": -1}
            self._quietly(add(API_DASHBOARD, key, one_less, when=present(API_DASHBOARD), otherwise=_contended()))

    def forget(self, identifier: str) -> None:
        """Lift the delays of `identifier`, in every browser."""
        for item in self._dynamo.walk(API_DASHBOARD, ITEMS, account_key(identifier)["PK"]):
            self._drop(API_DASHBOARD.key_of(item))

    def failures(self, people: Sequence[Sequence[str]]) -> list[int]:
        """For each of `people`, by what identifies them, the most in a row that delays others; else 0. One request."""
        now = self._clock.now().timestamp()
        keys = [(API_DASHBOARD, account_key(name)) for names in people for name in names]
        items = iter(self._dynamo.get_together(*keys))
        counted = [[_still(item, now) for item in islice(items, len(names))] for names in people]
        return [max((number for number in found if number >= FREE), default=0) for found in counted]

    def count_address(self, address: str, org_id: str = NO_ACCOUNT) -> Key:
        """Count one failure of `address`. Raises AddressLimited."""
        now = int(self._clock.now().timestamp())
        network = _network(address)
        starts = [now - now % WINDOW - WINDOW * back for back in range(WINDOWS)]
        keys = [address_key(network, start) for start in starts]
        earlier = self._dynamo.get_together(*((API_DASHBOARD, key) for key in keys[1:]))
        allowed = MOST_OF_ADDRESS - sum(_failures(item) for item in earlier)
        try:
            if allowed > 0:
                self._dynamo.commit([_counted(keys[0], org_id, allowed, ttl=starts[0] + WINDOW * (WINDOWS + 1))])
                return keys[0]
        except _Full:
            pass  # others have counted meanwhile
        raise self._limited(network, dict(zip(starts, keys, strict=True)), now)

    def _limited(self, network: str, windows: Mapping[int, Key], now: int) -> AddressLimited:
        """What to answer to an address whose `windows`, by their starts, are full."""
        items = self._dynamo.get_together(*((API_DASHBOARD, key) for key in windows.values()))
        found = {start: item for start, item in zip(windows, items, strict=True) if item and _failures(item)}
        return AddressLimited(
            network,
            min(found, default=max(windows)) + WINDOWS * WINDOW - now,
            failures=sum(map(_failures, found.values())),
            organisations=frozenset().union(*(item.get(ORGANISATIONS, ()) for item in found.values())),
        )

    def _count_account(self, key: Key) -> int:
        """Count one failure and return how many there are now.

        Raises RateLimited during a delay, and also if the count is contended for seconds: a password is checked only
        after its attempt was counted. Contention is rare, because the fifth attempt starts a delay for all others.
        """
        try:
            return retry(lambda: self._count_once(key), on=VersionConflict)
        except Conflict:
            raise RateLimited("Too many tries at once. Try again.", 1) from None

    def _count_once(self, key: Key) -> int:
        """Raises VersionConflict if another attempt was counted since the count was read."""
        stored = self._dynamo.get(API_DASHBOARD, key, consistent=True)
        now = self._clock.now()
        _check_delay(stored, now)
        failures = 1 + _still(stored, now.timestamp())
        self._dynamo.commit([_next(key, stored, failures, now)])
        return failures

    def _drop(self, key: Key) -> None:
        self._quietly(remove(API_DASHBOARD, key, when=present(API_DASHBOARD), otherwise=_contended()))

    def _quietly(self, write: Write) -> None:
        """What is gone already needs no taking back."""
        try:
            self._dynamo.commit([write])
        except Conflict:
            return


def delay(failures: int) -> int:
    """Seconds to wait after that many failures in a row."""
    return 0 if failures < FREE else min(LONGEST, 2 ** min(failures - FREE, 10))


def _still(item: Item | None, now: float) -> int:
    """How many failures of a count hold now."""
    return int(item["failures"]) if item and item["ttl"] > now else 0


def _check_delay(stored: Item | None, now: datetime) -> None:
    if stored is None:
        return
    wait = ceil(float(stored["notBefore"]) / 1000 - now.timestamp())
    if wait > 0:
        raise RateLimited(f"Too many tries. Try again in {wait} second{'s' if wait > 1 else ''}.", wait)


def _next(key: Key, stored: Item | None, failures: int, now: datetime) -> Write:
    seen = int(stored["version"]) if stored else None
    values = {
        "failures": failures,
        "notBefore": int((now.timestamp() + delay(failures)) * 1000),
        "ttl": int(now.timestamp()) + FORGOTTEN,
        "version": (seen or 0) + 1,
    }
    return change(API_DASHBOARD, key, values, when=holds("version", seen), otherwise=_contended())


def _contended() -> VersionConflict:
    return VersionConflict("Another attempt was counted at the same moment.")


def _failures(item: Item | None) -> int:
    """How many a window of an address has."""
    return max(0, int(item["failures"])) if item else 0


def _counted(key: Key, org_id: str, allowed: int, *, ttl: int) -> Write:
    room = absent_or(API_DASHBOARD, fewer_than("failures", allowed))
    sums: dict[str, int | set[str]] = {"failures": 1, ORGANISATIONS: {org_id}}
    full = _Full("The failures of this address are used up.")
    return Write("Update", API_DASHBOARD, key, room, full, values={"ttl": ttl}, sums=sums)


def _network(address: str) -> str:
    """The address, or the /64 it lies in: whoever has one IPv6 address has all of those."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
