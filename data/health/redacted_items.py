"""Which stored values nobody is shown, not even an admin: passwords, sealed keys, digests of secrets.

Values are recognised by table and attribute name, and by their form, as in logs (`data/core/redaction.py`). When in
doubt, a value is hidden.
"""

import re
from collections.abc import Mapping
from typing import Final

from data.aws.raw_items import Typed, TypedItem
from data.core.redaction import redacted_text, redacted_under
from data.storage.single_table import API_DASHBOARD

MASK: Final = "[hidden]"
SECRETS: Final[Mapping[str, frozenset[str]]] = {  # table → attributes that are secrets whatever they look like
    API_DASHBOARD.name: frozenset({"password", "encrypted_key"}),
}
_NAMES: Final = re.compile("digest|sha-?256|hash|sealed|encrypted", re.IGNORECASE)
_KEYED_BY_A_DIGEST: Final = re.compile(r"^(SESSION|TOKEN|RESET)#.+", re.DOTALL)


def masked(table: str, item: TypedItem) -> TypedItem:
    """The item with each secret in it replaced, types and all else as they are."""
    return {name: _under(name, typed, SECRETS.get(table, frozenset())) for name, typed in item.items()}


def _under(name: str, typed: Typed, secrets: frozenset[str]) -> Typed:
    ((kind, value),) = typed.items()
    if kind in ("BOOL", "NULL"):
        return typed
    if name in secrets or _NAMES.search(name) or redacted_under(name, "x") != "x":
        return {kind: MASK}
    match kind:
        case "M":
            shown: object = {inner: _under(inner, each, secrets) for inner, each in value.items()}
        case "L":
            shown = [_under(name, each, secrets) for each in value]
        case "SS":
            shown = [_text(each) for each in value]
        case "S":
            shown = _text(value)
        case _:
            shown = value
    return {kind: shown}


def _text(value: str) -> str:
    if key := _KEYED_BY_A_DIGEST.match(value):
        return f"{key[1]}#{MASK}"
    return value if redacted_text(value) == value else MASK
