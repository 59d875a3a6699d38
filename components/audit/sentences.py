"""Acts of the audit trail in words, the same on Home, on a person's page and on Audit."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from components.audit import labels as audit_labels
from components.audit.labels import readable
from components.kit.values import Change, Entry, Happening
from data.audit.models import AuditRecord
from data.core.text import shown
from data.domain import AuditAction
from data.services import get_services
from data.users.display_names import DisplayNames
from data.users.models import User

NAMING: Final = ("managerId", "entityId")  # fields that hold somebody's id
HIDDEN: Final = frozenset(
    {"userId", "profileId", "username", "securityVersion", "pictureKey", "pictureSmallKey", "lastSeenAt"}
)


def did(record: AuditRecord) -> str:
    """What was done, for a place that says to whom."""
    action = _action(record)
    return action.with_target if action else readable(record.action)


def did_here(record: AuditRecord) -> str:
    """The same where the page is about the one it was done to."""
    action = _action(record)
    return action.on_page if action else readable(record.action)


def entry(record: AuditRecord, people: Mapping[str, User], *, here: bool = False) -> Entry:
    """A record for `parts.audit_trail`; `here`: on the page of whom it is about."""
    known = here or _own(record)
    return Entry(
        who=who(record, people),
        did=did_here(record) if known else did(record),
        moment=record.created_at,
        what="" if known else _object(record, people),
        what_href=f"audit?audit_entity={quote(record.entity_id)}",
        via=audit_labels.way(record.via),
        changes=() if record.before is None else tuple(changes(record, people)),
    )


def happening(record: AuditRecord, people: Mapping[str, User]) -> Happening:
    """A record for `parts.feed`."""
    if _own(record):
        return Happening(who=who(record, people), did=did_here(record), what="", href="", moment=record.created_at)
    href = f"user?id={record.entity_id}" if record.entity_type == "user" else ""
    return Happening(
        who=who(record, people), did=did(record), what=_object(record, people), href=href, moment=record.created_at
    )


def facts(record: AuditRecord, people: Mapping[str, User]) -> list[str]:
    """What is known of an act that has no before: "browser Firefox on Linux", "job title Clerk"."""
    if record.before is not None:
        return []
    known = [change for change in changes(record, people) if change.after]
    return [f"{change.field[:1].lower()}{change.field[1:]} {change.after}" for change in known]


def changes(record: AuditRecord, people: Mapping[str, User]) -> Iterable[Change]:
    """What differs, in the words of the forms; ids of people as their names."""
    action = _action(record)
    naming = action.named_by if action else None
    for name, before, after in record.changes():
        if name not in HIDDEN and name != naming:
            old, new = (audit_labels.value(name, each, people) for each in (before, after))
            yield Change(audit_labels.field(name), old, new)


def _action(record: AuditRecord) -> AuditAction | None:
    """The declared action of a record; None for one that no domain declares any longer."""
    return get_services().registry.actions.get(record.action)


def _own(record: AuditRecord) -> bool:
    """Whether somebody did it to themselves, so that the name need not come twice."""
    return (record.entity_type, record.entity_id) == ("user", record.user_id)


def concerned(records: Iterable[AuditRecord]) -> set[str]:
    """The ids of everyone the records name, to look their names up at once."""
    found: set[str] = set()
    for record in records:
        found.add(record.user_id)
        found |= {record.entity_id} if record.entity_type == "user" else set()
        sides = (record.before or {}, record.after or {})
        found |= {str(side[name]) for side in sides for name in NAMING if side.get(name)}
    return found


def who(record: AuditRecord, people: Mapping[str, User]) -> str:
    """The actor by name: the current one, and the one at that time if it differs."""
    return _names().recorded(
        people.get(record.user_id), name=shown(record.user_name), username=record.actor_username, user_id=record.user_id
    )


def _object(record: AuditRecord, people: Mapping[str, User]) -> str:
    action = _action(record)
    if action and action.named_by is None:
        return ""
    if action and (called := (record.after or {}).get(str(action.named_by))):
        return f"“{called}”"
    return _names().recorded(
        people.get(record.entity_id) if record.entity_type == "user" else None,
        name=shown(record.entity_name),
        username=record.entity_username,
        user_id=record.entity_id,
    )


def _names() -> DisplayNames:
    return get_services().display_names
