"""Acts of the audit trail in words, the same on Home, on a person's page and on Audit."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from components.audit import labels as audit_labels
from components.audit.labels import readable
from components.kit.values import Change, Entry, Happening
from data.audit.models import AuditRecord
from data.core.text import shown
from data.services import get_services
from data.users.display_names import DisplayNames
from data.users.models import User

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # action: (with its object, without)
    "user_created": ("added", "added this person"),
    "user_updated": ("changed the e-mail address of", "changed the e-mail address"),
    "profile_updated": ("edited the profile of", "edited the profile"),
    "role_changed": ("changed the role of", "changed the role"),
    "user_deactivated": ("deactivated", "deactivated this person"),
    "user_reactivated": ("reactivated", "reactivated this person"),
    "picture_changed": ("changed the picture of", "changed the picture"),
    "picture_removed": ("removed the picture of", "removed the picture"),
    "users_exported": ("exported people", "exported people"),
    "import_checked": ("had a dry run of", "had a file of people checked"),
    "audit_exported": ("exported the audit trail", "exported the audit trail"),
    "file_downloaded": ("downloaded", "downloaded a file"),
    "raw_item_viewed": ("looked at the stored items of", "looked at the stored items"),
    "audit_verified": ("had the audit trail verified", "had the audit trail verified"),
    "people_changed_together": ("applied", "changed people together"),
    "job_retried": ("tried again", "tried this again"),
    "signed_in": ("signed in as", "signed in"),
    "signed_out": ("signed out", "signed out"),
    "signed_out_everywhere": ("ended all sessions of", "signed out everywhere"),
    "signed_out_elsewhere": ("ended the other sessions of", "signed out everywhere else"),
    "sign_in_delayed": ("delayed further sign-ins of", "delayed after wrong passwords"),
    "address_limited": ("limited sign-ins from", "limited sign-ins from this address"),
    "sign_in_unlocked": ("lifted the delay on the sign-in of", "lifted the delay on signing in"),
    "session_revoked": ("ended a session of", "ended a session"),
    "password_changed": ("changed the password of", "changed the password"),
    "password_set": ("set the password of", "set a password by a link"),
    "password_link_made": ("made a set-password link for", "made a set-password link"),
    "token_created": ("made a personal token of", "made a personal token"),
    "token_revoked": ("revoked a personal token of", "revoked a personal token"),
}
WITHOUT_OBJECT: Final = frozenset({"audit_exported", "audit_verified", "users_exported"})  # but for the job's id
NAMED_BY: Final = {
    "import_checked": "fileName",
    "file_downloaded": "fileName",
    "people_changed_together": "title",
}  # what its object is called
NAMING: Final = ("managerId", "entityId")  # fields that hold somebody's id
HIDDEN: Final = frozenset(
    {"userId", "profileId", "username", "securityVersion", "pictureKey", "pictureSmallKey", "lastSeenAt"}
)


def did(record: AuditRecord) -> str:
    """What was done, for a place that says to whom."""
    return WORDS.get(record.action, (readable(record.action), ""))[0]


def did_here(record: AuditRecord) -> str:
    """The same where the page is about the one it was done to."""
    return WORDS.get(record.action, ("", readable(record.action)))[1]


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
    for name, before, after in record.changes():
        if name not in HIDDEN and name != NAMED_BY.get(record.action):
            old, new = (audit_labels.value(name, each, people) for each in (before, after))
            yield Change(audit_labels.field(name), old, new)


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
    if record.action in WITHOUT_OBJECT:
        return ""
    if called := (record.after or {}).get(NAMED_BY.get(record.action, "")):
        return f"“{called}”"
    return _names().recorded(
        people.get(record.entity_id) if record.entity_type == "user" else None,
        name=shown(record.entity_name),
        username=record.entity_username,
        user_id=record.entity_id,
    )


def _names() -> DisplayNames:
    return get_services().display_names
