"""What needs attention, in words: each matter is a row that leads to where it is put right."""

from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from components.kit import elements
from components.kit.formatting import ago, count, plural
from components.kit.load_progress import load_progress
from components.kit.values import Matter as Row
from components.users.fields import LABELS
from components.users.segments import address_of
from data.action_items.models import Attention, Look, Matter, MatterKind
from data.services import get_services
from data.users.segments import PeopleKind

LOOKED: Final[Mapping[str, str]] = {
    Look.RIGHTS: "admins and managers",
    Look.PEOPLE: "who never came",
    Look.MANAGERS: "who reports to whom",
    Look.SIGN_INS: "delayed sign-ins",
    Look.ADDRESSES: "limited addresses",
    Look.JOBS: "failed jobs",
    Look.CHECKS: "the last checks",
    Look.ITEMS: "items that cannot be read",
    Look.OWN: "your own account",
}
Words = tuple[str, str, str, str, str]  # icon, title, line, action, address


def show(found: Attention) -> None:
    """The section: the matters, or that all is well; while people are loading, that they are not in it yet."""
    number = count(len(found.matters)) if found.matters else ""
    elements.section("Needs attention", f"{number} open" if number else "")
    if found.matters:
        elements.attention(_row(matter, found.looked_at) for matter in found.matters)
    elif not found.loading:
        elements.all_well("All is well", f"Looked at: {', '.join(LOOKED.get(look, look) for look in found.looked)}.")
    if found.loading:
        load_progress(
            get_services().directory.progress, "people loaded. What needs attention among them is said when all are."
        )


def _row(matter: Matter, now: datetime) -> Row:
    icon, title, line, action, address = astuple(matter.text) if matter.text else _WORDS[matter.kind](matter)
    age = ago(matter.since, now, bare=True) if matter.since else ""
    return Row(matter.weight, icon, title, line, age, action, address)


def _people(kind: PeopleKind, matter: Matter) -> str:
    return address_of(kind, below=matter.below)


def _below(matter: Matter) -> str:
    return " below you" if matter.below else ""


def _some(matter: Matter) -> str:
    """A few of them by name."""
    names, rest = matter.facts["names"], matter.number - len(matter.facts["names"])
    return ", ".join(names) + (f" and {plural(rest, 'other', 'others')}" if rest else "")


def _one_admin(_: Matter) -> Words:
    line = "If they leave, nobody can mend it. Make somebody else an admin, too."
    return "shield_person", "Only one admin is left", line, "Choose", "users?users_role=manager"


def _sign_in_delayed(matter: Matter) -> Words:
    failures = matter.facts["failures"]
    line = f"{failures} wrong passwords in a row. If it was them, lift the delay."
    return (
        "lock_clock",
        f"Sign-in of {matter.facts['name']} is delayed",
        line,
        "Lift the delay",
        f"user?id={matter.user_id}",
    )


def _address_limited(matter: Matter) -> Words:
    failed = plural(matter.facts["failures"], "sign-in", "sign-ins")
    line = f"{failed} failed within ten minutes. Users still sign in with browsers that they used before."
    address = f"audit?{urlencode({'audit_action': 'address_limited', 'audit_entity': matter.facts['id']})}"
    return "gpp_maybe", f"Sign-ins from {matter.facts['address']} were limited", line, "Look", address


def _failed_jobs(matter: Matter) -> Words:
    title = f"{plural(matter.number, 'job', 'jobs')} failed"
    return "error", title, f"The newest: {matter.facts['error'] or 'without a word'}", "Try again", "health"


def _failed_checks(matter: Matter) -> Words:
    title = f"{plural(matter.number, 'check', 'checks')} failed"
    return "vital_signs", title, f"Worst: {matter.facts['first']}. Health says what mends each.", "Mend", "health"


def _unreadable(matter: Matter) -> Words:
    title = f"{plural(matter.number, 'item', 'items')} cannot be read"
    return "broken_image", title, f"No list shows them: {matter.facts['first']}", "Look", "health"


def _without_manager(matter: Matter) -> Words:
    title = f"{plural(matter.number, 'person', 'people')}{_below(matter)} without an active manager"
    return "account_tree", title, _some(matter), "Assign", _people(PeopleKind.WITHOUT_MANAGER, matter)


def _idle_rights(matter: Matter) -> Words:
    who = "1 admin or manager has" if matter.number == 1 else f"{count(matter.number)} admins and managers have"
    return (
        "no_accounts",
        f"{who} not signed in for 90 days",
        _some(matter),
        "Review",
        _people(PeopleKind.IDLE_RIGHTS, matter),
    )


def _never_here(matter: Matter) -> Words:
    """How many have no password is known of the newest hundred."""
    facts = matter.facts
    among = f"Of the newest {count(facts['asked'])}, " if matter.number > facts["asked"] else ""
    line = f"{among}{count(facts['without'])} chose no password yet"
    if facts["links"] is not None:
        works = "works" if facts["links"] == 1 else "work"
        line += f"; {plural(facts['links'], 'set-password link', 'set-password links')} still {works}"
    elif facts["without"]:
        line += "; an admin can make them a new link"
    title = f"{plural(matter.number, 'person', 'people')}{_below(matter)} never signed in"
    return (
        "mail",
        title,
        f"{line}.",
        "Invite again" if facts["links"] is not None else "Look",
        _people(PeopleKind.NEVER_HERE, matter),
    )


def _own_password(matter: Matter) -> Words:
    line = "You sign in by your company account alone. An admin can make you a link to choose a password."
    return "key", "You have no password here", line, "Your page", f"user?{urlencode({'id': matter.user_id})}"


def _own_manager(matter: Matter) -> Words:
    gone = f"{matter.facts['name']} is inactive" if matter.facts["name"] else "Your manager is not here any more"
    return "account_tree", gone, "An admin can say whom you report to now.", "Your page", f"user?id={matter.user_id}"


def _own_profile(matter: Matter) -> Words:
    missing = ", ".join(LABELS[name].lower() for name in matter.facts["missing"])
    return "badge", "Your profile is not complete", f"Missing: {missing}.", "Complete", "settings?section=profile"


_WORDS: Final[Mapping[str, Callable[[Matter], Words]]] = {
    MatterKind.ONE_ADMIN: _one_admin,
    MatterKind.SIGN_IN_DELAYED: _sign_in_delayed,
    MatterKind.ADDRESS_LIMITED: _address_limited,
    MatterKind.FAILED_JOBS: _failed_jobs,
    MatterKind.FAILED_CHECKS: _failed_checks,
    MatterKind.UNREADABLE: _unreadable,
    MatterKind.WITHOUT_MANAGER: _without_manager,
    MatterKind.IDLE_RIGHTS: _idle_rights,
    MatterKind.NEVER_HERE: _never_here,
    MatterKind.OWN_PASSWORD: _own_password,
    MatterKind.OWN_MANAGER: _own_manager,
    MatterKind.OWN_PROFILE: _own_profile,
}
