from datetime import UTC, datetime, timedelta

import streamlit as st

from components.kit import elements

NOW = datetime.now(UTC)
UP = [20, 22, 19, 21, 20, 23, 26, 31, 30, 36, 41, 44, 47]
with elements.header("Home", "Friday 20 November, 14:32 UTC"):
    st.button("Refresh", icon=":material/refresh:", key="refresh")
elements.figures(
    [
        elements.Figure("People", "252", "+12", None, "in 30 d", UP),
        elements.Figure("Signed in, 24 h", "187", "+6.2%", True, "vs. previous 24 h", UP),
        elements.Figure("Failed sign-ins", "0.42%", "+0.19 pt", False, "vs. previous 24 h", UP[::-1]),
        elements.Figure("Response time, p95", "214 ms", "\u221218 ms", True, "vs. previous 24 h", UP[::-1]),
    ]
)
left, right = st.columns([19, 11], gap="medium")
with left:
    elements.section("Needs attention", "3 open", ("Health", "states"))
    elements.attention(
        [
            elements.Matter(
                "bad",
                "error",
                "Payments API fails 4.1% of requests",
                "Since 13:50 UTC. Limit is 1%.",
                "42 min",
                "Open requests",
                "states",
            ),
            elements.Matter(
                "warn",
                "key",
                "Key ops-sync expires in 6 days",
                "Used 1,204 times today by Maya Okafor.",
                "6 h",
                "Rotate",
                "states",
            ),
            elements.Matter(
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
    elements.section("Recent activity", "", ("All activity", "states"))
    elements.feed(
        [
            elements.Happening(
                "Maya Okafor", "changed the role of", "Priya Raman", "person", NOW - timedelta(minutes=3)
            ),
            elements.Happening(
                "Ines Moreau", "invited", "Tomás Rivera", "person", NOW - timedelta(hours=2), "/assets/mark.svg"
            ),
            elements.Happening("Lars Holm", "signed in", "", "", NOW - timedelta(days=2)),
        ]
    )
