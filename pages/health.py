"""Health: what the dashboard stands on, how it is, and how to mend it."""

from typing import Any, Final

import streamlit as st

from components import feedback, parts
from components.copying import copy_button
from components.formatting import NARROW, absolute, count, plural
from components.page import open_page
from components.table import Column, table
from components.values import Code, State
from data import bootstrap
from data.aws.inspection import StoreState
from data.health.service import Health
from data.permissions import Permission
from data.unreadable import Noted

actor = open_page("Health", requires=Permission.READ_HEALTH)

REMEDY: Final = "python -m data setup"
UNITS: Final = ("B", "KB", "MB", "GB")
BUCKETS: Final = [
    Column("name", "Name", width="22%"),
    Column("real_name", "In the store", "code", wide=True, width="32%"),
    Column("state", "State", "state"),
]
TABLES: Final = [
    *BUCKETS,
    Column("items", "Items", numeric=True),
    Column("size", "Size", numeric=True, wide=True),
    Column("indexes", "Indexes", numeric=True, wide=True),
]
UNREADABLE: Final = [
    Column("kind", "Kind", width="12%"),
    Column("item", "Item", "code", width="32%"),
    Column("problem", "What is wrong"),
]


def size(number: int) -> str:
    """12.4 KB."""
    power = min(len(str(number)) - 1, 9) // 3
    return f"{number / 1000**power:.{1 if power else 0}f}{NARROW}{UNITS[power]}"


def row(store: StoreState) -> dict[str, Any]:
    return {
        "id": store.real_name,
        "name": store.name,
        "real_name": Code(store.real_name),
        "state": State("Problem", "bad") if store.problem else State("Ready", "ok"),
        "items": None if store.items is None else count(store.items),
        "size": None if store.size is None else size(store.size),
        "indexes": count(store.indexes) if store.kind == "table" and not store.problem else None,
    }


def stores(found: Health, kind: str, columns: list[Column]) -> None:
    rows = [row(store) for store in found.stores if store.kind == kind]
    table(columns, rows, key=f"health_{kind}s", caption=f"Each {kind} with its state", compact=True)


def problems(found: Health) -> None:
    """Each problem in words, and the command that mends what is missing."""
    for store in found.problems:
        parts.problem(f"{store.kind.capitalize()} {store.real_name}: {store.problem}")
    parts.said("This makes what is missing and leaves what is there as it is. Run it on the host, then look again:")
    copy_button(REMEDY, key="remedy", shown=True)


def unreadable(found: Health) -> None:
    """Items that no list can show: which, and what is wrong with them."""
    parts.section("Items that cannot be read", f"{count(len(found.unreadable))} met by this process since it started")
    rows = [
        {"id": f"{one.kind}/{one.id}", "kind": one.kind, "item": Code(one.id), "problem": "; ".join(words(one))}
        for one in found.unreadable
    ]
    table(UNREADABLE, rows, key="health_unreadable", caption="Stored items that cannot be read", compact=True)


def words(one: Noted) -> list[str]:
    return [f"{name}: {problem}" for name, problem in one.problems.items()]


with parts.header("Health"):
    st.button("Look again", icon=":material/refresh:", key="look_again")
with feedback.explained(admin=True):
    found = bootstrap.get_services().health.look(actor)
    missing = len(found.problems)
    parts.facts(
        [
            ("State", State(plural(missing, "problem", "problems"), "bad") if missing else State("All is well", "ok")),
            ("Runs on", found.mode),
            ("Endpoint", Code(found.endpoint)),
            ("Region", Code(found.region)),
            ("Version", found.version),
            ("Python", found.python),
            ("Streamlit", found.streamlit),
            ("Looked at", absolute(found.looked_at)),
        ],
        flow="strip",
    )
    if missing:
        problems(found)
    parts.section("Tables", "items and sizes as the store counts them, on AWS up to six hours old")
    stores(found, "table", TABLES)
    parts.section("Buckets")
    stores(found, "bucket", BUCKETS)
    if found.unreadable:
        unreadable(found)
