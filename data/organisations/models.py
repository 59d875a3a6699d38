"""Organisations: who shares people and data. Nobody sees or acts across two of them."""

from typing import Annotated

from pydantic import Field

from data.models import Record

OrganisationName = Annotated[str, Field(min_length=1, max_length=80)]


class Organisation(Record):
    name: OrganisationName

    @property
    def id(self) -> str:
        return self.org_id
