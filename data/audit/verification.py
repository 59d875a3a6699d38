"""All of an organisation's records held against its chains: what was edited, deleted, reordered, forged.

Chains are read before the records, so that what is written meanwhile lies beyond the end that is asked for. An index
may lag: what it has not is asked for by its key, which the record behind it, or the head, names.

Of records that are as they were sealed next to nothing is kept, however many there are.

What cannot be told: that the whole store was put back to an earlier state, and that a record without any link was
added, which is why the newest of those is shown with its time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, Final, NamedTuple

from data.audit.contiguous_runs import Runs, Seen
from data.audit.models import Finding, Flaw, Verdict
from data.audit.record_seals import Link, Seals
from data.audit.table import CHAIN
from data.aws.tables import Item

MOST_SHOWN: Final = 100  # findings
MOST_COMPARED: Final = 200  # records whose links are tried on each other
Find = Callable[[str], Item | None]  # a record by its logId, read consistently


class _Told(NamedTuple):
    """What is told of a record that is not as it was sealed, and no more of it."""

    chain: str
    sequence: int
    log_id: str
    at: str | None
    action: str
    entity_name: str

    @classmethod
    def of(cls, item: Item, link: Link) -> "_Told":
        """As it is stored, in the place that `link` claims for it."""
        log_id, at, entity_name = _said(item, "logId"), _text(item, "createdAt"), _said(item, "entityName")
        return cls(intern(link.chain), link.sequence, log_id, at, intern(_said(item, "action")), entity_name)


@dataclass(slots=True)
class _Findings:
    """All that is wrong, counted; of them the first by time."""

    counts: Counter[Flaw] = field(default_factory=Counter)
    _noted: list[Finding] = field(default_factory=list)

    def note(self, finding: Finding) -> None:
        self.counts[finding.flaw] += 1
        self._noted.append(finding)
        if len(self._noted) > 10 * MOST_SHOWN:
            self._noted = self.first()

    def first(self) -> list[Finding]:
        found = sorted(self._noted, key=lambda finding: (finding.at or "", finding.chain, finding.sequence or 0))
        return found[:MOST_SHOWN]


@dataclass(slots=True)
class Verification:
    """`heads` and `listed`, the list of chains, as they were before the first record was read."""

    seals: Seals
    heads: Mapping[str, Item]
    listed: Item | None
    examined: int = 0
    unsealed: int = 0
    newest_unsealed: str = ""
    _chains: dict[str, Runs] = field(default_factory=dict)
    _broken: list[_Told] = field(default_factory=list)
    _compared: list[tuple[Item, Link]] = field(default_factory=list)  # the first of the broken ones, whole
    _missing: set[str] = field(default_factory=set)  # chains
    _findings: _Findings = field(default_factory=_Findings)

    @property
    def expected(self) -> int:
        """How many records have a link, as far as the heads say."""
        return sum(map(_ends, self.heads.values()))

    def look(self, items: Iterable[Item]) -> None:
        """Take note of stored records, in whichever order."""
        for item in items:
            self.examined += 1
            link = Link.of(item)
            if link is None:
                self.unsealed += 1
                self.newest_unsealed = max(self.newest_unsealed, str(item.get("createdAt", "")))
            elif not self._foreign(link.chain):
                self._place(item, link)

    def verdict(self, now_heads: Mapping[str, Item], find: Find) -> Verdict:
        """What is wrong with all that was looked at. `now_heads`: read after the last record."""
        self._judge_list()
        for name in sorted(self.heads.keys() | self._chains.keys()):
            if not self._foreign(name):
                self._judge(name, now_heads, find)
        self._judge_broken()
        counts = self._findings.counts
        return Verdict(
            examined=self.examined,
            sealed=self.examined - self.unsealed,
            unsealed=self.unsealed,
            newest_unsealed=self.newest_unsealed or None,
            chains=len(self.heads),
            counts={flaw: counts[flaw] for flaw in Flaw if counts[flaw]},
            findings=tuple(self._findings.first()),
        )

    def _place(self, item: Item, link: Link) -> None:
        """Take note of where it stands, or that it does not stand in the place that it claims."""
        chain = self._chain(link.chain)
        if link.sequence < 1 or chain.holds(link.sequence) or not self.seals.holds(item, link):
            self._broken.append(_Told.of(item, link))
            if len(self._compared) < MOST_COMPARED:
                self._compared.append((item, link))
            return
        seen = Seen(_said(item, "logId"), _said(item, "createdAt"), link.mac, link.previous, link.follows)
        for sequence, other in chain.place(link.sequence, seen):
            self._note(Flaw.REORDERED, Link(link.chain, sequence), other.log_id, other.at)

    def _chain(self, name: str) -> Runs:
        if name not in self._chains:
            head = self._head(name)
            self._chains[name] = Runs(_ends(head) if head else None)
        return self._chains[name]

    def _head(self, name: str) -> Item | None:
        """That of a chain, if it is as we left it."""
        head = self.heads.get(name)
        return head if head and self.seals.whole(head) else None

    def _foreign(self, chain: str) -> bool:
        """Whether it was sealed under another secret: then nothing can be said of its records."""
        key_id = self.heads.get(chain, {}).get("keyId")
        return key_id is not None and key_id != self.seals.key_id

    def _judge_list(self) -> None:
        """Whether each chain that was opened is there, and its head as we left it."""
        for name, head in self.heads.items():
            if self._foreign(name):
                self._note(Flaw.KEY, Link(name), at=_text(head, "updatedAt"))
            elif not self.seals.whole(head):
                self._note(Flaw.END, Link(name), at=_text(head, "updatedAt"))
        if self.listed is None or not (self.seals.whole(self.listed) or self._other_key(self.listed)):
            if self.heads:
                self._note(Flaw.END, Link("CHAINS"))
            return
        name, met = str(self.listed.get("latest", "")), set[str]()
        while name and name not in met:
            met.add(name)
            if name not in self.heads:
                self._gone(name)
                return
            name = str(self.heads[name].get("after", ""))

    def _gone(self, name: str) -> None:
        if name not in self._missing:
            self._missing.add(name)
            self._note(Flaw.CHAIN, Link(name))

    def _other_key(self, item: Item) -> bool:
        return item.get("keyId") not in (None, self.seals.key_id)

    def _judge(self, name: str, now_heads: Mapping[str, Item], find: Find) -> None:
        """Whether all records up to the end of the chain are there, and the last is the one that the head names.

        That each follows the one before it was looked at as they came.
        """
        head, chain = self._head(name) or {}, self._chain(name)
        latest = max(chain.end, _ends(now_heads.get(name)))
        if name not in now_heads and chain:
            self._gone(name)
        for sequence, seen in chain.beyond.items():
            if sequence > latest:
                self._note(Flaw.END, Link(name, sequence), seen.log_id, seen.at)
        broken = {each.sequence for each in self._broken if each.chain == name}
        for sequence in chain.gaps():
            if sequence not in broken:
                behind = chain.behind(sequence)
                log_id = _said(head, "logId") if head and sequence == chain.end else behind.follows if behind else ""
                self._seek(Link(name, sequence), log_id, find, behind.at if behind else _text(head, "updatedAt"))
        run = chain.run_at(chain.end)
        if run and _said(head, "mac") not in ("", run.last.mac):
            self._note(Flaw.REORDERED, Link(name, run.end), run.last.log_id, run.last.at)

    def _seek(self, place: Link, log_id: str, find: Find, before: str | None) -> None:
        """One that the index has not, by its key. `before`: when the one behind it was written."""
        item = find(log_id) if log_id else None
        link = Link.of(item) if item else None
        if item is None:
            self._note(Flaw.DELETED, place, log_id, before)
        elif link is None:
            self._tell(Flaw.EDITED, _Told.of(item, place))
        elif (link.chain, link.sequence) == (place.chain, place.sequence):
            self.examined += 1
            self._place(item, link)
        # else it is among the broken ones, under the place that it claims

    def _judge_broken(self) -> None:
        moved = self._moved()
        for each in self._broken:
            unknown = not 1 <= each.sequence <= _ends(self.heads.get(each.chain))
            taken = self._chain(each.chain).holds(each.sequence)
            flaw = Flaw.REORDERED if each.log_id in moved else Flaw.FORGED if unknown or taken else Flaw.EDITED
            self._tell(flaw, each)

    def _moved(self) -> set[str]:
        """Those which are as they were written, but stand in another's place in a chain, or under another's id."""
        return {
            str(item.get("logId", ""))
            for item, link in self._compared
            for other, place in self._compared
            if other is not item
            and (self.seals.holds(item, place) or self.seals.holds({**item, "logId": other.get("logId")}, link))
        }

    def _note(self, flaw: Flaw, place: Link, log_id: str = "", at: str | None = None) -> None:
        self._tell(flaw, _Told(place.chain, place.sequence, log_id, at, "", ""))

    def _tell(self, flaw: Flaw, what: _Told) -> None:
        self._findings.note(
            Finding(
                flaw=flaw,
                chain=what.chain.removeprefix(CHAIN),
                sequence=what.sequence or None,
                log_id=what.log_id,
                at=what.at or None,
                action=what.action,
                entity_name=what.entity_name,
            )
        )


def _ends(head: Item | None) -> int:
    number: Any = (head or {}).get("sequence", 0)
    return int(number) if not isinstance(number, str) else 0


def _said(item: Item, name: str) -> str:
    return str(item.get(name, ""))


def _text(item: Item, name: str) -> str | None:
    return _said(item, name) or None
