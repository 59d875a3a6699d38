"""People as every page shows them: their words, their states, their fields."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from components.kit.forms import FieldKind, Width, field
from components.kit.values import Person as PersonCell
from components.kit.values import State
from data.core.permissions import Actor, Role
from data.services import get_services
from data.users.models import Person, Status, User

NOBODY: Final = "Nobody"  # as a choice of manager
ROLES: Final = {role.value: role.value.capitalize() for role in reversed(Role)}
STATES: Final = {Status.ACTIVE: State("Active", "ok"), Status.INACTIVE: State("Inactive", "idle")}
LABELS: Final = {
    "email": "E-mail",
    "role": "Role",
    "status": "Status",
    "first_name": "First name",
    "last_name": "Last name",
    "department": "Department",
    "manager_id": "Manager",
    "job_title": "Job title",
    "phone": "Phone",
    "location": "Location",
    "timezone": "Time zone",
    "bio": "About",
}
ZONES: Final = {"": "Not set", "UTC": "UTC"} | {
    zone: zone.replace("_", " ") for zone in sorted(available_timezones()) if "/" in zone
}


def display_name(user: User) -> str:
    """What to call a user on screen: the name, with the username where the name alone could mislead."""
    return get_services().display_names.of(user)


def person_cell(user: User, picture_url: str | None = None) -> PersonCell:
    """A person in a table: the e-mail beside the name for those who may see it."""
    return PersonCell(display_name(user), picture_url, user.email or user.username)


def manager_options(managers: Iterable[User]) -> dict[str, str]:
    """For a select: no manager, then each by name."""
    return {"": NOBODY} | labels(managers)


def place_options(actor: Actor) -> dict[str, dict[str, str]]:
    """What a person's place is chosen among: field → value → label. A department may be another too."""
    directory = get_services().directory
    departments = {name: name for name in directory.departments(actor)}
    return {"manager_id": manager_options(directory.managers(actor)), "department": departments}


def labels(users: Iterable[User]) -> dict[str, str]:
    """Names for a select, which identifies the choice by its label; the label of no user is `NOBODY`."""
    names = {user.user_id: (display_name(user), user.username) for user in users}
    return {user_id: f"{name} ({username})" if name == NOBODY else name for user_id, (name, username) in names.items()}


def fields(
    names: Iterable[str],
    *,
    prefix: str,
    values: Mapping[str, Any],
    problems: Mapping[str, str],
    options: Mapping[str, Mapping[str, str]],
    width: Width = 400,
) -> dict[str, str]:
    """Draw these fields of a person and return what stands in each. `problems` are by our names or the API's."""
    return {
        name: _field(name, prefix, values.get(name), problems=problems, options=options.get(name), width=width)
        for name in names
    }


def typed(person: Person, drawn: Mapping[str, str]) -> dict[str, Any]:
    """Those of the `drawn` fields that were changed, as EditPerson takes them; an empty one is None."""
    return {name: text or None for name, text in drawn.items() if (text or None) != (person.value(name) or None)}


def _field(
    name: str, prefix: str, value: Any, *, problems: Mapping[str, str], options: Mapping[str, str] | None, width: Width
) -> str:
    kind: FieldKind = "area" if name == "bio" else "text"
    text = str(value) if value else ""
    if options is not None:
        kind = "combo" if name == "department" else "select"
        options = options if not text or text in options else {**options, text: text}  # stored, but in no list
    head, *tail = name.split("_")
    error = problems.get(name) or problems.get(head + "".join(part.capitalize() for part in tail))
    return field(
        kind,
        f"{prefix}_{name}",
        LABELS[name],
        value=text,
        options=options,
        error=error,
        width=width,
        required=name == "email",
    )
