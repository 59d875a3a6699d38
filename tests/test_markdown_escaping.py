"""Streamlit reads labels, titles and texts as Markdown: each must be a literal of ours or go through `plain`."""

import ast
from pathlib import Path

import pytest
import streamlit as st

ROOT = Path(__file__).parents[1]
ESCAPING = ROOT / "components" / "kit" / "markdown.py"  # the one module that may define `plain`
SOURCES = sorted([ROOT / "dashboard.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
MARKDOWN = {  # function → its parameters that are Markdown or name icons; the first is that of the first argument
    **dict.fromkeys(("button", "form_submit_button", "download_button", "link_button"), ("label", "help", "icon")),
    **dict.fromkeys(("popover", "expander", "status", "menu_button", "feedback"), ("label", "help", "icon")),
    **dict.fromkeys(("text_input", "text_area", "number_input", "date_input"), ("label", "help", "icon")),
    **dict.fromkeys(("time_input", "datetime_input", "slider", "select_slider"), ("label", "help")),
    **dict.fromkeys(("checkbox", "toggle", "color_picker", "file_uploader"), ("label", "help")),
    **dict.fromkeys(("camera_input", "audio_input"), ("label", "help")),
    **dict.fromkeys(("selectbox", "multiselect"), ("label", "help")),  # their options are shown as they are
    **dict.fromkeys(("radio", "segmented_control", "pills"), ("label", "help", "format_func", "captions")),
    **dict.fromkeys(("markdown", "caption", "write", "write_stream", "badge"), ("body", "help", "icon")),
    **dict.fromkeys(("title", "header", "subheader"), ("body", "help")),
    **dict.fromkeys(("error", "warning", "info", "success", "toast"), ("body", "icon")),
    **dict.fromkeys(("tabs", "table", "image", "chat_message"), ("body", "caption", "avatar")),
    "page_link": ("", "label", "help", "icon"),
    "metric": ("label", "value", "delta", "help"),
    "dialog": ("title", "icon"),
    "spinner": ("text",),
    "progress": ("", "text"),
    "Page": ("", "title", "icon"),
}
WITHOUT_MARKDOWN = {
    *("App", "code", "columns", "components", "container", "context", "form", "fragment", "get_option", "html", "logo"),
    *("navigation", "pagination", "query_params", "rerun", "session_state", "set_page_config", "sidebar", "space"),
    *("stop", "switch_page", "user"),
}
SHARED = {"error", "warning", "info", "status", "table", "header", "title", "progress", "write"}  # others have them too
OURS = {"FILE": "A FileExport, which escapes the labels that it is given."}
TRUSTED = {  # (file, expression) → why it needs no escaping
    ("components/frame/navigation.py", "screen.title"): "A constant of MENU.",
    ("components/frame/navigation.py", "f':material/{screen.icon}:'"): "A constant of MENU.",
    ("components/kit/forms.py", "common"): "The key, the width and whether the field is disabled.",
}


def offenders(source, path=""):
    """Each Markdown argument that is neither literal, escaped nor trusted: "line: function(parameter=expression)"."""
    parsed = ast.parse(source)
    nodes = list(ast.walk(parsed))
    called, ours = {id(node.func) for node in nodes if isinstance(node, ast.Call)}, imported(parsed) | OURS.keys()
    found = [f"{node.lineno}: import {name}" for node in nodes for name in _misleading(node)]
    for node in nodes:
        if isinstance(node, ast.Attribute) and reads_markdown(node, ours) and id(node) not in called:
            found.append(f"{node.lineno}: {ast.unparse(node)} is not called where it is named")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and reads_markdown(node.func, ours):
            found += [
                f"{node.lineno}: {node.func.attr}({name}={ast.unparse(value)})"
                for name, value in arguments(node)
                if not safe(value, name) and (path, ast.unparse(value)) not in TRUSTED
            ]
    return sorted(found)


def imported(parsed):
    """The names that a module imports from elsewhere than Streamlit."""
    nodes = [node for node in ast.walk(parsed) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name for node in nodes for alias in node.names} - {"st"}


def _misleading(node):
    """Names by which the check could be passed by: functions without `st`, and a `plain` that escapes nothing."""
    if isinstance(node, ast.ImportFrom) and node.module == "streamlit":
        return [one.name for one in node.names if one.name in MARKDOWN]
    if isinstance(node, ast.ImportFrom):
        names = [one.name for one in node.names if "plain" in {one.name, one.asname}]
        return [] if node.module == "components.kit.markdown" and names == ["plain"] else names
    return ["plain"] if isinstance(node, ast.FunctionDef) and node.name == "plain" else []


def reads_markdown(function, ours):
    """Whether this is, or by its name may be, a function of Streamlit that reads Markdown."""
    owner = ast.unparse(function.value)
    if function.attr not in MARKDOWN or owner.partition(".")[0] in ours:
        return False
    return owner in {"st", "st.sidebar"} or function.attr not in SHARED


def arguments(call):
    """(parameter, value) of those that are Markdown; what is unpacked may be any of them."""
    names = MARKDOWN[call.func.attr]
    positional = list(zip(names, call.args, strict=False))[: 1 if names[0] else 2]
    named = [(one.arg or "**", one.value) for one in call.keywords if one.arg in {None, *names}]
    return [(name, value) for name, value in [*positional, *named] if name]


def safe(value, name):
    """Whether it is a text of ours without any variable in it, or escaped."""
    match value:
        case ast.IfExp(body=one, orelse=other):
            return safe(one, name) and safe(other, name)
        case ast.Lambda(body=body):
            return name == "format_func" and safe(body, "")
        case ast.JoinedStr(values=pieces):
            return all(isinstance(piece, ast.Constant) for piece in pieces)
        case ast.Constant() | ast.Call(func=ast.Name(id="plain")):
            return True
        case _:
            return name == "format_func" and ast.unparse(value) == "plain"


@pytest.mark.parametrize("path", [path.relative_to(ROOT) for path in SOURCES if path != ESCAPING], ids=str)
def test_text_that_streamlit_reads_as_markdown_is_escaped(path):
    assert offenders((ROOT / path).read_text(), str(path)) == []


@pytest.mark.parametrize(
    "bad",
    [
        'st.button(f"Deactivate {name}")',
        "st.button(label)",
        'st.button("Open", help=f"Open {name}")',
        'st.button("Open", icon=icon)',
        "st.button(label=name)",
        'st.button("Open " + name)',
        'st.button("Open {}".format(name))',
        "st.button(name if name else 'Open')",
        "st.button(str(name))",
        "st.button(**options)",
        "st.sidebar.caption(name)",
        "row.button(name)",
        "left.form_submit_button(name)",
        'st.dialog(f"Edit {name}")(draw)()',
        '@st.dialog(f"Edit {name}")\ndef draw(): ...',
        'st.page_link("pages/user.py", label=name)',
        "st.page_link(path, label=literal(name))",
        "st.progress(0.5, text=name)",
        "st.progress(0.5, name)",
        "st.spinner(name)",
        "st.error(name)",
        "st.toast(name)",
        "st.markdown(name)",
        'st.segmented_control("Rows", names, format_func=str)',
        'st.segmented_control("Rows", names, format_func=lambda one: names[one])',
        "st.Page(path, title=name)",
        "draw = st.button\ndraw(name)",
        "partial(st.button, name)",
        "from streamlit import button",
        "from components.audit.labels import plain",
        "from components.kit.markdown import escaped as plain",
        "def plain(text): ...",
        'st.button(plain("") + name)',
    ],
)
def test_the_check_finds_what_is_not_escaped(bad):
    assert len(offenders(bad)) == 1


@pytest.mark.parametrize(
    "good",
    [
        'st.button("Save")',
        'st.button(plain(f"Deactivate {name}"), help=plain(words) if words else None)',
        'st.selectbox("Manager", names, format_func=lambda one: names[one])',
        'st.segmented_control("Rows", names, format_func=lambda one: plain(names[one]))',
        "log.warning(text)",
        "from components import parts\nparts.caption(text)",
        "st.page_link(path, label=plain(name))",
        "st.progress(share, text='People done')",
    ],
)
def test_the_check_accepts_what_is_literal_or_escaped(good):
    assert offenders(good) == []


def test_every_function_of_streamlit_that_the_product_uses_is_known_to_the_check():
    trees = [ast.parse(path.read_text()) for path in SOURCES]
    used = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st"
    }
    assert used - MARKDOWN.keys() - WITHOUT_MARKDOWN == set()
    assert (WITHOUT_MARKDOWN | MARKDOWN.keys()) - set(dir(st)) == set()


def test_every_exception_of_the_check_is_still_needed():
    for path, expression in TRUSTED:
        tree = ast.parse((ROOT / path).read_text())
        assert expression in {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.expr)}
