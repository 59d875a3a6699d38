"""People as the API shows them. What a reader may not see is absent, not null."""

from collections.abc import Callable
from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from data.models import Moment
from data.permissions import Role
from data.users.models import Person, Status, User


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
    user: UserView
    profile: ProfileView


class CreatedView(PersonView):
    """`setPasswordUrl` is shown this once; null for a person who has a password."""

    set_password_url: str | None


class UserList(View):
    """`examined`: the rows looked at to fill the page."""

    items: list[UserView]
    next_cursor: str | None
    examined: int


class ProfileList(View):
    items: list[ProfileView]
    next_cursor: str | None
    examined: int


PictureUrl = Callable[[User], str | None]


def person_view(person: Person, picture_url: PictureUrl) -> PersonView:
    return PersonView(user=UserView.of(person.user), profile=ProfileView.of_person(person, picture_url(person.user)))
