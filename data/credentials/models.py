"""What people sign in with: names, e-mails and passwords, and the records of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.types import StringConstraints
from pydantic_core import PydanticCustomError

from data.core.errors import InvalidInput, NotFound
from data.core.models import Stored, Whole
from data.core.normal_form import normalized
from data.core.text import has_hidden, normalise_email
from data.credentials.common_passwords import is_common

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 256
MOST_EMAIL: Final = 254
USERNAME_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{2,63}$"
EMAIL_PATTERN: Final = r"^[^@\s]+@[^@\s]+$"
OF_ANOTHER: Final = "Another person has this e-mail."
DEAD_LINK: Final = "This link was used already or is too old. Ask an admin for a new one."


class UnclaimedEmails:
    """Finds users whose e-mail address has no claim yet. The domain `users` implements it."""

    def find_username(self, email: str) -> str | None:
        """Return the username of the only user with this e-mail address."""
        raise NotImplementedError


def same_mailbox(one: str, other: str) -> bool:
    """Whether both are surely read by the same person: the same address but for the case of a to z.

    Stricter than `normalise_email`, under which look-alikes are one text: they may be mailboxes of two people.
    """
    return _address(one) == _address(other)


def _address(email: str) -> bytes:
    return normalized("NFC", email).encode(errors="surrogatepass").lower()  # of bytes: a to z only


def cannot_be_used(field: str, word: str) -> InvalidInput:
    """The one refusal of what is taken: it does not say by whom, nor that it is."""
    return InvalidInput({field: f"This {word} cannot be used."})


def _email(value: str) -> str:
    """Checked as it is written and as it is compared, so that no form of it can carry a second @."""
    if has_hidden(value):
        raise PydanticCustomError("email", "This has an invisible character. Type the address instead of pasting it.")
    for form in (value, normalise_email(value)):
        name, _, domain = form.partition("@")
        odd = not name or not domain or "@" in domain or " " in form or not form.isprintable()
        if odd or len(form) > MOST_EMAIL:
            raise PydanticCustomError("email", "Write it as name@example.com, at most 254 characters.")
    return value


def _username(value: str) -> str:
    ends = value[:1].isalnum() and 3 <= len(value) <= 64  # noqa: PLR2004 - the sentence below has them
    if not ends or not set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-"):
        raise PydanticCustomError(
            "username",
            "3 to 64 lower-case letters, digits, dots, dashes or underscores; the first is a letter or a digit.",
        )
    return value


def _typed_password(value: str) -> str:
    if len(value) > MOST_PASSWORD:
        raise PydanticCustomError("password", "A password has at most 256 characters.")
    return value


def _password(value: str) -> str:
    if len(value) < LEAST_PASSWORD:
        raise PydanticCustomError("password", "At least 10 characters.")
    _typed_password(value)
    if is_common(value):
        raise PydanticCustomError("password", "Too many people use this one; choose another.")
    return value


Email = Annotated[str, AfterValidator(_email), Field(json_schema_extra={"pattern": EMAIL_PATTERN, "maxLength": 254})]
Username = Annotated[str, AfterValidator(_username), Field(json_schema_extra={"pattern": USERNAME_PATTERN})]
TypedPassword = Annotated[  # to sign in with; whitespace around a password is part of it
    str,
    StringConstraints(strip_whitespace=False, min_length=1),
    AfterValidator(_typed_password),
    Field(json_schema_extra={"maxLength": MOST_PASSWORD, "writeOnly": True}),
]
Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    AfterValidator(_password),
    Field(json_schema_extra={"minLength": LEAST_PASSWORD, "maxLength": MOST_PASSWORD, "writeOnly": True}),
]


def check_typed_password(password: str, field: str = "password") -> None:
    """Return if `password` is short enough to be compared. Raises InvalidInput, which states the limit."""
    try:
        _typed_password(password)
    except PydanticCustomError as error:
        raise InvalidInput({field: error.message()}) from None


def check_password(password: str, *, username: str, email: str) -> None:
    """Return if `password` may be the one of this person. Raises InvalidInput."""
    try:
        _password(password)
    except PydanticCustomError as error:
        raise InvalidInput({"password": error.message()}) from None
    known = {username, normalise_email(email), normalise_email(email).partition("@")[0]}
    if normalise_email(password) in known:
        raise InvalidInput({"password": "Not your name or e-mail; choose another."})


class SignInRecord(BaseModel):
    """The seed's `USER#{username}` / `PROFILE`: whose name it is, and the hash of the password, if there is one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    username: str
    email: str
    user_id: str = Field(alias="userId")
    org_id: str = Field(alias="orgId")
    password: str | None = Field(None, repr=False)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an e-mail or a username is. Both empty for a seed's item that was not taken over."""

    user_id: str
    org_id: str


@dataclass(frozen=True, slots=True)
class Owners:
    """Those e-mails, as they are compared, and usernames that are somebody's already, in any organisation."""

    emails: Mapping[str, Owner]
    usernames: Mapping[str, Owner]


class Reset(Stored):
    """A set-password link as it is stored: for whom, and from which version of their rights."""

    stored_key: ClassVar = ("userId",)  # not the table's key, which has the digest of a secret

    user_id: str
    security_version: Whole
    ttl: Whole

    def check(self, *, at: datetime) -> None:
        """Raises NotFound once it has expired; DynamoDB may keep it longer."""
        if self.ttl <= at.timestamp():
            raise NotFound(DEAD_LINK)
