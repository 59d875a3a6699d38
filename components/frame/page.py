"""The head of every page: the guard."""

import streamlit as st

from components.kit import elements, feedback
from components.session import current_actor
from data.core.errors import AppError, NotPermitted
from data.core.permissions import Actor, Permission, may


def open_page(title: str, *, requires: Permission) -> Actor:
    """Let in only who may see this page; for others, say why and end the run here.

    It is the first statement of every page, because a page can be reached without the frame around it.
    """
    try:
        actor = current_actor()
        if not may(actor, requires):
            raise NotPermitted(f"Your role, {actor.role}, does not open this page. Ask an admin if you need it.")
    except AppError as error:
        elements.header(title)
        feedback.show(error)
        st.stop()
    return actor
