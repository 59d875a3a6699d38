"""What stands on Users where its list is empty: why, and the way to those who are there."""

import streamlit as st

from components.kit import elements
from components.kit.formatting import plural
from components.users import filters as user_filters
from data.core.permissions import Actor
from data.services import get_services
from data.users.filters import Sought


def draw(actor: Actor, sought: Sought, among: int, *, loaded: bool) -> None:
    """`among`: how many people were searched; `loaded`: these are not all yet."""
    hidden = _hidden(actor, sought)
    filtered = user_filters.words(actor, sought)
    so_far = " loaded" if loaded else ""
    if hidden:
        line = f"{_whom(sought, filtered)} {_asked(actor, sought)}"
        line += f" Without the filters, {plural(hidden, 'person', 'people')}{so_far} {'does' if hidden == 1 else 'do'}."
        elements.empty("search_off", "Nobody matches the search", line)
    elif sought.text and among:
        line = f"Nobody of the {plural(among, 'person', 'people')}{so_far} {_asked(actor, sought)}"
        elements.empty("search_off", "Nobody matches the search", line)
    elif filtered:
        elements.empty("filter_list_off", "Nobody matches the filters", f"The filters are: {', '.join(filtered)}.")
    else:
        elements.empty("group", "Nobody is here yet", "Add the first person; they choose their own password.")
    _acts(everybody=bool(hidden))


def _acts(*, everybody: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="center", key="empty_acts"):
        if everybody:
            st.button("Search everybody", key="search_everybody", on_click=user_filters.search_everybody)
        st.button("Clear search and filters", key="clear_all", on_click=user_filters.clear)


def _hidden(actor: Actor, sought: Sought) -> int:
    """How many have what is searched for, but do not match the filters."""
    alone = user_filters.alone(sought)
    if not sought.text or sought == alone:
        return 0
    return get_services().directory.search(actor, alone, size=1).total


def _whom(sought: Sought, filtered: list[str]) -> str:
    if filtered == [status.value for status in sought.statuses]:
        return f"Nobody {filtered[0]}"
    return f"Nobody who matches the filters ({', '.join(filtered)})"


def _asked(actor: Actor, sought: Sought) -> str:
    return f"has “{sought.text}” in {user_filters.searched_in(actor)}."
