"""Events as the lines of a feed: what was done again and again stands there once, with how often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from components import events
from components.formatting import count, plural
from components.values import Happening
from data.audit.models import AuditRecord
from data.users.models import User

CROWDED: Final = frozenset({"signed_in", "signed_out"})  # acts that many do, one after the other

TWICE: Final = 2


@dataclass(slots=True)
class Line:
    """What one line of a feed is made of: the newest record of an act, and how often and by whom else it was done."""

    newest: AuditRecord
    times: int
    others: set[str]


def lines(records: Sequence[AuditRecord], most: int) -> list[Line]:
    """At most so many, newest first."""
    return _crowds(_repeated(records))[:most]


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
            found[key] = Line(record, 1, set())
    return list(found.values())


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
    record, shown = line.newest, events.happening(line.newest, people)
    others = f"and {plural(len(line.others), 'other', 'others')}" if line.others else ""
    often = "" if others or line.times == 1 else "twice" if line.times == TWICE else f"{count(line.times)} times"
    return replace(shown, others=others, often=often, record=_address(line, record) if linked else "")


def _address(line: Line, record: AuditRecord) -> str:
    """Where the trail shows what the line is made of."""
    sought = {"audit_action": record.action}
    if not line.others:
        sought |= {"audit_actor": record.user_id}
        sought |= {"audit_entity": record.entity_id} if record.entity_id != record.user_id else {}
    return f"audit?{urlencode(sought)}"
