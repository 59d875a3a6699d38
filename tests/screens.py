"""Pages as their visitors meet them, without a browser: through the frame, with a session of the gate's."""

import json
from html import unescape
from pathlib import Path
from re import sub

from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]


def screen(world, person, page, **query):
    """Return this page, opened in a new session of the user."""
    opened = AppTest.from_file(str(ROOT / "components" / "frame" / "shell.py"), default_timeout=30)
    opened.user = world.signed_in(person)
    for name, value in query.items():
        opened.query_params[name] = value
    if page != "home":  # the default page has no address of its own
        opened.switch_page(str(ROOT / "pages" / f"{page}.py"))
    opened.run()
    assert not opened.exception, opened.exception
    return opened


def button(opened, label):
    return next(each for each in opened.button if each.label == label)


def click(opened, label):
    button(opened, label).click().run()
    assert not opened.exception, opened.exception
    return opened


def labels(opened):
    """What its buttons say."""
    return {each.label for each in opened.button}


def box(opened, label):
    """A field for text."""
    return next(each for each in [*opened.text_input, *opened.text_area] if each.label == label)


def combo(opened, label):
    """What the field for an existing or a new value with this label is given."""
    return next(data for data in map(given, opened.get("bidi_component")) if data.get("label") == label)


def choose_in_combo(opened, label, value):
    """Choose a value in the field with this label, as the browser sends it."""
    field = next(each for each in opened.get("bidi_component") if given(each).get("label") == label)
    opened.session_state[user_key_from_element_id(field.proto.id)] = {"value": value}


def words(opened):
    """Everything that the screen says in its own HTML, as text."""
    return plain(html_of(opened))


def html_of(opened):
    return " ".join(element.proto.body for element in opened.get("html"))


def plain(html):
    """What one reads of it."""
    return " ".join(unescape(sub(r"<style.*?</style>|<[^>]+>", " ", html)).split())


def given(element):
    """What a component of ours is given to draw."""
    return json.loads(element.proto.bytes or element.proto.json)


def all_given(opened):
    """The same of all of them, as text."""
    return " ".join(json.dumps(given(element), ensure_ascii=False) for element in opened.get("bidi_component"))


def rows(opened, key):
    """The rows of a table, as they are sent to the browser."""
    return [element for element in opened.get("bidi_component") if key in element.proto.id]
