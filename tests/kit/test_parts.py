"""What people wrote goes through every part as text."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
import streamlit as st

from components.kit import elements, feedback, markup, merge_conflict
from data.core import errors

NAUGHTY = "<img src=x onerror=alert(1)>\"'&lt;</p><script>alert(2)</script>"
NOW = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
STATE = elements.State(NAUGHTY, "ok")
HREF = f"person?id={NAUGHTY}"

DRAWN = {
    "header": lambda: elements.header(NAUGHTY, NAUGHTY, back=(NAUGHTY, HREF)),
    "profile": lambda: elements.profile_header(NAUGHTY, NAUGHTY, STATE, HREF, back=(NAUGHTY, HREF)),
    "section": lambda: elements.section(NAUGHTY, NAUGHTY, (NAUGHTY, HREF)),
    "facts": lambda: elements.facts(
        [
            (NAUGHTY, NAUGHTY),
            ("a", STATE),
            ("b", elements.Code(NAUGHTY)),
            ("c", elements.Link(NAUGHTY, HREF)),
            ("d", elements.Person(NAUGHTY, HREF)),
            ("e", elements.Time(NOW)),
        ]
    ),
    "figures": lambda: elements.figures([elements.Figure(NAUGHTY, NAUGHTY, f"+{NAUGHTY}", True, NAUGHTY, [1, 2, 1])]),
    "attention": lambda: elements.attention(
        [elements.Matter("bad", NAUGHTY, NAUGHTY, NAUGHTY, NAUGHTY, NAUGHTY, HREF)]
    ),
    "feed": lambda: elements.feed(
        [
            elements.Happening(
                NAUGHTY, NAUGHTY, NAUGHTY, HREF, NOW, HREF, others=NAUGHTY, more=NAUGHTY, often=NAUGHTY, record=HREF
            )
        ]
    ),
    "figure_link": lambda: elements.figures([elements.Figure(NAUGHTY, NAUGHTY, href=HREF)]),
    "all_well": lambda: elements.all_well(NAUGHTY, NAUGHTY),
    "chain": lambda: elements.chain([(NAUGHTY, HREF)], NAUGHTY),
    "trail": lambda: elements.audit_trail(
        [elements.Entry(NAUGHTY, NAUGHTY, NOW, NAUGHTY, [(NAUGHTY, NAUGHTY, NAUGHTY)], HREF, HREF)]
    ),
    "empty": lambda: elements.empty(NAUGHTY, NAUGHTY, NAUGHTY),
    "failed": lambda: elements.failed(NAUGHTY, NAUGHTY, NAUGHTY),
    "said": lambda: elements.said(NAUGHTY),
    "problem": lambda: elements.problem(NAUGHTY),
    "effects": lambda: elements.effects([elements.Effect("bad", NAUGHTY, NAUGHTY)]),
    "avatar": lambda: elements.avatar(NAUGHTY, HREF),
    "person": lambda: elements.person(NAUGHTY, NAUGHTY),
    "cost": lambda: elements.cost(NAUGHTY, [(NAUGHTY, NAUGHTY)]),
    "conflict": lambda: merge_conflict.resolve(
        [merge_conflict.Clash("f", "Label", NAUGHTY, NAUGHTY, NAUGHTY)], "k", who=NAUGHTY, when=NAUGHTY
    ),
    "refused fields": lambda: feedback.show(errors.InvalidInput({NAUGHTY: NAUGHTY})),
    "conflict error": lambda: feedback.show(errors.Conflict(NAUGHTY)),
    "not permitted": lambda: feedback.show(errors.NotPermitted(NAUGHTY)),
}


class Reader(HTMLParser):
    """The elements that a browser would make, and the text that it would show."""

    def __init__(self):
        super().__init__()
        self.elements, self.attributes, self.text = set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def drawn(monkeypatch):
    """All HTML that reaches Streamlit."""
    pieces = []
    real = st.delta_generator.DeltaGenerator.html
    record = lambda self, body, **more: pieces.append(str(body)) or real(self, body, **more)  # noqa: E731
    monkeypatch.setattr(st.delta_generator.DeltaGenerator, "html", record)
    monkeypatch.setattr(st, "html", lambda body, **_: pieces.append(str(body)))
    return pieces


def read(pieces):
    reader = Reader()
    reader.feed("".join(pieces))
    return reader


@pytest.mark.parametrize("part", DRAWN)
def test_naughty_text_stays_text_in_every_part(part, drawn):
    DRAWN[part]()
    page = read(drawn)
    assert "script" not in page.elements
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert [value for name, value in page.attributes if name == "src" and value == "x"] == []
    assert page.text == "" or part in {"avatar", "profile"} or NAUGHTY in page.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", " vbscript:x", "x:y"]
)
def test_addresses_that_could_run_are_left_out(address):
    assert "href" not in markup.link("here", address)
    assert "src" not in markup.avatar("Bo", address)


@pytest.mark.parametrize("address", ["users", "user?id=a:b", "/a", "https://b.example/c", "mailto:a@b.example", "#top"])
def test_addresses_of_pages_and_of_the_web_are_kept(address):
    assert f'href="{address}"' in markup.link("here", address)


def test_a_person_with_a_picture_shows_it():
    shown = markup.avatar("Maya Okafor", "https://bucket.example/m.webp?a=1&b=2")
    address = 'src="https://bucket.example/m.webp?a=1&amp;b=2"'
    assert shown == f'<img class="ava s24" {address} alt="" loading="lazy" width="24" height="24">'


def test_a_person_without_a_picture_shows_initials():
    assert ">MO<" in markup.avatar("Maya Okafor")


def test_a_fact_with_nothing_in_it_is_a_dash(drawn):
    elements.facts([("Location", ""), ("Manager", None)])
    assert read(drawn).text == "Location—Manager—"


def test_a_change_says_what_was_not_set_and_what_was_removed(drawn):
    elements.audit_trail([elements.Entry("Maya", "edited", NOW, changes=[("bio", "", "New"), ("phone", "1", "")])])
    text = read(drawn).text
    assert "bionot set+New" in text
    assert "phone\u22121removed" in text


def test_the_bill_opens_only_where_calls_are_shown(drawn):
    elements.cost("3 reads")
    assert "details" not in read(drawn).elements
    elements.cost("3 reads", [("users", "get")])
    assert {"details", "summary", "td"} <= read(drawn).elements


def test_a_course_that_does_not_move_is_a_line(drawn):
    elements.figures([elements.Figure("People", "3", series=[3, 3, 3]), elements.Figure("New", "0", series=[1])])
    assert "".join(drawn).count("<img") == 1


def test_a_number_stays_on_one_line_with_its_unit():
    assert markup.text("214 ms of 3 people") == "214\u00a0ms of 3\u00a0people"


@pytest.mark.parametrize("words", ["שלום", "مرحبا (1)", "Ann\u202e", "\u2067אבג\u2069 1"])
@pytest.mark.parametrize("write", [markup.text, markup.exactly])
def test_text_from_right_to_left_cannot_change_the_order_around_it(write, words):
    assert write(words) == f'<bdi dir="ltr">{words}</bdi>'
    assert markup.tag("b", "Ann", " & Bo") == "<b>Ann &amp; Bo</b>"
