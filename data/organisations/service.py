"""The rules of organisations. `users` creates them with their first admin, in one unit of work."""

from datetime import datetime

from data.core.errors import NotFound
from data.core.identifiers import Identifiers
from data.core.models import checked
from data.organisations.models import CreateOrganisation, Organisation
from data.organisations.repository import OrganisationRepository
from data.storage.unit_of_work import UnitOfWork


class OrganisationService:
    def __init__(self, organisations: OrganisationRepository, identifiers: Identifiers) -> None:
        self._organisations, self._identifiers = organisations, identifiers

    def get(self, org_id: str) -> Organisation:
        """Raises NotFound."""
        organisation = self._organisations.find(org_id)
        if organisation is None:
            raise NotFound("There is no such organisation.")
        return organisation

    def find_by_name(self, name: str) -> Organisation | None:
        return self._organisations.find_by_name(name)

    def count_admins(self, org_id: str) -> int:
        """How many active admins it has, read consistently."""
        return self._organisations.count_admins(org_id)

    def new(self, name: str, *, at: datetime) -> Organisation:
        """Return a new organisation, to be inserted. Raises InvalidInput for a name that is not valid."""
        org_id = self._identifiers.new()
        values = {"name": CreateOrganisation.of(name=name).name, "org_id": org_id, "created_at": at, "updated_at": at}
        return checked(Organisation, values)

    def insert(self, unit: UnitOfWork, organisation: Organisation, *, admins: int = 0) -> None:
        """Add an organisation with this number of active admins. The commit raises InvalidInput for a taken name."""
        self._organisations.insert(unit, organisation, admins)

    def add_admin(self, unit: UnitOfWork, org_id: str) -> None:
        """Count one more active admin."""
        self._organisations.add_admin(unit, org_id)

    def remove_admin(self, unit: UnitOfWork, org_id: str) -> None:
        """Count one active admin fewer. The commit raises Conflict if it was the last."""
        self._organisations.remove_admin(unit, org_id)
