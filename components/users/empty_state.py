"""What Users shows if its list is empty: why, and how to find users."""

import streamlit as st

from components.kit import elements
from components.kit.formatting import plural
from components.kit.list_page import Shown
from components.users import filters as user_filters
from data.core.permissions import Actor, sees_emails
from data.services import get_services
from data.users.filters import UserFilter
from data.users.models import User


def draw(shown: Shown[User, UserFilter]) -> None:
    actor, wanted, found = shown.actor, shown.wanted, shown.found
    among = found.examined
    hidden = _hidden(actor, wanted)
    filtered = user_filters.phrases(shown.chips)
    so_far = "" if found.complete else " loaded"
    if hidden:
        line = f"{_subject(wanted, filtered)} {_searched(actor, wanted)}"
        line += f" Without the filters, {plural(hidden, 'person', 'people')}{so_far} {'does' if hidden == 1 else 'do'}."
        elements.empty("search_off", "No users match the search", line)
    elif wanted.text and among:
        line = f"None of the {plural(among, 'person', 'people')}{so_far} {_searched(actor, wanted)}"
        elements.empty("search_off", "No users match the search", line)
    elif filtered:
        elements.empty("filter_list_off", "No users match the filters", f"The filters are: {', '.join(filtered)}.")
    else:
        elements.empty("group", "No users yet", "Add the first user, who then chooses a password.")
    with st.container(horizontal=True, horizontal_alignment="center", key="empty_acts"):
        if hidden:
            st.button("Search all users", key="search_everybody", on_click=user_filters.search_everybody)
        st.button("Clear search and filters", key="clear_all", on_click=user_filters.clear)


def _hidden(actor: Actor, wanted: UserFilter) -> int:
    """Return how many users have what is searched for, but do not match the other conditions."""
    alone = UserFilter(text=wanted.text)
    if not wanted.text or wanted == alone:
        return 0
    return get_services().directory.search(actor, alone, size=1).total or 0


def _subject(wanted: UserFilter, filtered: list[str]) -> str:
    if filtered == [wanted.status]:
        return f"No {filtered[0]} user"
    return f"No user who matches the filters ({', '.join(filtered)})"


def _searched(actor: Actor, wanted: UserFilter) -> str:
    fields = "name, username, department or e-mail" if sees_emails(actor) else "name, username or department"
    return f"has “{wanted.text}” in {fields}."
