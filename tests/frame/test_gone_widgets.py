"""A tab may stay open all day: what Streamlit knows of it does not grow with what was done in it."""

# ruff: noqa: PLC0415, SLF001 - AppTest runs the text of a function; nothing public tells what Streamlit keeps

import pytest
from streamlit.testing.v1 import AppTest

from data.core.permissions import Role
from tests.screens import ROOT, screen


@pytest.fixture
def tab(world):
    return screen(world, world.person(Role.ADMIN), "settings")


def visit(tab, *pages):
    for page in pages:
        tab.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert not tab.exception


def known(tab):
    """Of which widgets Streamlit has kept what it was told."""
    state = tab._session_state._state
    told, keys = set(state._new_widget_state.widget_metadata), state._key_id_mapper
    assert set(keys.id_key_mapping) <= told
    assert set(map(keys.get_id_from_key, keys.id_key_mapping.values())) <= told
    return told


def test_fields_of_drafts_that_are_gone_are_forgotten(tab):
    visit(tab, "home", "settings")
    once = known(tab)
    visit(tab, *["home", "settings"] * 5)
    assert len(known(tab)) == len(once)


def test_what_is_on_the_screen_is_known(tab):
    visit(tab, "home", "users")
    tab.run()
    shown = {box.proto.id for box in [*tab.text_input, *tab.button, *tab.get("bidi_component")]}
    assert shown <= known(tab)


def test_components_on_the_screen_keep_their_events(tab):
    visit(tab, "home", "users")
    tab.run()
    components = {each.proto.id for each in tab.get("bidi_component")}
    events = {each for each in known(tab) - components if any(own in each for own in components)}
    assert components
    assert len(events) == len(components)


def page():
    import streamlit as st

    from components.frame import widget_cleanup

    st.session_state.setdefault("told", 0)
    st.session_state.setdefault("drawn", 0)

    def tell():
        st.session_state.told += 1

    @st.fragment
    def beside():
        st.session_state.drawn += 1
        st.button("Again", key="again")
        st.button("Beside", key=f"beside_{st.session_state.drawn}", on_click=tell)

    if not st.toggle("Hide"):
        st.button("Tell", key="tell", on_click=tell)
    beside()
    widget_cleanup.forget()


def hide(opened, *times):
    for hidden in times:
        opened.toggle[0].set_value(hidden).run()
    return {each for each in known(opened) if each.endswith("-tell")}


def test_only_what_two_runs_did_not_draw_is_forgotten():
    opened = AppTest.from_function(page).run()
    assert hide(opened, True)  # a run that was overtaken may end here, after the one that drew it
    assert not hide(opened, True)


def test_a_widget_that_comes_back_is_heard():
    opened = AppTest.from_function(page).run()
    assert hide(opened, True, True, False)
    opened.button(key="tell").click().run()
    assert opened.session_state.told == 1


def test_runs_of_a_fragment_forget_nothing_around_it():
    opened = AppTest.from_function(page).run()
    for _ in range(3):
        opened.button(key="again").click().run()
    opened.button(key="tell").click().run()
    assert opened.session_state.told == 1
