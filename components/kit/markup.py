"""HTML that cannot be forgotten to be escaped: what is not Html already is text, wherever it goes in."""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from components.kit import formatting
from components.kit.values import Code, Link, Person, State, Time, Value
from data.core.clock import SystemClock

_UNIT: Final = re.compile(r"(?<=\d) (?=(?:pt|ms|s|min|h|d|KB|MB|GB|EUR|UTC|RCU|WCU|files|people)\b)")
_DIRECTED: Final = re.compile(  # letters from right to left, and characters that set or override a direction
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_WITHOUT_END: Final = frozenset({"img", "br"})
_PICTURE: Final = r"data:image/(?:png|jpeg|webp|gif|svg\+xml)[;,]"
_PATH: Final = r"[^:]*(?:$|[/?#])"  # a colon before the first slash would make it a scheme
_ADDRESS: Final = re.compile(rf"https?:|mailto:|{_PICTURE}|{_PATH}", re.IGNORECASE)


class Html(str):
    """Markup made here; anything else is text and is escaped."""

    __slots__ = ()


def text(value: str) -> Html:
    """`value` as text, with a number kept on one line with its unit."""
    return value if isinstance(value, Html) else _isolated(_UNIT.sub(formatting.NARROW, escape(value)))


def exactly(value: str) -> Html:
    """`value` as text, to the last blank: for what is looked at because of how it is stored."""
    return _isolated(escape(value))


def _isolated(escaped: str) -> Html:
    """Text from right to left in an element of its own, so that it cannot change the order of what is around it."""
    return Html(f'<bdi dir="ltr">{escaped}</bdi>' if _DIRECTED.search(escaped) else escaped)


def tag(name: str, *children: str | None, **attributes: str | None) -> Html:
    """An element. Attributes that are None are left out; `class_` and `aria_label` lose their underscores.

    An address in href or src that is neither a path nor https, http, mailto or a picture is left out.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None and (key not in {"href", "src"} or _ADDRESS.match(value))
    )
    if name in _WITHOUT_END:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{joined(*children)}</{name}>")


def joined(*children: str | None) -> Html:
    """Several pieces as one."""
    return Html("".join(text(child) for child in children if child is not None))


def icon(name: str) -> Html:
    """A Material symbol, an ornament to the words beside it."""
    return tag("span", name, class_="ico", aria_hidden="true", translate="no")


def avatar(name: str, picture_url: str | None = None, size: int = 24) -> Html:
    """The picture, or the initials. Always beside the name, so without words of its own."""
    cls = f"ava s{size}"
    if picture_url:
        side = str(size)
        return tag("img", class_=cls, src=picture_url, alt="", loading="lazy", width=side, height=side)
    return tag("span", formatting.initials(name), class_=cls, aria_hidden="true")


def state(value: State) -> Html:
    return tag("span", tag("i"), value.word, class_=f"state {value.kind}")


def time(moment: datetime, *, bare: bool = False) -> Html:
    """Relative, with the absolute time on hover."""
    words = formatting.ago(moment, SystemClock().now(), bare=bare)
    return tag("time", words, title=formatting.absolute(moment), datetime=moment.isoformat())


def link(words: str, href: str, **attributes: str | None) -> Html:
    return tag("a", words, href=href, target="_self", **attributes)


def value(item: Value) -> Html:  # noqa: PLR0911 - one line per kind
    """Any of the small values that facts are made of; a dash for nothing."""
    match item:
        case State():
            return state(item)
        case Time(moment, bare):
            return time(moment, bare=bare)
        case Code(words):
            return tag("code", words)
        case Link(words, href):
            return link(words, href)
        case Person(name, picture_url):
            return tag("span", avatar(name, picture_url, 20), name, class_="named")
        case str() if item:
            return text(item)
        case _:
            return tag("span", "—", class_="mute")


def spark(series: Sequence[float]) -> Html:
    """The course of a figure as a picture, since st.html drops inline SVG; its gray has 3:1 in both modes."""
    low, high, last = min(series), max(series), len(series) - 1
    points = [
        (round(i * 96 / last, 1), round(26 - 24 * (number - low) / ((high - low) or 1), 1))
        for i, number in enumerate(series)
    ]
    closed = " ".join(f"{x},{y}" for x, y in points[:-1])
    (x1, y1), (x2, y2) = points[-2:]
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 98 28" fill="none" stroke="#7d8693"'
        f' stroke-width="1.5" stroke-linejoin="round"><polyline points="{closed}"/>'
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-dasharray="2 2"/></svg>'
    )
    return tag("img", alt="", src=f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}")
