"""Items from the journal into ministack's tables at start, quickly: 200,000 in about 2 seconds."""
# ruff: noqa: SLF001 - the names are those of internals.py

import gc
import json
import time
from collections import defaultdict
from typing import Any

import ministack.services.dynamodb as ddb

from data.aws.embedded import ordered
from data.aws.embedded.dynamodb_store import row_of, space_of
from data.aws.embedded.expiry import expires_at, expiring_attribute
from data.aws.embedded.journal import Journal


def load_items(journal: Journal) -> int:
    """Fill every table that ministack knows, leave out what has expired, and say how many items there are."""
    gc.disable()
    try:
        loaded = sum(_fill(journal, scope, table) for scope, table in _tables())
        journal.commit()
    finally:
        gc.freeze()  # hundreds of thousands of dicts that no collection need ever visit
        gc.enable()
    return loaded


def _tables() -> list[tuple[tuple[str, str, str], dict[str, Any]]]:
    return [((account, region, name), table) for (account, region, name), table in ddb._tables.all_items()]


def _fill(journal: Journal, scope: tuple[str, str, str], table: dict[str, Any]) -> int:
    items = table["items"] = defaultdict(dict)
    expiring, now = expiring_attribute(scope), time.time()
    for batch in journal.batches(space_of(table)):
        # One decode for all: faster, and the items share the text of their attributes' names.
        for item in json.loads(f"[{','.join(batch)}]"):
            pk = ddb._extract_key_val(item[table["pk_name"]])
            sk = ddb._extract_key_val(item[table["sk_name"]]) if table["sk_name"] else "__no_sort__"
            due = expires_at(expiring, item) if expiring else None
            if due is not None and due <= now:
                journal.put(space_of(table), row_of(pk, sk), None)
            else:
                items[pk][sk] = item
    ddb._update_counts(table)
    ordered.warm(table)
    return int(table["ItemCount"])
