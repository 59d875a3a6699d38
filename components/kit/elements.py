"""Small pieces of screen. Pages hand in texts and small values and never write HTML."""

import re
from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.kit import markup
from components.kit.copy_button import copy_button
from components.kit.markup import Html, joined, tag
from components.kit.values import (
    Change,
    Code,
    Effect,
    Entry,
    Figure,
    Happening,
    Kind,
    Link,
    Matter,
    Person,
    State,
    Time,
    Value,
)

__all__ = [
    "Change",
    "Code",
    "Effect",
    "Entry",
    "Figure",
    "Happening",
    "Kind",
    "Link",
    "Matter",
    "Person",
    "State",
    "Time",
    "all_well",
    "attention",
    "audit_trail",
    "avatar",
    "chain",
    "cost",
    "effects",
    "empty",
    "facts",
    "failed",
    "feed",
    "figures",
    "header",
    "person",
    "problem",
    "profile_header",
    "said",
    "secret_once",
    "section",
]


def header(title: str, line: str = "", back: tuple[str, str] | None = None) -> DeltaGenerator:
    """The title of a page; `back` is (word, address). Returns the container at its right, for actions."""
    crumb = joined(markup.link(*back, class_="crumb"), tag("span", "/", class_="sep")) if back else None
    words = tag("div", crumb, tag("h1", title), tag("span", line), class_="head")
    return _head_row("head", words)


def profile_header(
    name: str, email: str, state: State, picture_url: str | None = None, back: tuple[str, str] | None = None
) -> DeltaGenerator:
    """The head of a person's page. Returns the container at its right, for actions."""
    crumb = joined(markup.link(*back, class_="crumb"), " / ") if back else None
    lines = tag("div", tag("h1", name, markup.state(state)), tag("p", crumb, email))
    return _head_row("who", tag("div", markup.avatar(name, picture_url, 48), lines, class_="profile"))


def _head_row(key: str, words: Html) -> DeltaGenerator:
    row = st.container(key=key, horizontal=True, vertical_alignment="center", gap=8)
    row.html(words, width="stretch")
    return row


def section(title: str, line: str = "", link: tuple[str, str] | None = None) -> None:
    """A heading within a page; `link` is (words, address), at its right."""
    more = markup.link(*link) if link else None
    st.html(tag("div", tag("h2", title), tag("span", line), more, class_="sect"))


def facts(items: Iterable[tuple[str, Value]], flow: str = "rows") -> None:
    """Label and value, as `rows` or as one `strip`."""
    pairs = (tag("div", tag("dt", label), tag("dd", markup.value(value))) for label, value in items)
    st.html(tag("dl", *pairs, class_=f"facts {flow}"))


def figures(items: Iterable[Figure]) -> None:
    """Key figures in one strip; at most five on a page."""
    st.html(tag("div", *map(_figure, items), class_="figs"))


def _figure(item: Figure) -> Html:
    course = markup.spark(item.series) if len(item.series) > 1 else None
    top = tag("div", tag("b", item.value), course, class_="val")
    inner = joined(tag("span", item.label, class_="lab"), top, _change(item))
    return markup.link(inner, item.href, class_="fig") if item.href else tag("div", inner, class_="fig")


def _change(item: Figure) -> Html:
    kind = {True: "good", False: "poor", None: "flat"}[item.good]
    rose = item.change.startswith("+")
    moved = rose or item.change.startswith(("-", "\u2212"))
    arrow = markup.icon("arrow_upward" if rose else "arrow_downward") if moved else None
    sign = tag("span", "up " if rose else "down ", class_="sr") if moved else None
    return tag("span", arrow, sign, item.change.lstrip("+-\u2212"), tag("em", item.note), class_=f"chg {kind}")


def attention(items: Iterable[Matter]) -> None:
    """What somebody has to see to, worst first; each row is a link to where it is put right."""
    st.html(tag("div", *map(_matter, items), class_="list"))


def all_well(title: str, line: str) -> None:
    """Where nothing needs attention: a row that says so, and what was looked at."""
    words = tag("span", tag("b", title), tag("small", line), class_="txt")
    mark = tag("span", markup.icon("task_alt"), class_="mark ok")
    st.html(tag("div", tag("div", mark, words, class_="att well"), class_="list"))


def _matter(item: Matter) -> Html:
    words = tag("span", tag("b", item.title), tag("small", item.line), class_="txt")
    mark = tag("span", markup.icon(item.icon), class_=f"mark {item.kind}")
    act = tag("span", item.action, class_="go")
    return markup.link(joined(mark, words, tag("time", item.age), act), item.href, class_="att")


def feed(items: Iterable[Happening]) -> None:
    """Who did what, newest first."""
    st.html(tag("ul", *map(_happening, items), class_="feed"))


