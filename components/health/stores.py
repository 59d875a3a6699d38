"""Health, the tables and buckets: one row each, which opens the details."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

from components.health.remedies import size
from components.kit import elements
from components.kit.formatting import count
from components.kit.table import Column, table
from components.kit.values import Link, State
from data.aws.bucket_state import BucketState
from data.aws.store_state import StoreState
from data.aws.table_state import EXPIRES, TableState
from data.health.models import Health

TABLES: Final = [
    Column("name", "Table", "link", width="38%"),
    Column("state", "State", "state", width="12%"),
    Column("items", "Items", numeric=True),
    Column("size", "Size", numeric=True),
    Column("indexes", "Indexes", numeric=True, wide=True),
    Column("expiry", "Expiry", wide=True),
    Column("stream", "Stream", wide=True),
]
BUCKETS: Final = [
    Column("name", "Bucket", "link", width="38%"),
    Column("state", "State", "state", width="12%"),
    Column("items", "Objects", numeric=True),
    Column("size", "Size", numeric=True),
    Column("region", "Region", wide=True),
]


def show(found: Health) -> None:
    """Both lists. A click on a row puts the store into the address and runs the page again."""
    elements.section("Tables", "items and sizes are the store's own estimate, on AWS up to six hours old")
    _stores("table", TABLES, [_row(store) | _of_table(store) for store in found.stores if store.kind == "table"])
    elements.section("Buckets", "the first thousand objects of each are counted")
    _stores("bucket", BUCKETS, [_row(store) | _of_bucket(store) for store in found.stores if store.kind == "bucket"])


def state(store: StoreState) -> State:
    return State("Problem", "bad") if store.problem else State("Ready", "ok")


def objects(store: StoreState) -> str:
    """1,000+ where there are more than were counted."""
    return "" if store.items is None else f"{count(store.items)}{'+' if store.more else ''}"


def _stores(kind: str, columns: list[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    caption = f"Each {kind} with its state"
    event = table(columns, list(rows), key=f"health_{kind}s", caption=caption, compact=True, href=f"health?{kind}=")
    if event.opened:
        st.query_params.from_dict({kind: event.opened})
        st.rerun()


def _row(store: StoreState) -> dict[str, Any]:
    line = store.real_name if store.real_name != store.name else ""
    return {
        "id": store.name,
        "name": Link(store.name, line=line),
        "state": state(store),
        "items": objects(store),
        "size": size(store.size) + ("+" if store.more else ""),
    }


def _of_table(store: StoreState) -> dict[str, Any]:
    if not isinstance(store, TableState):
        return {}
    expires = store.expiry in EXPIRES
    return {
        "indexes": count(len(store.indexes)),
        "expiry": f"By {store.expires}" if expires else "Off",
        "stream": "On" if store.stream else "Off",
    }


def _of_bucket(store: StoreState) -> dict[str, Any]:
    return {"region": store.region} if isinstance(store, BucketState) else {}
