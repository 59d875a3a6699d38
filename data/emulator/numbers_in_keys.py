"""5, 5.0 and 0.5E1 are one key. ministack says so of the items it stores, but not of the keys it looks for."""
# ruff: noqa: SLF001 - the names are those of ministack

import re
from typing import Any, Final

import ministack.services.dynamodb as ddb

from data.emulator.ministack_patches import around

PLAIN: Final = re.compile(r"0|-?[1-9]\d{0,36}")


def install() -> None:
    around(ddb, "_extract_key_val", _extract_key_val)


def _extract_key_val(real: Any, attribute: Any) -> Any:
    if isinstance(attribute, dict) and "S" in attribute:
        return attribute["S"]  # most are; asked several times for each item of a query
    value = real(attribute)
    if isinstance(attribute, dict) and "N" in attribute and not PLAIN.fullmatch(str(value)):
        return ddb._ddb_canonicalize_number(str(value)) or value
    return value
