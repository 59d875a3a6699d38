"""People as the API shows them. What a reader may not see is absent, not null."""

from collections.abc import Callable
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from data.core.models import Moment, example
from data.core.permissions import Role
from data.users.models import Person, Status, User

USER: Final[dict[str, Any]] = {
    "userId": "test-user",
    "email": "test@example.com",
    "username": "testuser",
    "firstName": "Test",
    "lastName": "User",
    "department": "Engineering",
    "managerId": "01JCK2M0V8",
    "role": "user",
    "status": "active",
    "lastSeenAt": "2026-11-20T14:29:08.120Z",
    "createdAt": "2026-03-02T08:15:00.000Z",
    "updatedAt": "2026-11-20T14:29:08.120Z",
    "version": 3,
}
PROFILE: Final[dict[str, Any]] = USER | {
    "profileId": "test-user",
    "jobTitle": "Software Engineer",
    "phone": "+44 20 7946 0018",
    "location": "Lisbon",
    "timezone": "Europe/Lisbon",
    "bio": "Keeps the builds green.",
    "pictureUrl": "https://media.example.com/picture?…",
}
LINK: Final = "https://ops.example.com/set-password#…"


class View(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class UserView(View):
    """`email` is absent for readers who may not see it."""

    user_id: str
    email: str | None = None
    username: str
    first_name: str | None
    last_name: str | None
    department: str | None
    manager_id: str | None
    role: Role
    status: Status
    last_seen_at: Moment | None
    created_at: Moment
    updated_at: Moment
    version: int

    @classmethod
    def of(cls, user: User) -> Self:
        fields = {name: getattr(user, name) for name in cls.model_fields if name != "email"}
        return cls(**fields, **({"email": user.email} if user.email else {}))


class ProfileView(UserView):
    """The user's fields, and the profile's. `pictureUrl` works for some minutes."""

    profile_id: str
    job_title: str | None
    phone: str | None
    location: str | None
    timezone: str | None
    bio: str | None
    picture_url: str | None

    @classmethod
    def of_person(cls, person: Person, picture_url: str | None) -> Self:
        user = UserView.of(person.user).model_dump(exclude_unset=True)
        own = {name: getattr(person.profile, name) for name in ("job_title", "phone", "location", "timezone", "bio")}
        return cls(**user, **own, profile_id=person.profile.profile_id, picture_url=picture_url)


class PersonView(View):
    model_config = example(user=USER, profile=PROFILE)

    user: UserView
    profile: ProfileView


class CreatedView(PersonView):
    """`setPasswordUrl` is shown this once; null where it was made before."""

    model_config = example(user=USER, profile=PROFILE, setPasswordUrl=LINK)

    set_password_url: str | None


class UserList(View):
    """`examined`: the rows looked at to fill the page."""

    model_config = example(items=[USER], nextCursor="gAAAAABn…", examined=1)

    items: list[UserView]
    next_cursor: str | None
    examined: int


class ProfileList(View):
    model_config = example(items=[PROFILE], nextCursor="gAAAAABn…", examined=1)

    items: list[ProfileView]
    next_cursor: str | None
    examined: int


PictureUrl = Callable[[User], str | None]


def person_view(person: Person, picture_url: PictureUrl) -> PersonView:
    return PersonView(user=UserView.of(person.user), profile=ProfileView.of_person(person, picture_url(person.user)))
