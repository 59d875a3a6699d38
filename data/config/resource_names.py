"""Tables and buckets of other names than the usual ones: `DASHBOARD_TABLE_USERS` and its like."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from data.config.resources import BUCKETS

NAMED: Final = re.compile(r"DASHBOARD_(TABLE|BUCKET)_([A-Z0-9_]+)")
REAL_NAMES: Final = {  # what AWS accepts; a dot in a bucket's name would break TLS
    "TABLE": (re.compile(r"[A-Za-z0-9_.-]{3,255}"), "3 to 255 letters, digits, dots, dashes or underscores"),
    "BUCKET": (re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"), "3 to 63 lower-case letters, digits or dashes"),
}


def overrides(environ: Mapping[str, str], tables: Collection[str] | None = None) -> dict[str, str]:
    """Return {`TABLE_USERS`: its real name} for each name that is set.

    `tables`: the names of the tables that may be renamed; any, unless given. Raises ValueError for a name that is
    wrong, and for a table or bucket that does not exist.
    """
    found = {
        name.removeprefix("DASHBOARD_"): value for name, value in environ.items() if NAMED.fullmatch(name) and value
    }
    known = {f"BUCKET_{variable(bucket.name)}" for bucket in BUCKETS}
    known |= {name for name in found if name.startswith("TABLE_")} if tables is None else set()
    known |= {f"TABLE_{variable(table)}" for table in tables or ()}
    for name in sorted(found.keys() - known):
        raise ValueError(f"DASHBOARD_{name} names no table or bucket of ours; known are {', '.join(sorted(known))}.")
    for name, value in sorted(found.items()):
        pattern, wanted = REAL_NAMES[name.partition("_")[0]]
        if not pattern.fullmatch(value):
            raise ValueError(f"DASHBOARD_{name} is wrong: write {wanted}.")
    return found


def variable(name: str) -> str:
    """`audit-log` as settings spell it."""
    return name.upper().replace("-", "_")
