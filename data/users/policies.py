"""Who may change what of whom, and what comes of it; the same for one edit and for what is foreseen of many."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from data.core.clock import Clock
from data.core.errors import Conflict, NotPermitted
from data.core.permissions import (
    Actor,
    Permission,
    Reach,
    Role,
    authorise,
    authorise_admin_change,
    authorise_person,
    authorise_role,
    reach_of,
)
from data.users.hierarchy import Hierarchy
from data.users.models import PLACE_FIELDS, CreatePerson, Person, Status, User, needed_to_change

Told = Callable[[Actor, str, Role], None]
ONES_PLACE: Final = "Your manager or an admin sets your department, manager and job title."


class PeopleRules:
    """`on_refused_promotion` is called for each refusal of a higher role."""

    def __init__(self, hierarchy: Hierarchy, clock: Clock, on_refused_promotion: Told) -> None:
        self._hierarchy, self._clock, self._on_refused_promotion = hierarchy, clock, on_refused_promotion

    def authorise(self, actor: Actor, permission: Permission, user: User) -> None:
        """Return if `actor` may, on `user` as they were read. Raises NotFound, NotPermitted."""
        climbs = reach_of(actor, permission) is Reach.BELOW and user.user_id != actor.user_id
        below = climbs and self._hierarchy.is_below(user, actor.user_id)
        authorise_person(actor, permission, user, below=below)

    def editable(self, actor: Actor, person: Person, values: Mapping[str, Any]) -> None:
        """Return if `actor` may change just these fields of the person. Raises NotPermitted, Conflict."""
        with self.alert_on_refused_promotion(actor, person.id, values, person.user.role):
            for permission in needed_to_change(values):
                self.authorise(actor, permission, person.user)
        own_place = person.id == actor.user_id and PLACE_FIELDS & values.keys()
        if own_place and reach_of(actor, Permission.EDIT_PROFILES) is not Reach.ORGANISATION:
            raise NotPermitted(ONES_PLACE)
        if person.id == actor.user_id and values.get("status") is Status.INACTIVE:
            raise Conflict("You cannot deactivate yourself. Ask another admin.")

    def edited(self, actor: Actor, before: Person, values: Mapping[str, Any]) -> tuple[Person, list[User]]:
        """Return the changed person and the managers who must be unchanged when it is committed.

        The person is checked as loaded and as merged, so that fields that were not sent count too. Raises NotPermitted,
        InvalidInput.
        """
        unchanged: list[User] = []
        after = before.edited(values, at=self._clock.now())
        with self.alert_on_refused_promotion(actor, before.id, values, before.user.role):
            if "role" in values:
                authorise_role(actor, values["role"])
            if after.user.sign_in_rights != before.user.sign_in_rights:
                authorise_admin_change(actor, before.user.role, after.user.role)
        if "manager_id" in values and values["manager_id"] != before.user.manager_id:
            unchanged = self._hierarchy.check_move(actor, before.user, values["manager_id"])
        return after, unchanged

    def creatable(self, actor: Actor, command: CreatePerson) -> None:
        """Return if `actor` may create this person, whose manager is not checked here. Raises NotPermitted."""
        with self.alert_on_refused_promotion(actor, "", {"role": command.role}):
            authorise(actor, Permission.CREATE_USERS)
            authorise_role(actor, command.role)

    @contextmanager
    def alert_on_refused_promotion(
        self, actor: Actor, about: str, values: Mapping[str, Any], now: Role = Role.USER
    ) -> Iterator[None]:
        """Send a security alert if the block refuses a higher role."""
        try:
            yield
        except NotPermitted:
            role = values.get("role")
            if role is not None and role.rank > now.rank:
                self._on_refused_promotion(actor, about, role)
            raise
