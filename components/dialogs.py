"""Dialogs before what cannot be taken back: its effects, worst first, a typed name, the red button and Cancel.

    @st.dialog("Deactivate …", width=480, on_dismiss=dialogs.closing("deactivate"))
    def ask(user_id: str) -> None:
        dialogs.confirm("deactivate", effects, typed=name, act="Deactivate Maya", on_confirm=deactivate, args=(user_id,))

    st.button("Deactivate…", on_click=dialogs.opening("deactivate", user_id))
    if user_id := dialogs.open_for("deactivate"):
        ask(user_id)

The act is a callback, wrapped in feedback.attempt(try id); a double click runs it twice under one try, so it is
done once.
"""

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from components import parts
from components.formatting import literal
from components.values import Effect
from data.identifiers import new_id
