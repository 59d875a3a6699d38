"""The notices that an address is limited: an audit record for each organisation concerned, and one security alert.

Each is given once per address and window, whatever an attacker sends. They are written alike for names of no account,
so that a caller cannot find out which accounts exist.
"""

import logging
from contextlib import suppress

from data.audit.models import Target
from data.audit.service import AuditService
from data.authentication.actions import AccessAction
from data.core.errors import AlreadyThere, AppError
from data.core.permissions import Actor, Role
from data.credentials.notices import ALERT, record_of
from data.credentials.service import CredentialService
from data.credentials.throttling import NO_ACCOUNT, AddressLimited
from data.notifications.service import AlertService
from data.storage.unit_of_work import Store

log = logging.getLogger(__name__)


class LimitNotices:
    def __init__(self, store: Store, credentials: CredentialService, audit: AuditService, alerts: AlertService) -> None:
        self._store, self._credentials, self._audit, self._alerts = store, credentials, audit, alerts

    def give(self, limit: AddressLimited, org_id: str) -> None:
        """Give what is due, also to `org_id`, whose account was tried now. The refusal stands if that fails."""
        concerned = sorted({*limit.organisations, org_id})
        try:
            due = self._credentials.notices.due(limit, [ALERT, *map(record_of, concerned)])
            for each in concerned:
                if record_of(each) in due:
                    self._record(limit, each)
            if ALERT in due:
                self._alert(limit, next((each for each in concerned if each != NO_ACCOUNT), NO_ACCOUNT))
        except AppError as error:
            log.warning("the limit of an address was not recorded", extra={"why": repr(error)})

    def _record(self, limit: AddressLimited, org_id: str) -> None:
        entity = Target("address", limit.network, limit.network + ("/64" if ":" in limit.network else ""))
        details = {"failedSignIns": limit.failures}
        with suppress(AlreadyThere), self._store.begin() as unit:
            self._credentials.notices.insert(unit, limit, record_of(org_id))
            self._audit.record(unit, system(org_id), AccessAction.ADDRESS_LIMITED, entity=entity, details=details)

    def _alert(self, limit: AddressLimited, org_id: str) -> None:
        details, link = {"failures": limit.failures}, "audit?audit_action=address_limited"
        with suppress(AlreadyThere), self._store.begin() as unit:
            self._credentials.notices.insert(unit, limit, ALERT)
            self._alerts.alert(unit, system(org_id), "address_limited", details=details, link=link)


def system(org_id: str) -> Actor:
    """The sign-in itself, as the actor of what it does by its own rules."""
    return Actor("system", org_id, Role.ADMIN, name="Sign-in", via="system")
