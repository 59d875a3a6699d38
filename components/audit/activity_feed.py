"""Events as the lines of a feed: what was done again and again, or to many at once, stands there once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from components.audit import filters as audit_filters
from components.audit import sentences as audit_sentences
from components.kit import periods
from components.kit.formatting import count, plural
from components.kit.values import Happening
from data.audit.models import AuditRecord
from data.authentication.actions import AccessAction
from data.users.models import User

CROWDED: Final = frozenset({AccessAction.SIGNED_IN, AccessAction.SIGNED_OUT})  # acts that many do, one after the other

TWICE: Final = 2


@dataclass(slots=True)
class Line:
    """What one line of a feed is made of: the newest record of an act; how often, by and to whom else it was done."""

    newest: AuditRecord
    times: int = 1
    others: set[str] = field(default_factory=set)
    more: int = 0  # people to whom it was done under the same reference
    least: bool = False  # there may be more of them


def lines(records: Sequence[AuditRecord], most: int, *, cut: bool = False) -> list[Line]:
    """At most so many, newest first. `cut`: there are older records, which were not read."""
    found = _at_once(_repeated(records))
    for line in found:
        line.least = cut and line.more > 0 and _mark(line.newest) == _mark(records[-1])
    return _crowds(found)[:most]


def happenings(shown: Iterable[Line], people: Mapping[str, User], *, linked: bool) -> list[Happening]:
    """For `parts.feed`. `linked`: the reader may open the trail."""
    return [_happening(line, people, linked=linked) for line in shown]


def _repeated(records: Iterable[AuditRecord]) -> list[Line]:
    """One line for the same act of the same person on the same thing."""
    found: dict[tuple[str, str, str], Line] = {}
    for record in records:
        key = (record.user_id, record.action, record.entity_id)
        if key in found:
            found[key].times += 1
        else:
            found[key] = Line(record)
    return list(found.values())


def _at_once(lines: Iterable[Line]) -> list[Line]:
    """One line for what somebody did to many people by one change or file."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        key = _mark(line.newest)
        if key in found:
            found[key].more += 1
        else:
            found[key] = line
    return list(found.values())


def _mark(record: AuditRecord) -> tuple[str, str, str]:
    """What is the same for all that was done at once."""
    many = record.entity_type == "user" and record.correlation_id
    return record.user_id, record.action, record.correlation_id if many else f"/{record.id}"


def _crowds(lines: Iterable[Line]) -> list[Line]:
    """Neighbouring lines in which different people did the same become one."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if before and line.newest.action in CROWDED and line.newest.action == before.newest.action:
            before.others.add(line.newest.user_id)
            before.times += line.times
        else:
            found.append(line)
    return found


def _happening(line: Line, people: Mapping[str, User], *, linked: bool) -> Happening:
    record, shown = line.newest, audit_sentences.happening(line.newest, people)
    others = f"and {plural(len(line.others), 'other', 'others')}" if line.others else ""
    least = "at least " if line.least else ""
    more = f"and {least}{plural(line.more, 'other', 'others')}" if line.more else ""
    often = (
        "" if others or more or line.times == 1 else "twice" if line.times == TWICE else f"{count(line.times)} times"
    )
    return replace(shown, others=others, more=more, often=often, record=_address(line, record) if linked else "")


def _address(line: Line, record: AuditRecord) -> str:
    """Where the trail shows what the line is made of."""
    if line.more:
        return audit_filters.address_of(record, periods.viewers_zone())
    sought = {"audit_action": record.action}
    if not line.others:
        sought |= {"audit_actor": record.user_id}
        sought |= {"audit_entity": record.entity_id} if record.entity_id != record.user_id else {}
    return f"audit?{urlencode(sought)}"
