"""Health: what the dashboard stands on, how it is, and how to mend it."""

from functools import partial
from typing import Final

import streamlit as st

from components.frame.page import open_page
from components.health import checks as health_checks
from components.health import store_details as health_store_details
from components.health import stores as health_stores
from components.health import summary as health_summary
from components.jobs.overview import jobs_sections
from components.kit import elements, feedback
from components.kit.formatting import count
from components.kit.table import Column, table
from components.kit.values import Code
from data.core.errors import AppError
from data.core.invalid_items import Noted
from data.core.permissions import Permission
from data.health.models import Health
from data.jobs.service import Overview
from data.services import get_services

actor = open_page("Health", requires=Permission.READ_HEALTH)
services = get_services()
service = services.health

UNREADABLE: Final = [
    Column("kind", "Kind", width="12%"),
    Column("item", "Item", "code", width="32%"),
    Column("problem", "What is wrong"),
]


def asked_for() -> tuple[str, str] | None:
    """The table or bucket in the address."""
    return next(((kind, name) for kind in ("table", "bucket") if (name := st.query_params.get(kind))), None)


def unreadable(found: Health) -> None:
    """Items that no list can show: which, and what is wrong with them."""
    elements.section(
        "Items that cannot be read", f"{count(len(found.unreadable))} met by this process since it started"
    )
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


def background() -> Overview | AppError:
    """How jobs are; what hinders the look at them must not hide the rest."""
    try:
        return services.jobs.overview(actor)
    except AppError as error:
        return error


def overview() -> None:
    with elements.header("Health"), feedback.explained(admin=True):
        health_checks.run_button(service, actor)
        look_again()
    with feedback.explained(admin=True):
        found, work = service.look(actor), background()
        checks = service.last_check(actor)
        health_summary.show(found, work, checks)
        if isinstance(work, Overview):
            jobs_sections(work)
        health_checks.show(checks)
        health_stores.show(found)
        if found.unreadable:
            unreadable(found)


def details(kind: str, name: str) -> None:
    with elements.header(name, kind, back=("Health", "health")), feedback.explained(admin=True):
        look_again()
    with feedback.explained(admin=True):
        store = service.look(actor).store(kind, name)
        if store is None:
            elements.empty("search_off", f"There is no {kind} of this name", "Health lists those that there are.")
        else:
            health_store_details.show(store, partial(service.rules, actor, name))


if store_asked := asked_for():
    details(*store_asked)
else:
    overview()
