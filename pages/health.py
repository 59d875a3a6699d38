"""Health: what the dashboard stands on, how it is, and how to mend it."""

from functools import partial
from typing import Final

import streamlit as st

from components import feedback, health_details, health_stores, parts
from components.formatting import absolute, count, plural
from components.health_remedies import problems
from components.page import open_page
from components.table import Column, table
from components.values import Code, State
from data import bootstrap
from data.health.models import Health
from data.permissions import Permission
from data.unreadable import Noted

actor = open_page("Health", requires=Permission.READ_HEALTH)
service = bootstrap.get_services().health

UNREADABLE: Final = [
    Column("kind", "Kind", width="12%"),
    Column("item", "Item", "code", width="32%"),
    Column("problem", "What is wrong"),
]


def asked_for() -> tuple[str, str] | None:
    """The table or bucket in the address."""
    return next(((kind, name) for kind in ("table", "bucket") if (name := st.query_params.get(kind))), None)


def verdict(found: Health) -> None:
    """All is well, or what is not; then what the installation is."""
    wrong = found.problems
    words = State(plural(len(wrong), "problem", "problems"), "bad") if wrong else State("All is well", "ok")
    problems(((f"{one.kind.capitalize()} {one.real_name}: {one.problem}", one.remedy) for one in wrong), "stores")
    parts.facts(
        [
            ("State", words),
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


def look_again() -> None:
    """In the head, before anything is looked at."""
    if st.button("Look again", icon=":material/refresh:", key="look_again"):
        service.look_again(actor)


def overview() -> None:
    with parts.header("Health"), feedback.explained(admin=True):
        look_again()
    with feedback.explained(admin=True):
        found = service.look(actor)
        verdict(found)
        health_stores.show(found)
        if found.unreadable:
            unreadable(found)


def details(kind: str, name: str) -> None:
    with parts.header(name, kind, back=("Health", "health")), feedback.explained(admin=True):
        look_again()
    with feedback.explained(admin=True):
        store = service.look(actor).store(kind, name)
        if store is None:
            parts.empty("search_off", f"There is no {kind} of this name", "Health lists those that there are.")
        else:
            health_details.show(store, partial(service.rules, actor, name))


if store_asked := asked_for():
    details(*store_asked)
else:
    overview()
