"""The same without us: what Streamlit itself costs."""

import streamlit as st

st.button("Click")
