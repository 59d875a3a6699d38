"""The filter bar and the address. The page is a function that AppTest runs."""

# ruff: noqa: PLC0415 - AppTest runs the text of these functions

from streamlit.testing.v1 import AppTest


def bar():
    import streamlit as st

    from components.kit import filters

    roles = {"admin": "Admin", "user": "User"}
    with filters.bar():
        q = filters.search("q", "Search")
        status = filters.segments("status", "Status", {"all": "All", "active": "Active"}, default="active")
        chosen = filters.choices("role", "Role", roles)
        if chosen:
            text = f"Role is {' or '.join(roles[role] for role in chosen)}"
            filters.chip("role", text, remove=filters.clear, on="role")
    st.text(f"{q}|{status}|{','.join(chosen)}|{filters.order('sort', '-seen', ('seen', 'name'))}")


def opened(**query):
    page = AppTest.from_function(bar)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def read(page):
    return page.text[0].value


def test_without_an_address_the_defaults_hold():
    assert read(opened()) == "|active||-seen"


def test_what_the_address_says_is_shown():
    page = opened(q="maya", status="all", role=["admin", "user"], sort="name")
    assert read(page) == "maya|all|admin,user|name"


def test_values_that_are_no_choice_are_left_aside():
    assert read(opened(status="<b>", role=["admin", "root"], sort="password")) == "|active|admin|-seen"


def test_a_choice_is_written_as_a_machine_value():
    page = opened()
    page.multiselect[0].select("Admin").run()
    assert page.query_params["role"] == "admin"
    assert read(page) == "|active|admin|-seen"


def test_a_default_leaves_the_address_again():
    page = opened(q="maya")
    page.text_input[0].set_value("").run()
    assert "q" not in page.query_params


def test_a_new_address_wins_over_what_was_chosen():
    page = opened(role=["admin"])
    page.query_params["role"] = ["user"]
    assert read(page.run()) == "|active|user|-seen"


def test_a_chip_takes_its_filter_away():
    page = opened(role=["admin"])
    assert page.button[0].label == "Role is Admin"
    page.button[0].click().run()
    assert read(page) == "|active||-seen"
    assert "role" not in page.query_params
