"""The rules of organisations. They are made with their first admin, by `users`, in one transaction."""

from datetime import datetime

from data.aws.tables import Write
from data.core.errors import NotFound
from data.core.identifiers import Identifiers
from data.core.models import checked
from data.organisations.models import CreateOrganisation, Organisation
from data.organisations.repository import OrganisationRepository


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

    def founded(self, name: str, *, admins: int = 0, at: datetime) -> tuple[Organisation, list[Write]]:
        """A new organisation with so many active admins, and its writes. Raises InvalidInput for a bad name."""
        org_id = self._identifiers.new()
        values = {"name": CreateOrganisation.of(name=name).name, "org_id": org_id, "created_at": at, "updated_at": at}
        organisation = checked(Organisation, values)
        return organisation, self._organisations.created(organisation, admins)

    def admin_added(self, org_id: str) -> Write:
        """One active admin more, to be committed with the change that makes it so."""
        return self._organisations.admin_added(org_id)

    def admin_removed(self, org_id: str) -> Write:
        """One active admin fewer. Its commit raises Conflict when it was the last."""
        return self._organisations.admin_removed(org_id)
