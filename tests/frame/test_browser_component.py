"""Values that a component's model does not know never reach a page."""

import ast
import logging
import re

import pytest
import streamlit as st

from components.kit.browser_component import LONGEST_ID, BrowserValues
from components.kit.table import MOST_TICKED
from tests.components_found import COMPONENTS
from tests.screens import ROOT

ID = "0199b6a1-7c00-7000-8000-0123456789ab"
LONG = "x" * (LONGEST_ID + 1)
VALID = [
    ("operations_table", {"opened": ID}),
    ("operations_table", {"sort": "-last_seen"}),
    ("operations_table", {"selected": {"revision": "0.0", "ids": [ID, "x"]}}),
    ("operations_table", {"selected": {"revision": "0.0", "ids": []}}),
    ("operations_links", {"followed": {"page": "users", "query": "q=%C3%A9"}}),
    ("operations_links", {"followed": {"page": ""}}),
    ("operations_jump", {"asked": "Åsa\tO'Neil"}),
    ("operations_jump", {"chosen": {"person": ID}}),
    ("operations_jump", {"chosen": {"page": "users"}}),
    ("operations_picture", {"done": "saved"}),
    ("operations_file_sender", {"done": {"uploadId": ID, "fileName": "people (2).csv"}}),
    ("operations_combo", {"value": "Größe & Co."}),
    ("operations_combo", {"value": ""}),
]
INVALID = [
    *(("operations_table", {"opened": value}) for value in ({"a": 1}, ["x"], 7, True, "", "\0", "\ud800", LONG)),
    *(("operations_table", {"sort": value}) for value in (["x"], "a b", "--name", "x" * 101, "name\n")),
    *(("operations_table", {"selected": value}) for value in (7, [], {"ids": [ID]}, {"revision": "0.0"})),
    ("operations_table", {"selected": {"revision": 0, "ids": [ID]}}),
    ("operations_table", {"selected": {"revision": "0.0", "ids": ID}}),
    ("operations_table", {"selected": {"revision": "0.0", "ids": [{"a": 1}]}}),
    ("operations_table", {"selected": {"revision": "0.0", "ids": ["x"] * (MOST_TICKED + 1)}}),
    *(("operations_links", {"followed": value}) for value in ("users", {"page": ["x"]}, {"page": {"a": 1}}, {})),
    ("operations_links", {"followed": {"page": "users", "query": {"a": 1}}}),
    ("operations_links", {"followed": {"page": "users", "query": "x" * 8_001}}),
    *(("operations_jump", {"asked": value}) for value in (7, ["x"], "\ud800", "x" * 10_001)),
    *(("operations_jump", {"chosen": value}) for value in ("users", {"page": ["x"]}, {"person": 7}, {"person": LONG})),
    *(("operations_picture", {"done": value}) for value in (["x"], {"saved": 1}, "burnt", True)),
    *(("operations_file_sender", {"done": value}) for value in ("x", {}, {"uploadId": 7, "fileName": "x"})),
    ("operations_file_sender", {"done": {"uploadId": ID, "fileName": "x" * 1_001}}),
    *(("operations_combo", {"value": value}) for value in (7, ["x"], {"a": 1}, True, "\0", "\ud800", "x" * 201)),
]


@pytest.fixture(autouse=True)
def new_tab():
    """Without a browser, the state is the test process's."""
    st.session_state.clear()


def of_component(caplog):
    return [record for record in caplog.records if record.name == "components.kit.browser_component"]


def registrations():
    """Where our code names what registers a component."""
    for path in [*ROOT.glob("components/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "dashboard.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("st.components"):
                yield path.name, ast.unparse(node)


def test_components_are_registered_only_with_a_model():
    assert {name for name, _ in registrations()} == {"browser_component.py"}


def test_every_component_has_a_strict_model_whose_fields_may_be_absent():
    assert len(COMPONENTS) >= 7
    for name, component in COMPONENTS.items():
        assert issubclass(component.model, BrowserValues), name
        assert component.model.model_config["strict"], name
        assert component.model() == component.read({}) == component.read(None) == component.read(["x"]), name


def test_every_value_that_a_script_sends_has_a_field():
    """The scripts name the fields in setTriggerValue('…') and setStateValue('…')."""
    for component in COMPONENTS.values():
        sent = re.findall(r"set(?:Trigger|State)Value\('(\w+)'", component.scripts)
        assert set(sent) == set(component.model.model_fields), component.name


@pytest.mark.parametrize(("name", "sent"), VALID)
def test_what_our_scripts_send_is_read(name, sent, caplog):
    (field,) = sent
    assert getattr(COMPONENTS[name].read(sent), field) is not None
    assert not of_component(caplog)


@pytest.mark.parametrize(("name", "sent"), INVALID, ids=lambda value: str(value)[:60])
def test_an_invalid_value_counts_as_none_and_is_logged_once(name, sent, caplog):
    (field,) = sent
    component = COMPONENTS[name]
    with caplog.at_level(logging.WARNING):
        assert component.read(sent) == component.read(sent) == component.model()
    (record,) = of_component(caplog)
    assert (record.component, record.field) == (name, field)
    assert repr(sent[field])[:20] not in f"{record.message} {record.reason}"


def test_an_invalid_field_does_not_cost_the_others():
    read = COMPONENTS["operations_table"].read({"opened": 7, "sort": "name", "selected": None, "unknown": object()})
    assert (read.opened, read.sort, read.selected) == (None, "name", None)
