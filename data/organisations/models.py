"""Organisations: who shares people and data. Nobody sees or acts across two of them."""

from typing import Annotated, ClassVar

from pydantic import Field

from data.core.models import Command, Record
from data.core.text import OneLine

OrganisationName = Annotated[str, Field(min_length=1, max_length=80), OneLine]


class CreateOrganisation(Command):
    name: OrganisationName


class Organisation(Record):
    stored_key: ClassVar = ("orgId",)

    name: str

    @property
    def id(self) -> str:
        return self.org_id
