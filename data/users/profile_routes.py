"""/api/profiles"""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from data.core.errors import AlreadyThere, InvalidInput
from data.core.models import example
from data.core.permissions import Actor
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import (
    CurrentActor,
    Cursor,
    ExpectedVersion,
    Limit,
    QueryId,
    QueryManagerId,
    QueryProfileId,
    version_seen,
)
from data.users.api_models import PictureUrl, ProfileList, ProfileView
from data.users.directory import UserDirectory
from data.users.models import EditPerson, Person
from data.users.profile_models import PersonId, ProfileFields
from data.users.service import UserService


class EditProfile(ProfileFields):
    """The fields to change; null clears one. `version`, if sent, must be the stored one."""

    model_config = example(jobTitle="Head of finance", location="Lisbon", timezone="Europe/Lisbon")

    version: Annotated[int | None, Field(ge=1)] = None

    def command(self) -> EditPerson:
        return EditPerson.of(
            **{name: value for name, value in self.sent().items() if name not in ("version", "user_id")}
        )


class CreateProfile(EditProfile):
    """For a person who has none yet: one made by hand, say."""

    model_config = example(userId="test-user", firstName="Test", lastName="User", jobTitle="Software Engineer")

    user_id: PersonId


def routes(users: UserService, directory: UserDirectory, picture_url: PictureUrl) -> APIRouter:
    router = APIRouter(prefix="/profiles", tags=["profiles"], route_class=LimitedApiRoute)

    def shown(response: Response, person: Person) -> ProfileView:
        response.headers["ETag"] = f'"{person.version}"'
        return ProfileView.of_person(person, picture_url(person.user))

    def one(actor: Actor, user_id: str | None, profile_id: str | None) -> Person:
        """By either id; ours are the same, imported ones are found by `users`."""
        if user_id is None and profile_id is None:
            raise InvalidInput({"userId": "Say whose: ?userId=… or ?profileId=…"})
        return directory.get(actor, user_id) if user_id else directory.get_by_profile(actor, str(profile_id))

    @router.get("", response_model_exclude_unset=True)
    def find_or_list(
        actor: CurrentActor,
        response: Response,
        user_id: QueryId = None,
        profile_id: QueryProfileId = None,
        manager_id: QueryManagerId = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> ProfileView | ProfileList:
        """One profile by `userId` or `profileId`, or those who report to `managerId`."""
        if manager_id is None:
            return shown(response, one(actor, user_id, profile_id))
        team = directory.list_team(actor, manager_id, cursor=cursor, limit=limit)
        items = [ProfileView.of_person(person, picture_url(person.user)) for person in team.items]
        return ProfileList(items=items, next_cursor=team.next_cursor, examined=team.examined)

    @router.post("", status_code=201, response_model_exclude_unset=True)
    def create(actor: CurrentActor, body: CreateProfile, response: Response) -> ProfileView:
        """409 for a person who has a profile: change it with PUT."""
        person = directory.get(actor, body.user_id)
        if person.profile.version:
            raise AlreadyThere("This person has a profile already; change it with PUT.")
        return shown(response, users.edit(actor, body.user_id, body.command(), base=person))

    @router.put("", response_model_exclude_unset=True)
    def edit(
        actor: CurrentActor,
        body: EditProfile,
        seen_version: ExpectedVersion,
        response: Response,
        user_id: QueryId = None,
        profile_id: QueryProfileId = None,
    ) -> ProfileView:
        """Only the sent fields change; null clears one."""
        person = one(actor, user_id, profile_id)
        seen = version_seen(seen_version, body.version, stored=lambda: person.version)
        users.edit(actor, person.id, body.command(), seen_version=seen)
        return shown(response, directory.get(actor, person.id))

    return router
