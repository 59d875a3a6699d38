"""All of an organisation's records held against its chains: what was edited, deleted, reordered, forged.

Chains are read before the records, so that what is written meanwhile lies beyond the end that is asked for. An index
may lag: what it has not is asked for by its key, which the record behind it, or the head, names.

What cannot be told: that the whole store was put back to an earlier state, and that a record without any link was
added, which is why the newest of those is shown with its time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.audit.links import Link, Seals
from data.audit.models import Finding, Flaw, Verdict
from data.audit.table import CHAIN
from data.aws.tables import Item

MOST_SHOWN: Final = 100  # findings
MOST_COMPARED: Final = 200  # records whose links are tried on each other
Find = Callable[[str], Item | None]  # a record by its logId, read consistently


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record that stands in its place, as little of it as is needed."""

    log_id: str
    mac: str
    previous: str
    follows: str
    at: str


@dataclass(slots=True)
class Verification:
    """`heads` and `listed`, the list of chains, as they were before the first record was read."""

    seals: Seals
    heads: Mapping[str, Item]
    listed: Item | None
    examined: int = 0
    unsealed: int = 0
    newest_unsealed: str = ""
    _chains: dict[str, dict[int, _Seen]] = field(default_factory=dict)
    _broken: list[tuple[Item, Link]] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)

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
        found = sorted(self._findings, key=lambda finding: (finding.at or "", finding.chain, finding.sequence or 0))
        counts = {flaw: sum(finding.flaw is flaw for finding in found) for flaw in Flaw}
        return Verdict(
            examined=self.examined,
            sealed=self.examined - self.unsealed,
            unsealed=self.unsealed,
            newest_unsealed=self.newest_unsealed or None,
            chains=len(self.heads),
            counts={flaw: number for flaw, number in counts.items() if number},
            findings=tuple(found[:MOST_SHOWN]),
        )

    def _place(self, item: Item, link: Link) -> bool:
        """Whether it stands in the place that it claims."""
        chain = self._chains.setdefault(link.chain, {})
        if link.sequence < 1 or link.sequence in chain or not self.seals.holds(item, link):
            self._broken.append((item, link))
            return False
        at = str(item.get("createdAt", ""))
        chain[link.sequence] = _Seen(str(item.get("logId", "")), link.mac, link.previous, link.follows, at)
        return True

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
        if all((finding.flaw, finding.chain) != (Flaw.CHAIN, name.removeprefix(CHAIN)) for finding in self._findings):
            self._note(Flaw.CHAIN, Link(name))

    def _other_key(self, item: Item) -> bool:
        return item.get("keyId") not in (None, self.seals.key_id)

    def _judge(self, name: str, now_heads: Mapping[str, Item], find: Find) -> None:
        """Whether all records up to the end of the chain are there, each after the one before it."""
        head, placed = self.heads.get(name), self._chains.setdefault(name, {})
        head = head if head and self.seals.whole(head) else None
        end = _ends(head) if head else max(placed, default=0)
        latest = max(end, _ends(now_heads.get(name)))
        if name not in now_heads and placed:
            self._gone(name)
        for sequence in sorted(number for number in placed if number > latest):
            self._note(Flaw.END, Link(name, sequence), placed[sequence].log_id, placed[sequence].at)
        broken = {link.sequence for _, link in self._broken if link.chain == name}
        for sequence in range(end, 0, -1):
            after = placed.get(sequence + 1)
            mac, log_id = (after.previous, after.follows) if after else ("", "")
            if sequence == end and head:
                mac, log_id = str(head.get("mac", "")), str(head.get("logId", ""))
            there = placed.get(sequence)
            if there is None and sequence not in broken:
                there = self._sought(
                    Link(name, sequence), log_id, find, after.at if after else _text(head, "updatedAt")
                )
            if there is not None and mac and there.mac != mac:
                self._note(Flaw.REORDERED, Link(name, sequence), there.log_id, there.at)

    def _sought(self, place: Link, log_id: str, find: Find, before: str | None) -> _Seen | None:
        """One that the index has not, by its key. `before`: when the one behind it was written."""
        item = find(log_id) if log_id else None
        link = Link.of(item) if item else None
        if item is None:
            self._note(Flaw.DELETED, place, log_id, before)
        elif link is None:
            self._note(Flaw.EDITED, place, log_id, _text(item, "createdAt"), item)
        elif (link.chain, link.sequence) == (place.chain, place.sequence):
            self.examined += 1
            return self._chains[place.chain].get(place.sequence) if self._place(item, link) else None
        return None  # it is among the broken ones, under the place that it claims

    def _judge_broken(self) -> None:
        moved = self._moved(self._broken[:MOST_COMPARED])
        for item, link in self._broken:
            log_id, at = str(item.get("logId", "")), _text(item, "createdAt")
            unknown = link.chain not in self.heads or not 1 <= link.sequence <= _ends(self.heads[link.chain])
            taken = link.sequence in self._chains.get(link.chain, {})
            flaw = Flaw.REORDERED if log_id in moved else Flaw.FORGED if unknown or taken else Flaw.EDITED
            self._note(flaw, link, log_id, at, item)

    def _moved(self, broken: Sequence[tuple[Item, Link]]) -> set[str]:
        """Those which are as they were written, but stand in another's place in a chain, or under another's id."""
        return {
            str(item.get("logId", ""))
            for item, link in broken
            for other, place in broken
            if other is not item
            and (self.seals.holds(item, place) or self.seals.holds({**item, "logId": other.get("logId")}, link))
        }

    def _note(
        self,
        flaw: Flaw,
        place: Link,
        log_id: str = "",
        at: str | None = None,
        item: Item | None = None,
    ) -> None:
        self._findings.append(
            Finding(
                flaw=flaw,
                chain=place.chain.removeprefix(CHAIN),
                sequence=place.sequence or None,
                log_id=log_id,
                at=at or None,
                action=str((item or {}).get("action", "")),
                entity_name=str((item or {}).get("entityName", "")),
            )
        )


def _ends(head: Item | None) -> int:
    number: Any = (head or {}).get("sequence", 0)
    return int(number) if not isinstance(number, str) else 0


def _text(item: Item | None, name: str) -> str | None:
    return str((item or {}).get(name, "")) or None
