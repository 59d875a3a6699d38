import streamlit as st

from components.kit import elements, feedback
from data.core import errors

ERRORS = {
    "ended": errors.NotSignedIn("Your session has ended. Sign in again."),
    "refused": errors.NotPermitted("Reading the audit trail needs the role admin; yours is analyst."),
    "missing": errors.NotFound("There is no person with this address, or not in your organisation."),
    "setup": errors.Misconfigured("table pre-work-users-dev is missing", "Run: python -m data setup"),
    "down": errors.Unavailable("The store did not answer within 5 seconds. Nothing was changed."),
    "defect": errors.Defect("Something went wrong that we did not foresee."),
}
with elements.header("States", "Each kind of failure, and nothing at all", back=("Home", "home")):
    pass
kind = st.query_params.get("kind")
if kind in ERRORS:
    error = ERRORS[kind]
    error.reference = "req_01J9KQ4T7W"
    with feedback.explained(admin=True):
        raise error
else:
    elements.empty(
        "filter_alt_off",
        "No person matches these filters",
        "Inactive, in Finance, with “harbor” in the name. Without the search there are 14.",
    )
    with st.container(horizontal=True, horizontal_alignment="center", gap=8):
        st.button("Remove the search", type="primary", key="remove")
        st.button("Clear all filters", key="clear")
