"""/api/users"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from data.core.errors import InvalidInput
from data.core.models import example
from data.core.permissions import Actor, Role
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import (
    CurrentActor,
    Cursor,
    ExpectedVersion,
    Id,
    Limit,
    QueryId,
    QueryManagerId,
    version_seen,
)
from data.users.api_models import CreatedView, PersonView, PictureUrl, UserList, UserView, person_view
from data.users.directory import UserDirectory
from data.users.filters import UserFilter
from data.users.models import CreatePerson, EditPerson, Person, Status
from data.users.service import UserService


class EditPersonBody(EditPerson):
    """The fields to change; `version`, if sent, must be the stored one."""

    model_config = example(department="Finance", jobTitle="Controller")

    version: int | None = None

    def command(self) -> EditPerson:
        return EditPerson.model_construct(
            _fields_set=self.model_fields_set - {"version"}, **self.model_dump(exclude_unset=True, exclude={"version"})
        )


def routes(users: UserService, directory: UserDirectory, picture_url: PictureUrl) -> APIRouter:
    router = APIRouter(prefix="/users", tags=["users"], route_class=LimitedApiRoute)

    def shown(response: Response, person: Person) -> PersonView:
        response.headers["ETag"] = f'"{person.version}"'
        return person_view(person, picture_url)

    def edited(
        actor: Actor, user_id: str, body: EditPersonBody, seen_version: int | None, response: Response
    ) -> PersonView:
        seen = version_seen(seen_version, body.version, stored=lambda: directory.get(actor, user_id).version)
        users.edit(actor, user_id, body.command(), seen_version=seen)
        return shown(response, directory.get(actor, user_id))

    @router.get("", response_model_exclude_unset=True)
    def find_or_list(
        actor: CurrentActor,
        response: Response,
        user_id: QueryId = None,
        email: Annotated[str | None, Query(max_length=254, description="Of one person, in any case.")] = None,
        role: Annotated[Role | None, Query(description="Only those of this role.")] = None,
        status: Annotated[
            Literal["active", "inactive", "all"], Query(description="Who may sign in, who may not, or both.")
        ] = "active",
        department: Annotated[str | None, Query(max_length=80, description="Only those of this department.")] = None,
        manager_id: QueryManagerId = None,
        inactive_days: Annotated[
            int | None, Query(alias="inactiveDays", ge=1, le=3_650, description="Not seen for so long, or never.")
        ] = None,
        q: Annotated[
            str,
            Query(
                max_length=200, description="Words in name, username, department, or in the e-mail if you may see it."
            ),
        ] = "",
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> PersonView | UserList:
        """One person by `userId` or `email` (404 if there is none), or a page of people, newest first.

        A page may hold fewer than `limit` where filters leave few of the `examined`; go on while there is a
        `nextCursor`.
        """
        if user_id is not None:
            return shown(response, directory.get(actor, user_id))
        if email is not None:
            return shown(response, directory.get_by_email(actor, email))
        wanted = UserFilter(
            text=q,
            roles=(role,) if role else (),
            status=None if status == "all" else Status(status),
            departments=(department,) if department else (),
            manager_id=manager_id,
            inactive_days=inactive_days,
        )
        page = directory.list_newest(actor, wanted, cursor=cursor, limit=limit)
        items = [UserView.of(user) for user in page.items]
        return UserList(items=items, next_cursor=page.next_cursor, examined=page.examined)

    @router.post("", status_code=201, response_model_exclude_unset=True)
    def create(actor: CurrentActor, command: CreatePerson, response: Response) -> CreatedView:
        """Make a person; `setPasswordUrl` lets them choose a password, within 72 hours and once."""
        made = users.create(actor, command)
        view = shown(response, made.person)
        return CreatedView(user=view.user, profile=view.profile, set_password_url=made.set_password_url)

    @router.put("", response_model_exclude_unset=True)
    def edit_by_query(
        actor: CurrentActor,
        body: EditPersonBody,
        seen_version: ExpectedVersion,
        response: Response,
        user_id: QueryId = None,
    ) -> PersonView:
        """Only the sent fields change; null clears what may be empty."""
        return edited(actor, _required(user_id), body, seen_version, response)

    @router.put("/{user_id}", response_model_exclude_unset=True)
    def edit(
        actor: CurrentActor, user_id: Id, body: EditPersonBody, seen_version: ExpectedVersion, response: Response
    ) -> PersonView:
        """Only the sent fields change; null clears what may be empty."""
        return edited(actor, user_id, body, seen_version, response)

    @router.get("/{user_id}", response_model_exclude_unset=True)
    def get(actor: CurrentActor, user_id: Id, response: Response) -> PersonView:
        return shown(response, directory.get(actor, user_id))

    @router.delete("", response_model_exclude_unset=True)
    def deactivate_by_query(
        actor: CurrentActor, seen_version: ExpectedVersion, response: Response, user_id: QueryId = None
    ) -> PersonView:
        """Deactivate; nothing is erased. Once is as good as twice."""
        return shown(response, users.deactivate(actor, _required(user_id), seen_version=seen_version))

    @router.delete("/{user_id}", response_model_exclude_unset=True)
    def deactivate(actor: CurrentActor, user_id: Id, seen_version: ExpectedVersion, response: Response) -> PersonView:
        """Deactivate; nothing is erased. Once is as good as twice."""
        return shown(response, users.deactivate(actor, user_id, seen_version=seen_version))

    return router


def _required(user_id: str | None) -> str:
    if user_id is None:
        raise InvalidInput({"userId": "Say whom: ?userId=… or /api/users/{userId}."})
    return user_id
