"""What pages hand to the parts and the table: small values, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["ok", "busy", "warn", "bad", "idle"]  # good, under way, soon, bad, nothing to say
Weight = Literal["bad", "warn", "info"]


@dataclass(frozen=True, slots=True)
class State:
    """A mark and a word: a round dot is good, under way or soon; a square is bad; a ring is idle."""

    word: str
    kind: Kind = "idle"


@dataclass(frozen=True, slots=True)
class Time:
    """Shown relative, with the absolute time on hover. `bare` leaves out "ago"."""

    moment: datetime
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier, in the mono face."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to another page; in a table cell, the row's own link, with a muted second text."""

    text: str
    href: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Avatar and name; in a table with a muted second text, the e-mail as a rule."""

    name: str
    picture_url: str | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: its change and whether that is good (None: neither), what it is compared with, its course.

    `href`: the list behind it.
    """

    label: str
    value: str
    change: str = ""
    good: bool | None = None
    note: str = ""
    series: Sequence[float] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs attention: what is, since when, and the act that puts it right."""

    kind: Weight
    icon: str
    title: str
    line: str
    age: str
    action: str
    href: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a feed: who, and how many others, did what, to what and how many `more`, how often.

    `record`: where the trail has it.
    """

    who: str
    did: str
    what: str
    href: str
    moment: datetime
    picture_url: str | None = None
    others: str = ""
    more: str = ""
    often: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after; empty for not set and for removed."""

    field: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the audit trail; `what` it was done to comes after `did`, as a link where there is one."""

    who: str
    did: str
    moment: datetime
    via: str = ""
    changes: Sequence[Change | tuple[str, str, str]] = ()
    picture_url: str | None = None
    href: str = ""
    what: str = ""
    what_href: str = ""
    reference: str = ""
    reference_href: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act will do: `bad` and `warn` happen, `keep` stays as it is."""

    kind: Literal["bad", "warn", "keep"]
    icon: str
    text: str


Value = str | State | Time | Code | Link | Person | None
