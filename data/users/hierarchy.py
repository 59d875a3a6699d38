"""Who is below whom: the way up from a person by `managerId`, read consistently, at most 20 steps."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Final, Protocol

from data.core.errors import Defect, InvalidInput, NotPermitted
from data.core.permissions import Actor, Permission, Reach, reach_of
from data.core.text import isolated
from data.users.models import User

MOST_STEPS: Final = 20


class People(Protocol):
    """Where users are looked up."""

    def find(self, user_id: str) -> User | None: ...


class Hierarchy:
    def __init__(self, users: People) -> None:
        self._users = users

    def is_below(self, user: User, boss_id: str) -> bool:
        """Whether the way up from `user` reaches `boss_id`. A loop or a missing manager ends it: not below."""
        return any(manager.user_id == boss_id for manager in self._way_up(user.manager_id, user))

    def check_joins(self, actor: Actor, user: User) -> None:
        """Return if `actor` may put the new `user` where they are to be.

        Nobody is below them, so there is no loop; and for who may put people anywhere, the manager is all there is to
        look at. Raises InvalidInput, NotPermitted.
        """
        if user.manager_id is not None:
            way_up = self._way_up(user.manager_id, user)
            self._check(actor, user.manager_id, list(islice(way_up, 1) if _puts_anywhere(actor) else way_up))

    def check_move(self, actor: Actor, user: User, manager_id: str | None) -> list[User]:
        """Return the managers above `user` under `manager_id`, who must be unchanged when the move is committed.

        Otherwise, two concurrent moves could make a loop. A manager moves only users below themselves. Raises
        InvalidInput, NotPermitted.
        """
        if manager_id == user.user_id:
            raise InvalidInput({"managerId": "Nobody reports to themselves; choose somebody else."})
        above = self._check(actor, manager_id, list(self._way_up(manager_id, user)))
        if any(manager.user_id == user.user_id for manager in above):
            raise InvalidInput(
                {"managerId": f"{isolated(above[0].name)} reports to this person; that would be a loop."}
            )
        return above

    @staticmethod
    def _check(actor: Actor, manager_id: str | None, above: list[User]) -> list[User]:
        """The way up, nearest first, if `actor` may put somebody at its foot."""
        if manager_id is not None and not above:
            raise InvalidInput({"managerId": "Nobody here has this id; choose a person of the organisation."})
        if above and not above[0].active:
            raise InvalidInput({"managerId": f"{isolated(above[0].name)} is inactive; choose somebody active."})
        if not _puts_anywhere(actor) and actor.user_id not in {manager.user_id for manager in above}:
            raise NotPermitted("You can only move people to yourself or to somebody below you.")
        return above

    def _way_up(self, manager_id: str | None, user: User) -> Iterator[User]:
        """The people from `manager_id` upward, as stored now; ends at a gap, and before it repeats itself."""
        seen: set[str] = set()
        for _ in range(MOST_STEPS):
            manager = self._find(manager_id) if manager_id and manager_id not in seen else None
            if manager is None or manager.org_id != user.org_id:
                return
            yield manager
            seen.add(manager.user_id)
            manager_id = manager.manager_id

    def _find(self, user_id: str) -> User | None:
        """One who cannot be read is as good as missing, for those below."""
        with suppress(Defect):
            return self._users.find(user_id)
        return None


def _puts_anywhere(actor: Actor) -> bool:
    return reach_of(actor, Permission.EDIT_PROFILES) is Reach.ORGANISATION
