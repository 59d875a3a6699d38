"""Who is below whom: the way up from a person by `managerId`, read consistently, at most 20 steps."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from data.errors import Defect, InvalidInput, NotPermitted
from data.permissions import GRANTS, Actor, Permission, Reach
from data.users.models import User
from data.users.repository import UserRepository

MOST_STEPS: Final = 20


class Hierarchy:
    def __init__(self, users: UserRepository) -> None:
        self._users = users

    def is_below(self, user: User, boss_id: str) -> bool:
        """Whether the way up from `user` reaches `boss_id`. A loop or a missing manager ends it: not below."""
        return boss_id in self.above(user.manager_id, user)

    def above(self, manager_id: str | None, user: User) -> Iterator[str]:
        """The userIds on the way up from `manager_id`, as if `user` reported there; ends before it repeats itself."""
        seen = {user.user_id}
        for _ in range(MOST_STEPS):
            if manager_id is None or manager_id in seen:
                return
            manager = self._find(manager_id)
            if manager is None or manager.org_id != user.org_id:
                return
            seen.add(manager_id)
            yield manager_id
            manager_id = manager.manager_id

    def would_loop(self, manager_id: str, user: User) -> bool:
        """Whether `user` is above `manager_id` already."""
        seen: set[str] = set()
        step: str | None = manager_id
        while step and step not in seen and len(seen) <= MOST_STEPS:
            if step == user.user_id:
                return True
            seen.add(step)
            found = self._find(step)
            step = found.manager_id if found else None
        return False

    def check_manager(self, actor: Actor, user: User, manager_id: str | None, *, joins: bool = False) -> None:
        """Return if `actor` may put `user` under `manager_id`: a manager only within those below themselves.

        Who `joins` has nobody below them yet, so cannot make a loop. Raises InvalidInput, NotPermitted.
        """
        if manager_id is not None:
            manager = self._find(manager_id)
            if manager is None or manager.org_id != user.org_id:
                raise InvalidInput({"managerId": "Nobody here has this id; choose a person of the organisation."})
            if not manager.active:
                raise InvalidInput({"managerId": f"{manager.name} is inactive; choose somebody active."})
            if not joins and self.would_loop(manager_id, user):
                raise InvalidInput({"managerId": f"{manager.name} reports to this person; that would be a loop."})
        if GRANTS[actor.role][Permission.EDIT_PROFILES] is not Reach.ORGANISATION:
            above = set(self.above(manager_id, user))
            if actor.user_id not in above:
                raise NotPermitted("You can only move people to yourself or to somebody below you.")

    def _find(self, user_id: str) -> User | None:
        """One who cannot be read is as good as missing, for those below."""
        with suppress(Defect):
            return self._users.find(user_id)
        return None