def _happening(item: Happening) -> Html:
    what = markup.link(item.what, item.href) if item.href else item.what
    who = joined(tag("b", item.who), f" {item.others}" if item.others else None)
    words = tag(
        "span",
        who,
        f" {item.did} ",
        what,
        f" {item.more}" if item.more else None,
        f" {item.often}" if item.often else None,
    )
    when = markup.time(item.moment, bare=True)
    shown = markup.link(when, item.record, class_="when") if item.record else when
    return tag("li", markup.avatar(item.who, item.picture_url, 20), words, shown)


def audit_trail(entries: Iterable[Entry]) -> None:
    """Records of the audit trail: who, what, when, and each field before and after."""
    st.html(tag("ol", *map(_entry, entries), class_="audit"))


def _entry(entry: Entry) -> Html:
    who = tag("b", markup.link(entry.who, entry.href) if entry.href else entry.who)
    what = markup.link(entry.what, entry.what_href) if entry.what and entry.what_href else entry.what
    did = tag("span", entry.did, " " if what else None, what)
    same = markup.link(f"reference {entry.reference}", entry.reference_href) if entry.reference else None
    facts = tag("small", entry.via, " · " if same else None, same)
    line = tag("p", who, did, facts, markup.time(entry.moment))
    changes = [change if isinstance(change, Change) else Change(*change) for change in entry.changes]
    table = tag("table", *map(_changed, changes)) if changes else None
    return tag("li", markup.avatar(entry.who, entry.picture_url, 20), tag("div", line, table))


def _changed(change: Change) -> Html:
    before = tag("del", tag("s", "\u2212"), change.before) if change.before else tag("span", "not set")
    after = tag("ins", tag("s", "+"), change.after) if change.after else tag("span", "removed")
    return tag("tr", tag("th", change.field, scope="row"), tag("td", before), tag("td", after))


def chain(items: Iterable[tuple[str, str]], last: str) -> None:
    """A way from one to the next: (words, address) each, and the one at its end, which is here."""
    steps = [tag("li", markup.link(*item)) for item in items]
    st.html(tag("ol", *steps, tag("li", last, aria_current="page"), class_="chain", aria_label="Reports to"))


def empty(icon: str, title: str, line: str, way: tuple[str, str] | None = None) -> None:
    """Nothing to show: what, and why; `way` is (words, address) of where to go from here."""
    link = markup.link(*way, class_="button second") if way else None
    st.html(tag("div", markup.icon(icon), tag("b", title), tag("p", line), link, class_="empty"))


def failed(title: str, line: str, reference: str = "") -> None:
    """Something failed: what, what is safe, and the reference under which the log has it."""
    ref = tag("p", "Reference ", tag("code", reference), class_="ref") if reference else None
    words = joined(markup.icon("cloud_off"), tag("b", title), tag("p", line), ref)
    st.html(tag("div", words, class_="empty bad", role="alert"))


def said(text: str) -> None:
    """A quiet line: a count, a hint, what a chart shows."""
    st.html(tag("p", text, class_="said"))


def problem(text: str) -> None:
    """What is wrong and how to put it right, beside where it is."""
    st.html(tag("p", markup.icon("error"), tag("span", text), class_="problem", role="alert"))


def effects(items: Iterable[Effect]) -> None:
    """What an act will do, worst first, and what stays."""
    rows = (tag("li", markup.icon(item.icon), tag("span", item.text), class_=item.kind) for item in items)
    st.html(tag("ul", *rows, class_="effects"))


def avatar(name: str, picture_url: str | None = None, size: int = 24) -> None:
    """The person's picture, else the initials. Sizes: 20, 24, 48, 96."""
    st.html(markup.avatar(name, picture_url, size), width="content")


def person(name: str, line: str, picture_url: str | None = None) -> None:
    """Avatar, name and a quiet second line."""
    words = tag("div", tag("b", name), tag("small", line))
    st.html(tag("div", markup.avatar(name, picture_url), words, class_="person"), width="stretch")


def secret_once(label: str, value: str) -> None:
    """A secret that is shown this one time, with a way to copy it. It is in no log, address or later page."""
    st.html(tag("p", markup.icon("visibility"), tag("span", f"{label} Shown only now."), class_="once"))
    copy_button(value, key="copy_" + re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_"), shown=True)


def cost(summary: str, calls: Sequence[Sequence[str]] = ()) -> None:
    """The bill at the foot of a page; with `calls` it opens to the list of them."""
    if not calls:
        st.html(tag("p", summary, class_="cost"))
        return
    rows = (tag("tr", *(tag("td", str(cell)) for cell in call)) for call in calls)
    st.html(tag("details", tag("summary", summary), tag("table", *rows), class_="cost"))
