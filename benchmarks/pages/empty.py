"""A page of ours with nothing on it but its guard and a button."""

import streamlit as st

from components.frame.page import open_page
from data.core.permissions import Permission

open_page("Empty", requires=Permission.OPEN_HOME)
st.button("Click")
