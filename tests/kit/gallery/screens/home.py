from datetime import UTC, datetime, timedelta

import streamlit as st

from components import parts

NOW = datetime.now(UTC)
UP = [20, 22, 19, 21, 20, 23, 26, 31, 30, 36, 41, 44, 47]
with parts.header("Home", "Friday 20 November, 14:32 UTC"):
    st.button("Refresh", icon=":material/refresh:", key="refresh")
parts.figures(
    [
        parts.Figure("People", "252", "+12", None, "in 30 d", UP),
        parts.Figure("Signed in, 24 h", "187", "+6.2%", True, "vs. previous 24 h", UP),
        parts.Figure("Failed sign-ins", "0.42%", "+0.19 pt", False, "vs. previous 24 h", UP[::-1]),
        parts.Figure("Response time, p95", "214 ms", "\u221218 ms", True, "vs. previous 24 h", UP[::-1]),
    ]
)
left, right = st.columns([19, 11], gap="medium")
with left:
    parts.section("Needs attention", "3 open", ("Health", "states"))
    parts.attention(
        [
            parts.Matter(
                "bad",
                "error",
                "Payments API fails 4.1% of requests",
                "Since 13:50 UTC. Limit is 1%.",
                "42 min",
                "Open requests",
                "states",
            ),
            parts.Matter(
                "warn",
                "key",
                "Key ops-sync expires in 6 days",
                "Used 1,204 times today by Maya Okafor.",
                "6 h",
                "Rotate",
                "states",
            ),
            parts.Matter(
                "info",
                "inbox",
                "14 submissions wait longer than 2 days",
                "Oldest from Tomás Rivera, 17 November.",
                "2 d",
                "Review",
                "states",
            ),
        ]
    )
with right:
    parts.section("Recent activity", "", ("All activity", "states"))
    parts.feed(
        [
            parts.Happening("Maya Okafor", "changed the role of", "Priya Raman", "person", NOW - timedelta(minutes=3)),
            parts.Happening(
                "Ines Moreau", "invited", "Tomás Rivera", "person", NOW - timedelta(hours=2), "/assets/mark.svg"
            ),
            parts.Happening("Lars Holm", "signed in", "", "", NOW - timedelta(days=2)),
        ]
    )
