"""Ways in: sessions of browsers and programs, and personal tokens. Both die with the rights they were made under."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Field, PlainSerializer

from data.core.models import Command, Moment, Record, Whole, example
from data.core.permissions import Scope
from data.core.text import OneLine
from data.credentials.models import Email, Password, TypedPassword, Username
from data.organisations.models import OrganisationName
from data.users.models import User

IDLE: Final = timedelta(hours=12)
ABSOLUTE: Final = timedelta(days=7)
PROGRAM: Final = timedelta(hours=1)  # a session that a JWT stands on lasts as long as the JWT
TOUCHED_EVERY: Final = timedelta(minutes=5)
MOST_TOKENS: Final = 20
MOST_DAYS: Final = 365  # of a token
TokenName = Annotated[str, Field(min_length=1, max_length=80), OneLine]
Scopes = Annotated[tuple[Scope, ...], Field(min_length=1), PlainSerializer(list)]  # the store knows no tuples


class Access(Record):
    """What a secret opens, and until when. `ttl` is the end in epoch seconds, as DynamoDB wants it."""

    user_id: str
    security_version: Whole
    expires_at: Moment
    ttl: Whole
    secret_sha256: str = Field(exclude=True, repr=False)

    def admits(self, user: User, *, at: datetime) -> bool:
        """Whether it still opens for `user` as they are now; DynamoDB may keep what has expired."""
        return (
            user.user_id == self.user_id
            and user.org_id == self.org_id
            and user.active
            and user.security_version == self.security_version
            and at.timestamp() < self.ttl
            and at < self.expires_at
        )


class Session(Access):
    """One signed-in browser (`via` web) or program (api). `session_id` is for lists; it opens nothing."""

    stored_key: ClassVar = ("sessionId",)  # not the table's key, which has the digest of a secret

    session_id: str
    last_seen_at: Moment
    address: str = ""
    browser: str = ""
    via: str = "web"

    @property
    def id(self) -> str:
        return self.session_id

    @classmethod
    def opened(cls, user: User, *, at: datetime, lasts: timedelta, **more: Any) -> Self:
        end = at + lasts
        return cls(
            org_id=user.org_id,
            user_id=user.user_id,
            security_version=user.security_version,
            created_at=at,
            updated_at=at,
            last_seen_at=at,
            expires_at=end,
            ttl=_idle_end(at, end),
            **more,
        )

    def seen(self, *, at: datetime) -> Self | None:
        """The session with its idle time begun anew; None if that was done a moment ago."""
        if at - self.last_seen_at < TOUCHED_EVERY:
            return None
        changes = {"last_seen_at": at, "updated_at": at, "ttl": _idle_end(at, self.expires_at)}
        return self.model_copy(update=changes)


class CreateToken(Command):
    name: TokenName
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 90
    scopes: Scopes = (Scope.ALL,)


class Token(Access):
    """A personal token: its owner's rights as they are at each use, as far as its scopes go, for a program of theirs.

    Those that were made before there were scopes have all.
    """

    stored_key: ClassVar = ("tokenId",)  # not the table's key, which has the digest of a secret

    token_id: str
    name: str
    scopes: Scopes = (Scope.ALL,)
    last_used_at: Moment | None = None

    @property
    def id(self) -> str:
        return self.token_id

    @classmethod
    def made(cls, user: User, command: CreateToken, *, at: datetime, **more: Any) -> Self:
        end = at + timedelta(days=command.days)
        return cls(
            org_id=user.org_id,
            user_id=user.user_id,
            security_version=user.security_version,
            name=command.name,
            scopes=command.scopes,
            created_at=at,
            updated_at=at,
            expires_at=end,
            ttl=int(end.timestamp()),
            **more,
        )

    def used(self, *, at: datetime) -> Self | None:
        """The token as just used; None if that was noted a moment ago."""
        if self.last_used_at and at - self.last_used_at < TOUCHED_EVERY:
            return None
        return self.model_copy(update={"last_used_at": at, "updated_at": at})


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, with what its browser is to keep: here alone are the secrets in clear."""

    session: Session
    user: User
    cookie: str = field(repr=False)
    device: str = field(repr=False)


class SignIn(Command):
    """`email` may hold a username too."""

    model_config = example(email="ines.moreau@northwind.example", password="harbour-crane-dusk")  # noqa: S106 - of the sample

    email: Annotated[str, Field(min_length=1, max_length=254)]
    password: Annotated[TypedPassword, Field(repr=False)]


class SignUp(Command):
    model_config = example(
        organisation="Contoso",
        email="dana@contoso.example",
        username="dana",
        password="four words nobody guesses",  # noqa: S106 - an example
    )

    organisation: OrganisationName
    email: Email
    username: Username
    password: Annotated[Password, Field(repr=False)]


def _idle_end(at: datetime, end: datetime) -> int:
    return int(min(at + IDLE, end).timestamp())
