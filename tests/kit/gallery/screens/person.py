from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from components.kit import dialogs, elements, feedback, uploads
from components.kit.table import Column, table
from data.core.errors import Unavailable

NOW = datetime.now(UTC)
EFFECTS = [
    elements.Effect("bad", "logout", "Signed out everywhere: 3 sessions end at once"),
    elements.Effect("bad", "key_off", "2 personal tokens stop working"),
    elements.Effect("warn", "groups", "4 people below keep Maya as their manager until somebody changes it"),
    elements.Effect("keep", "image", "The picture and the audit record stay"),
]


def deactivate():
    st.session_state.times = st.session_state.get("times", 0) + 1
    if st.query_params.get("fail"):
        raise Unavailable("The store did not answer within 5 seconds. Nothing was changed.")
    feedback.done("Maya Okafor is deactivated.", undo=lambda: feedback.done("Maya Okafor is active again."))


@st.dialog("Deactivate Maya Okafor", width=480, on_dismiss=partial(dialogs.close, "deactivate"))
def ask():
    dialogs.confirm("deactivate", EFFECTS, act="Deactivate Maya", typed="Maya Okafor", work=deactivate)


with elements.profile_header(
    "Maya Okafor", "maya.okafor@northwind.example", elements.State("Active", "ok"), back=("Users", "people")
):
    st.button("Edit", icon=":material/edit:", key="edit")
    st.button("Sign-in…", icon=":material/lock_reset:", key="reset")
    st.button("Deactivate…", key="danger_open", on_click=dialogs.open_for, args=("deactivate",))
elements.facts(
    [
        ("Role", "Manager"),
        ("Department", "Trust"),
        ("Manager", elements.Person("Ines Moreau")),
        ("Last seen", elements.Time(NOW - timedelta(minutes=3))),
        ("Open sessions", "3"),
        ("Asked for", st.query_params.get("id", "")),
        ("Deactivated", f"{st.session_state.get('times', 0)} times"),
    ],
    "strip",
)
left, right = st.columns([19, 9], gap="medium")
with left:
    elements.section("Audit", "4 changes in 90 days", ("All changes", "states"))
    elements.audit_trail(
        [
            elements.Entry("Ines Moreau", "changed the role", NOW - timedelta(hours=2), "web · 10.4.2.18",
                        [("role", "analyst", "manager"), elements.Change("location", "", "Leeds")], href="person?id=1"),
            elements.Entry("Maya Okafor", "edited the profile", NOW - timedelta(days=1), "web · 10.4.7.31",
                        [("phone", "+44 20 7946 0018", "+44 20 7946 0993"), ("bio", "Runs trust and safety.", "")]),
            elements.Entry("Lars Holm", "ended a session", NOW - timedelta(days=50), "API · token ops-sync"),
        ]
    )  # fmt: skip
    elements.section("Sessions", "2 open")
    table(
        [
            Column("device", "Device", "link"),
            Column("address", "Address", "code", wide=True, width="128px"),
            Column("state", "State", "state", width="104px"),
            Column("seen", "Last used", "time", numeric=True, width="104px"),
        ],
        [
            {"id": "1", "device": elements.Link("MacBook Pro", line="Chrome 141, London"), "address": "10.4.7.31",
             "state": elements.State("Active", "ok"), "seen": NOW - timedelta(minutes=3)},
            {"id": "2", "device": elements.Link("Windows PC", line="Edge 140, Leeds"), "address": "10.4.3.8",
             "state": elements.State("Idle"), "seen": NOW - timedelta(days=6)},
        ],
        key="sessions", caption="Open sessions", compact=True,
    )  # fmt: skip
with right:
    elements.section("Profile")
    elements.facts(
        [
            ("User ID", elements.Code("0198f2c4-1d2e-7abc-9def-0123456789ab")),
            ("E-mail", elements.Link("maya.okafor@northwind.example", "mailto:maya.okafor@northwind.example")),
            ("Phone", "+44 20 7946 0993"),
            ("Title", "Trust and safety lead"),
            ("Location", ""),
            ("Version", "17"),
        ]
    )
    elements.section("Picture")
    event = uploads.picture_chooser("picture", user_id="u-1", has_picture=True)
    if event:
        elements.said(f"Picture {event.act}")
    elements.section("Set-password link")
    elements.secret_once("Send this link to Maya.", "http://127.0.0.1:8501/set-password#" + "k7Qx" * 8)
if dialogs.subject("deactivate"):
    ask()
