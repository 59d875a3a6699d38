"""Profiles: what a person tells colleagues about themselves, and where they stand in the organisation."""

from datetime import datetime
from functools import cache
from typing import Annotated, ClassVar, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from data.core.models import Command, Record
from data.core.text import Lines, OneLine
from data.users.profile_table import PROFILES

ID_PATTERN = r"^[A-Za-z0-9._-]{1,128}$"


def _phone(value: str) -> str:
    if not set(value) <= set("0123456789+()./ x-"):
        raise ValueError("Digits, spaces and + ( ) . / - only, for example +44 20 7946 0018.")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("Choose a time zone of the IANA list, for example Europe/London.")
    return value


Name = Annotated[str, Field(min_length=1, max_length=80), OneLine]
Department = Annotated[str, Field(min_length=1, max_length=80), OneLine]
JobTitle = Annotated[str, Field(min_length=1, max_length=120), OneLine]
Phone = Annotated[str, Field(min_length=3, max_length=40), AfterValidator(_phone), OneLine]
Location = Annotated[str, Field(min_length=1, max_length=120), OneLine]
Zone = Annotated[str, Field(max_length=60), AfterValidator(_zone)]
Bio = Annotated[str, Field(min_length=1, max_length=2_000), Lines]
PersonId = Annotated[str, Field(pattern=ID_PATTERN)]  # whoever it is; whether they are there is for the service to say


class ProfileFields(Command):
    """What can be said of a profile in a command; null, or not sent, is empty."""

    first_name: Name | None = None
    last_name: Name | None = None
    department: Department | None = None
    manager_id: PersonId | None = None
    job_title: JobTitle | None = None
    phone: Phone | None = None
    location: Location | None = None
    timezone: Zone | None = None
    bio: Bio | None = None


class Profile(Record):
    """One per person. Its version is its person's: each write of a profile carries and raises it."""

    stored_key: ClassVar = PROFILES.key

    profile_id: str
    user_id: str
    first_name: str | None = None
    last_name: str | None = None
    department: str | None = None
    manager_id: str | None = None
    job_title: str | None = None
    phone: str | None = None
    location: str | None = None
    timezone: str | None = None
    bio: str | None = None

    @property
    def id(self) -> str:
        return self.profile_id

    @classmethod
    def empty(cls, user_id: str, org_id: str, at: datetime) -> Self:
        """The profile of a person who has none yet."""
        return cls(profile_id=user_id, user_id=user_id, org_id=org_id, created_at=at, updated_at=at, version=0)
