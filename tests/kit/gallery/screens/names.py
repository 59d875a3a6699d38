"""Hostile texts in every kind of Streamlit element that the product uses.

`kind`: all texts in this kind of element; without it, some texts in each. `titled`: the number of a dialog's title.
"""

import streamlit as st

from components.kit import elements
from components.kit.markdown import plain
from tests.kit.hostile import HOSTILE, SOME

KINDS = {
    "button": lambda text, key: st.button(plain(text), key=key, help=plain(text)),
    "caption": lambda text, _: st.caption(plain(text)),
    "popover": lambda text, key: st.popover(plain(text), key=key),
    "text_input": lambda text, key: st.text_input(plain(text), key=key),
    "text_area": lambda text, key: st.text_area(plain(text), key=key),
    "date_input": lambda text, key: st.date_input(plain(text), key=key),
    "selectbox": lambda text, key: st.selectbox(plain(text), [text], key=key),
    "multiselect": lambda text, key: st.multiselect(plain(text), [text], default=[text], key=key),
    "segmented_control": lambda text, key: st.segmented_control(plain(text), [text], format_func=plain, key=key),
    "expander": lambda text, _: st.expander(plain(text)),
    "page_link": lambda text, _: st.page_link("screens/home.py", label=plain(text)),
    "progress": lambda text, _: st.progress(0.5, text=plain(text)),
    "form_submit_button": lambda text, key: st.form(f"form_{key}").form_submit_button(plain(text), key=key),
}
kind, titled = st.query_params.get("kind"), st.query_params.get("titled")
if titled is not None:
    st.dialog(plain(HOSTILE[int(titled)]))(lambda: st.button("Shut", key="shut"))()
for name in [kind] if kind else KINDS:
    for text in HOSTILE if kind else SOME:
        with st.container(key=f"shown_{name}_{HOSTILE.index(text)}"):
            KINDS[name](text, f"made_{name}_{HOSTILE.index(text)}")
elements.facts([("From right to left", "שלום\u202e (1)")])
