import streamlit as st

from components.kit import elements
from components.kit.merge_conflict import Clash, resolve

elements.header("Edit Maya Okafor", back=("Users", "people"))
values = resolve(
    [
        Clash("jobTitle", "Job title", "Head of trust", "Trust and safety lead", "Trust lead"),
        Clash("phone", "Phone", "", "+44 20 7946 0993", "+44 20 7946 0018"),
    ],
    "edit",
    who="Lars Holm",
    when="2 min ago",
)
st.button("Save changes", type="primary", disabled=values is None, key="save")
elements.said(str(values))
