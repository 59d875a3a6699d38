from datetime import UTC, datetime, timedelta

import streamlit as st

from components.kit import elements, filters
from components.kit.table import Column, table, ticked, untick

ROLES = {"admin": "Admin", "manager": "Manager", "analyst": "Analyst", "user": "User"}
TEAMS = {"finance": "Finance", "growth": "Growth", "platform": "Platform"}
STATUS = {"all": "All", "active": "Active", "inactive": "Inactive"}
GIVEN = ("Maya", "Yuki", "Ronan", "Lars", "Leila", "Kwame", "Chiara", "Katya", "Thandi", "Samuel", "Elif")
FAMILY = ("Okafor", "Mensah", "Kamau", "Walsh", "Rahimi", "Kovács", "Holm")
NOW = datetime.now(UTC)
PICTURE = "/assets/mark.svg"


def someone(i):
    given, family = GIVEN[i % len(GIVEN)], FAMILY[i % len(FAMILY)]
    active = i % 5 != 4
    return {
        "id": f"usr {i:03}",
        "name": elements.Person(
            f"{given} {family}", PICTURE if i == 2 else None, f"{given}.{family}@northwind.example".lower()
        ),
        "role": list(ROLES)[i % 4],
        "state": elements.State("Active", "ok") if active else elements.State("Inactive", "idle"),
        "status": "active" if active else "inactive",
        "team": list(TEAMS)[i % 3],
        "seen": NOW - timedelta(minutes=3 + 47 * i * i) if i % 7 else None,
    }


PEOPLE = [someone(i) for i in range(60)]
COLUMNS = [
    Column("name", "Name", "person", sort=True, width="38%"),
    Column("role", "Role", sort=True, width="14%", wide=True),
    Column("state", "Status", "state", width="14%"),
    Column("team", "Department", "mute", sort=True, wide=True),
    Column("seen", "Last seen", "time", sort=True, numeric=True, width="104px", wide=True),
]
with elements.header("Users"):
    st.button("Export CSV", icon=":material/download:", key="export")
    st.button("Invite people", icon=":material/add:", type="primary", key="invite")
with filters.bar():
    q = filters.search("people_q", "Search name or e-mail")
    status = filters.segments("people_status", "Status", STATUS, default="active")
    with filters.more():
        roles = filters.choices("people_role", "Role", ROLES)
        teams = filters.choices("people_team", "Department", TEAMS)
    for key, on, words in (
        ("people_role", "role", [ROLES[role] for role in roles]),
        ("people_team", "department", [TEAMS[team] for team in teams]),
    ):
        if words:
            filters.chip(key, f"{on.capitalize()} is {' or '.join(words)}", remove=filters.clear, on=on)
order = filters.order("people_sort", "-seen", ("name", "role", "team", "seen"))
found = [
    each
    for each in PEOPLE
    if q.lower() in each["name"].line
    and status in {"all", each["status"]}
    and (not roles or each["role"] in roles)
    and (not teams or each["team"] in teams)
]
by = order.removeprefix("-")
words = {"name": lambda each: each["name"].name, "seen": lambda each: str(each["seen"] or "")}
found.sort(key=words.get(by, lambda each: each[by]), reverse=order.startswith("-"))
chosen = len(ticked("people"))
with st.container(key="selbar" if chosen else "count", horizontal=True, vertical_alignment="center", gap=8):
    if chosen:
        st.markdown(f"**{chosen} selected**", width="content")
        st.button("Clear", type="tertiary", key="sel_none", on_click=untick, args=("people",))
        st.space("stretch")
        st.button("Change role", key="sel_role")
        st.button("Deactivate", key="danger_sel")
    else:
        elements.said(f"{len(found)} people")
page = filters.page_asked("people_page", (q, status, roles, teams))
shown = [
    {**each, "role": ROLES[each["role"]], "team": TEAMS[each["team"]]} for each in found[(page - 1) * 25 : page * 25]
]
if st.query_params.get("naughty"):
    shown[0]["name"] = elements.Person(
        "<img src=x onerror=\"document.title='taken'\"> <b>Bo</b>", line="[x](javascript:1)"
    )
event = table(
    COLUMNS,
    shown,
    key="people",
    caption="People, with role, status and when last seen",
    pick=True,
    sort=order,
    sort_param="people_sort",
    href="person?id=",
    page=page,
)
if len(found) > 25:
    with st.container(key="pager", horizontal=True, horizontal_alignment="center"):
        filters.pager("people_page", page, -(-len(found) // 25))
if event.opened:
    st.switch_page("screens/person.py", query_params={"id": event.opened})
