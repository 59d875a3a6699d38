"""What ties the records of a chain together: a MAC over each, which also covers the one before it.

Without the key nobody can make one. A record's MAC stands over its place in the chain, the MAC and the id of the
record before, and all of its own content; a head's over where its chain ends.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, Self

from data.aws.tables import Item
from data.core.key_derivation import derive

LABEL: Final = "audit chain"
LINK: Final = "link"  # the attribute of a record
SEAL: Final = "seal"  # the attribute of a head, and of the list of chains


@dataclass(frozen=True, slots=True)
class Link:
    """A record's place: the `sequence`-th of `chain`, after the record `follows` whose MAC was `previous`."""

    chain: str
    sequence: int = 0
    previous: str = ""
    follows: str = ""
    mac: str = ""

    @classmethod
    def of(cls, item: Item) -> Self | None:
        """That of a stored record; None where it claims none."""
        found = item.get(LINK)
        if not isinstance(found, Mapping):
            return None
        texts = {name: str(found.get(name, "")) for name in ("chain", "previous", "follows", "mac")}
        sequence = found.get("sequence")
        return cls(sequence=int(sequence) if isinstance(sequence, int | Decimal) else 0, **texts)

    def to_item(self) -> dict[str, Any]:
        return asdict(self)


class Seals:
    """MACs under a key that is derived from the secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, LABEL)
        self.key_id = self._mac("which key")[:16]  # so that a changed secret is told from changed records

    def linked(self, item: Item, link: Link) -> Link:
        """`link` with the MAC that `item` has in this place."""
        content = {name: value for name, value in item.items() if name != LINK}
        mac = self._mac([link.chain, link.sequence, link.previous, link.follows, canonical(content)])
        return replace(link, mac=mac)

    def holds(self, item: Item, link: Link) -> bool:
        """Whether `item` was sealed in just this place."""
        return hmac.compare_digest(self.linked(item, link).mac, link.mac)

    def sealed(self, item: Item) -> dict[str, Any]:
        """A head, or the list of chains, with its seal."""
        content = {name: value for name, value in item.items() if name != SEAL} | {"keyId": self.key_id}
        return content | {SEAL: self._mac(canonical(content))}

    def whole(self, item: Item) -> bool:
        """Whether a head, or the list of chains, is as it was sealed."""
        return hmac.compare_digest(str(self.sealed(item)[SEAL]), str(item.get(SEAL, "")))

    def _mac(self, content: Any) -> str:
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


def canonical(value: Any) -> Any:
    """`value` in the one form that it has before it is stored and after it was read, for JSON with sorted keys."""
    match value:
        case None | bool() | str():
            return value
        case int() | Decimal():
            return ["N", _digits(Decimal(value))]
        case Mapping():
            return {str(name): canonical(inner) for name, inner in value.items()}
        case list() | tuple():
            return ["L", *map(canonical, value)]
        case set() | frozenset():
            return ["S", *sorted(map(canonical, value), key=repr)]
        case _:
            return ["B", bytes(value).hex()]


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
