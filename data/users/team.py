"""Who stands around a person: those above, one by one, and those who report to them. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from data.core.concurrency import together
from data.core.permissions import Actor, Permission, Reach, authorise, reach_of
from data.core.text import fold_for_search
from data.users.hierarchy import MOST_STEPS
from data.users.models import User
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository
from data.users.search import PeopleSearch

MOST_SHOWN: Final = 50  # who report to one person; Users lists all of them


@dataclass(frozen=True, slots=True)
class Around:
    """`above`: nearest first. `reports`: by name, inactive ones too; `more`: there are others whom this leaves out."""

    above: tuple[User, ...]
    reports: tuple[User, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Active people who would have no active manager, and how many of those who leave manage them."""

    people: int
    managers: int


class Teams:
    def __init__(self, users: UserRepository, profiles: ProfileRepository, search: PeopleSearch) -> None:
        self._users, self._profiles, self._search = users, profiles, search

    def around(self, actor: Actor, user_id: str) -> Around:
        """Who is above a person of the organisation, and who reports to them. Raises NotPermitted.

        The way up comes from memory where all people are loaded, else step by step, through the cache.
        """
        authorise(actor, Permission.LIST_USERS)
        above, (reports, more) = together(
            partial(self._above, actor.org_id, user_id), partial(self._reports, actor.org_id, user_id)
        )
        hidden = reach_of(actor, Permission.READ_EMAILS) is not Reach.ORGANISATION
        shown = [tuple(_without_address(user) if hidden else user for user in users) for users in (above, reports)]
        return Around(shown[0], shown[1], more)

    def succession(self, actor: Actor, leaver_id: str, successor_id: str) -> dict[str, str | None]:
        """What changes of a successor before those who report to the leaver can come under them.

        Who stands below the leaver takes their place, under the next active person above it, or under nobody; nothing
        changes of one from elsewhere. Where people were above each other, it is somebody else. Raises NotPermitted.
        """
        authorise(actor, Permission.LIST_USERS)
        if leaver_id not in {user.user_id for user in self._above(actor.org_id, successor_id)}:
            return {}
        above = self._above(actor.org_id, leaver_id)
        return {"manager_id": next((it.user_id for it in above if it.active and it.user_id != successor_id), None)}

    def left_behind(self, actor: Actor, leaver_ids: Sequence[str]) -> LeftBehind | None:
        """Whom it would leave without an active manager to deactivate all of these; None until all people are loaded.

        Raises NotPermitted.
        """
        authorise(actor, Permission.LIST_USERS)
        found = self._search.left_behind(actor.org_id, leaver_ids)
        return None if found is None else LeftBehind(*found)

    def _above(self, org_id: str, user_id: str) -> tuple[User, ...]:
        loaded = self._search.chain(org_id, user_id)
        return tuple(self._climbed(org_id, user_id)) if loaded is None else loaded

    def _climbed(self, org_id: str, user_id: str) -> list[User]:
        """Read as lists are, one after the other."""
        found: list[User] = []
        here = self._users.find_many(org_id, [user_id]).get(user_id)
        while here and here.manager_id and len(found) < MOST_STEPS:
            here = self._users.find_many(org_id, [here.manager_id]).get(here.manager_id)
            if here is None or here.user_id in {user_id, *(user.user_id for user in found)}:
                break
            found.append(here)
        return found

    def _reports(self, org_id: str, user_id: str) -> tuple[list[User], bool]:
        page = self._profiles.list_reports(org_id, user_id, limit=MOST_SHOWN)
        people = self._users.find_many(org_id, page.items).values()
        mine = [user for user in people if user.manager_id == user_id]  # the index may lag
        return sorted(
            mine, key=lambda user: (not user.active, fold_for_search(user.name))
        ), page.next_cursor is not None


def _without_address(user: User) -> User:
    return user.model_copy(update={"email": None})
