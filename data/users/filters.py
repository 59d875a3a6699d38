"""Which users a list shows, and the counts of users."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from data.core.filters import SORTED, ListFilter, Param
from data.core.permissions import Actor, Role, sees_emails
from data.core.text import fold_for_search
from data.storage.column_store import Mask, Snapshot, as_mask
from data.users.models import Status, User
from data.users.projection import MOMENT, ROLES, STATUSES
from data.users.segments import PeopleKind, below, of_kind

SORTS: Final = ("name", "role", "status", "department", "seen", "created")


class UserFilter(ListFilter):
    """The conditions of a list of users. The worker reads it from the input of a job, so its fields keep their names.

    `text`: each of its words must be in the name, the username, the department, or the address if the viewer sees it.
    `inactive_days`: not seen for so long, or never. `below`: the ID of the manager whom they are below.
    """

    needs_all: ClassVar = frozenset({"kind", "below"})

    kind: Annotated[PeopleKind | None, Param("kind")] = None
    below: Annotated[str | None, Field(min_length=1, max_length=128), Param("below", "Below {words}")] = None
    status: Annotated[
        Status | None, Param("status", phrase="{values}", absent=Status.ACTIVE, empty="all", on_bar=True)
    ] = None
    roles: Annotated[tuple[Role, ...], SORTED, Param("role", "Role is {words}", "{values}", label="role")] = ()
    departments: Annotated[
        tuple[str, ...], SORTED, Param("department", "Department is {words}", "{values}", label="department")
    ] = ()
    manager_id: Annotated[
        str | None,
        Field(min_length=1, max_length=128),
        Param("manager", "Manager is {words}", "reporting to {words}", label="manager"),
    ] = None
    inactive_days: Annotated[
        int | None,
        Field(ge=1, le=3_650),
        Param(
            "absent",
            *("Not seen for is {values} days", "not seen for {values} days"),
            label="not seen for",
            choices=("30", "90", "180"),
        ),
    ] = None

    def matches(self, record: User, viewer: Actor, now: datetime) -> bool:
        since = None if self.inactive_days is None else now - timedelta(days=self.inactive_days)
        return (
            (not self.roles or record.role in self.roles)
            and self.status in {None, record.status}
            and (not self.departments or record.department in self.departments)
            and self.manager_id in {None, record.manager_id}
            and (since is None or record.last_seen_at is None or record.last_seen_at < since)
            and visible_to(viewer, record).matches(self.text)
        )

    def mask(self, snapshot: Snapshot, viewer: Actor, now: datetime) -> Mask:
        """Return which rows match, `kind` and `below` included."""
        table, passing = snapshot.table, snapshot.alive
        for name, chosen in self._chosen():
            values = pa.array(chosen, table.schema.field(name).type)
            passing = passing & as_mask(pc.is_in(table[name], value_set=values))
        if self.kind:
            passing = passing & of_kind(snapshot, self.kind, now)
        if self.below:
            passing = passing & below(snapshot, self.below)
        if self.inactive_days is not None:
            seen = pc.less(table["last_seen_at"], pa.scalar(now - timedelta(days=self.inactive_days), MOMENT))
            passing = passing & np.asarray(pc.fill_null(seen, True), np.bool_)  # a user never seen is inactive too
        for word in fold_for_search(self.text).split():
            found = as_mask(pc.match_substring(table["words"], word))
            if sees_emails(viewer):
                found = found | as_mask(pc.match_substring(table["address"], word))
            passing = passing & found
        return passing

    @property
    def depends_on_time(self) -> bool:
        return self.inactive_days is not None or self.kind is not None

    def _chosen(self) -> Iterable[tuple[str, Collection[Any]]]:
        """Yield (column, its values that match) for each condition on one column."""
        if self.roles:
            yield "role", [ROLES[role] for role in self.roles]
        if self.status:
            yield "status", [STATUSES[self.status]]
        if self.departments:
            yield "department", list(self.departments)
        if self.manager_id:
            yield "manager_id", [self.manager_id]


EVERYONE: Final = UserFilter()
ACTIVE: Final = UserFilter(status=Status.ACTIVE)


def visible_to(viewer: Actor, user: User) -> User:
    """Return the user without the e-mail address if the viewer may not see it."""
    if sees_emails(viewer) or user.user_id == viewer.user_id:
        return user
    return user.model_copy(update={"email": None})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many users of each role, status and department match the other conditions."""

    roles: Mapping[Role, int]
    statuses: Mapping[Status, int]
    departments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of users. `complete`: of all; otherwise of the newest thousand."""

    active: int
    inactive: int
    admins: int
    seen_today: int
    new_this_month: int
    complete: bool
