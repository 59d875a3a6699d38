"""Read and write organisations."""

from data.aws.conditions import absent, more_than, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import add, create
from data.core.clock import iso
from data.core.errors import AlreadyThere, Conflict, InvalidInput
from data.core.models import whole
from data.organisations.models import Organisation
from data.organisations.table import ALL_ORGANISATIONS, admins_key, name_key, organisation_key
from data.storage.single_table import API_DASHBOARD
from data.storage.unit_of_work import UnitOfWork


class OrganisationRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, org_id: str) -> Organisation | None:
        item = self._dynamo.get(API_DASHBOARD, organisation_key(org_id), consistent=True)
        return whole(Organisation, item) if item else None

    def find_by_name(self, name: str) -> Organisation | None:
        claim = self._dynamo.get(API_DASHBOARD, name_key(name), consistent=True)
        return self.find(claim["orgId"]) if claim else None

    def count_admins(self, org_id: str) -> int:
        item = self._dynamo.get(API_DASHBOARD, admins_key(org_id), consistent=True)
        return int(item["count"]) if item else 0

    def insert(self, unit: UnitOfWork, organisation: Organisation, admins: int) -> None:
        """Add the organisation, the claim on its name and its counter of active admins."""
        item = {
            **organisation.to_item(),
            **organisation_key(organisation.org_id),
            "GSI1PK": ALL_ORGANISATIONS,
            "GSI1SK": iso(organisation.created_at),
        }
        common = {name: value for name, value in organisation.to_item().items() if name != "name"}
        claim = {**name_key(organisation.name), **common}
        counter = {**admins_key(organisation.org_id), **common, "count": admins}
        taken = InvalidInput({"organisation": "An organisation of this name exists already; choose another name."})
        there = AlreadyThere("This organisation exists already.")
        unit.add(
            create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=there),
            create(API_DASHBOARD, claim, when=absent(API_DASHBOARD), otherwise=taken),
            create(API_DASHBOARD, counter, when=absent(API_DASHBOARD), otherwise=there),
        )

    def add_admin(self, unit: UnitOfWork, org_id: str) -> None:
        gone = Conflict("This organisation is not there any more.")
        unit.add(add(API_DASHBOARD, admins_key(org_id), {"count": 1}, when=present(API_DASHBOARD), otherwise=gone))

    def remove_admin(self, unit: UnitOfWork, org_id: str) -> None:
        last = Conflict("This is the last active admin. Make somebody else an admin first.")
        unit.add(add(API_DASHBOARD, admins_key(org_id), {"count": -1}, when=more_than("count", 1), otherwise=last))
