"""The chains that this process run writes: a record is linked to the one before it as both are committed.

A run has up to four chains for an organisation, each under a lock of its own, so that commits wait for each other
only where four are under way at once. The head, which says where a chain ends, is moved in the transaction of the
record and of what it records. Where nobody knows what became of a commit, the chain is left as it is stored, and
another is opened; nothing is ever read for a commit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from data.audit.record_seals import LINK, SEAL, Link, Seals
from data.audit.table import AUDIT_LOG, chain_key, chains_key
from data.aws.conditions import absent, unchanged
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, Write, change, create
from data.core.clock import SystemClock, iso
from data.core.errors import AppError, Conflict, OutcomeUnknown
from data.core.identifiers import Identifiers
from data.core.retries import retry
from data.storage.single_table import API_DASHBOARD

SLOTS: Final = 4  # chains of one run and organisation
BUSY: Final = "Others are changing this right now. Try again."


class _Moved(Conflict):
    """The end of a chain, or the list of chains, is not where we left it."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain up to its last record: `mac` and `log_id` are that one's."""

    key: Item
    sequence: int = 0
    mac: str = ""
    log_id: str = ""
    head: Item = field(default_factory=dict)  # as it is stored

    @property
    def name(self) -> str:
        return str(self.key["SK"])


@dataclass(slots=True)
class _Slot:
    number: int
    lock: Lock = field(default_factory=Lock)
    chain: Chain | None = None


class Chains:
    """All of one process, for every organisation. Safe to share between threads; it is the `Sealer` of records."""

    def __init__(self, dynamo: Dynamo, secret: bytes) -> None:
        self.seals = Seals(secret)
        self._dynamo, self._identifiers = dynamo, Identifiers(SystemClock())
        self._slots: dict[str, tuple[_Slot, ...]] = {}
        self._lock, self._turn = Lock(), 0

    def seal(self, writes: Sequence[Write], commit: Callable[[Sequence[Write]], None]) -> None:
        """Commit `writes` with the records among them linked in their order, and the head that goes with them.

        Without a record, `writes` are committed as they are.

        Raises what `commit` raises, and Conflict if no chain can be opened; nothing was changed then.
        """
        organisations = {str(write.values["orgId"]) for write in writes if _is_record(write)}
        if not organisations:
            commit(writes)
            return
        (org_id,) = organisations
        retry(lambda: self._seal_once(org_id, writes, commit), on=_Moved)

    def _seal_once(self, org_id: str, writes: Sequence[Write], commit: Callable[[Sequence[Write]], None]) -> None:
        """Raises _Moved if the chain does not end where this process left it; nothing was changed then."""
        with self._free(org_id) as slot:
            before = slot.chain or self._opened(org_id, slot.number)
            sealed, after = self._linked(before, writes)
            slot.chain = None  # until the outcome of the commit is known
            try:
                commit([*sealed, self._moved(before, after)])
            except (_Moved, OutcomeUnknown):
                raise  # the chain is left as it is stored, and another one is opened next time
            except AppError:
                slot.chain = before
                raise
            slot.chain = after

    @contextmanager
    def _free(self, org_id: str) -> Iterator[_Slot]:
        """A chain's place that nobody else is at; where all are taken, wait for one."""
        with self._lock:
            slots = self._slots.setdefault(org_id, tuple(map(_Slot, range(SLOTS))))
            self._turn += 1
            turn = self._turn
        slot = next((slot for slot in slots if slot.lock.acquire(blocking=False)), None)
        if slot is None:
            slot = slots[turn % SLOTS]
            slot.lock.acquire()
        try:
            yield slot
        finally:
            slot.lock.release()

    def _linked(self, before: Chain, writes: Sequence[Write]) -> tuple[list[Write], Chain]:
        sealed, chain = [], before
        for write in writes:
            if not _is_record(write):
                sealed.append(write)
                continue
            place = Link(before.name, chain.sequence + 1, chain.mac, chain.log_id)
            link = self.seals.linked(write.values, place)
            sealed.append(replace(write, values={**write.values, LINK: link.to_item()}))
            moved = {"updatedAt": write.values["createdAt"], "version": link.sequence + 1}
            chain = replace(
                chain,
                sequence=link.sequence,
                mac=link.mac,
                log_id=str(write.values["logId"]),
                head={**chain.head, **moved},
            )
        return sealed, replace(chain, head=self._head(chain))

    def _head(self, chain: Chain) -> dict[str, Any]:
        ends = {"sequence": chain.sequence, "mac": chain.mac, "logId": chain.log_id}
        return self.seals.sealed({**chain.head, **ends})

    def _moved(self, before: Chain, after: Chain) -> Write:
        values = {name: value for name, value in after.head.items() if before.head.get(name) != value}
        unmoved = unchanged({**before.head}, "sequence", SEAL)
        return change(API_DASHBOARD, before.key, values, when=unmoved, otherwise=_Moved(BUSY))

    def _opened(self, org_id: str, number: int) -> Chain:
        """A new chain, entered in the organisation's list of chains, so that a whole one cannot be taken away unseen.

        Raises _Moved if another process opened a chain at the same moment, or if the outcome is unknown; Misconfigured.
        """
        listed = self._dynamo.get(API_DASHBOARD, chains_key(org_id), consistent=True)
        key = chain_key(org_id, f"{self._identifiers.new()}-{number}")
        now = iso(SystemClock().now())
        begun = {**key, "orgId": org_id, "after": str((listed or {}).get("latest", "")), "version": 1}
        chain = Chain(key, head={**begun, "createdAt": now, "updatedAt": now})
        chain = replace(chain, head=self._head(chain))
        try:
            self._dynamo.commit([_created(chain.head), self._entered(org_id, listed, chain.name, now)])
        except OutcomeUnknown as error:
            raise _Moved(BUSY) from error
        return chain

    def _entered(self, org_id: str, listed: Item | None, latest: str, now: str) -> Write:
        """The list of chains is a list backwards: it names the latest, and each head the one before."""
        version = int(listed["version"]) + 1 if listed else 1
        values = {"orgId": org_id, "latest": latest, "updatedAt": now, "version": version}
        if listed is None:
            return _created(self.seals.sealed({**chains_key(org_id), **values, "createdAt": now}))
        after = self.seals.sealed({**listed, **values})
        changed = {name: value for name, value in after.items() if name not in chains_key(org_id)}
        unmoved = unchanged(listed, "latest", SEAL)
        return change(API_DASHBOARD, chains_key(org_id), changed, when=unmoved, otherwise=_Moved(BUSY))


def _is_record(write: Write) -> bool:
    return write.table is AUDIT_LOG and write.operation == "Put"


def _created(item: Item) -> Write:
    return create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=_Moved(BUSY))
