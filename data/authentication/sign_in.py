"""The rules of coming in: whoever proves who they are gets a session, and the trail says so."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Final

from data.audit.models import Target
from data.audit.service import AuditService
from data.authentication.actions import AccessAction
from data.authentication.authenticator import Identity, Jwts, actor_of
from data.authentication.models import ABSOLUTE, PROGRAM, Opened, Session
from data.authentication.notices import LimitNotices, system
from data.authentication.repository import SessionRepository
from data.authentication.user_agents import words
from data.core.clock import Clock
from data.core.errors import NotPermitted, NotSignedIn, RateLimited
from data.core.identifiers import Identifiers
from data.credentials.models import check_typed_password, same_mailbox
from data.credentials.service import CredentialService
from data.credentials.table import digest
from data.credentials.throttling import NO_ACCOUNT, AddressLimited, Attempt
from data.notifications.service import AlertService
from data.storage.unit_of_work import Store
from data.users.models import User
from data.users.service import UserService

WRONG: Final = "E-mail, username or password is wrong."
STRANGER: Final = "This account cannot sign in here. Ask an admin of your organisation."


class Entrance(Identity):
    def __init__(
        self,
        *,
        store: Store,
        sessions: SessionRepository,
        credentials: CredentialService,
        users: UserService,
        audit: AuditService,
        alerts: AlertService,
        jwts: Jwts,
        clock: Clock,
        identifiers: Identifiers,
    ) -> None:
        super().__init__(store, sessions, users, jwts, clock)
        self._credentials, self._identifiers = credentials, identifiers
        self._audit, self._alerts = audit, alerts
        self._notices = LimitNotices(store, credentials, audit, alerts)

    def sign_in(
        self, identifier: str, password: str, *, address: str, device: str = "", user_agent: str = "", via: str = "web"
    ) -> Opened:
        """A new session for whoever knows the password. `device`: the value of the browser's device cookie.

        Raises RateLimited, and NotSignedIn in the same words, after the same work, whatever is wrong. A password that
        is too long for any account raises InvalidInput and counts as no attempt.
        """
        check_typed_password(password)
        record = self._credentials.find(identifier)
        user = self._users.find(record.user_id if record else NO_ACCOUNT)
        known = self._credentials.devices.find(device, user.user_id) if user else None
        attempt = self._begin(identifier, user.org_id if user else NO_ACCOUNT, address=address, device=known)
        usable = record if user and user.active else None
        if not self._credentials.matches(usable, password) or user is None:
            self._note_lock(attempt, user, address)
            raise NotSignedIn(WRONG)
        opened = self._opened(
            user, address=address, user_agent=user_agent, at=self._clock.now(), via=via, device=device
        )
        self._signed_in(opened, via=via)
        self._credentials.succeeded(attempt)
        return opened

    def sign_in_verified(self, email: str, *, address: str, device: str = "", user_agent: str = "") -> Opened:
        """A new session for the person for whose e-mail the company account vouches.

        Raises NotPermitted in the same words for whoever is not here, or not active any more. Nobody is made by it.
        """
        user = self._users.find(self._credentials.find_owner(email) or NO_ACCOUNT)
        if user is None or not user.active or not same_mailbox(user.email or "", email):
            raise NotPermitted(STRANGER)
        opened = self._opened(user, address=address, user_agent=user_agent, at=self._clock.now(), device=device)
        self._signed_in(opened, via="oidc")
        return opened

    def device_owner(self, device: str) -> str | None:
        """Return the userId of the active user who signed in before in the browser with this device cookie.

        It grants nothing. Raises Unavailable.
        """
        user = self._users.find(self._credentials.devices.owner(device) or NO_ACCOUNT)
        return user.user_id if user and user.active else None

    def count_sign_up(self, address: str) -> None:
        """Raises RateLimited when too many came from `address`."""
        self._credentials.count_address(address)

    def begin(self, user: User, *, address: str, user_agent: str, at: datetime) -> Opened:
        """A session for somebody whom the caller has verified."""
        opened = self._opened(user, address=address, user_agent=user_agent, at=at)
        with self._store.begin() as unit:
            self._sessions.insert(unit, opened.session)
        return opened

    def _begin(self, identifier: str, org_id: str, *, address: str, device: str | None) -> Attempt:
        """Count a try. Raises RateLimited; where the address is limited, the admins concerned are notified."""
        try:
            return self._credentials.begin(identifier, address=address, device=device, org_id=org_id)
        except AddressLimited as limit:
            self._notices.give(limit, org_id)
            raise RateLimited(str(limit), limit.retry_after) from None  # callers must not see what was tried

    def _opened(
        self, user: User, *, address: str, user_agent: str, at: datetime, via: str = "web", device: str = ""
    ) -> Opened:
        secret = token_urlsafe(32)
        session = Session.opened(
            user,
            at=at,
            lasts=PROGRAM if via == "api" else ABSOLUTE,
            session_id=self._identifiers.new(),
            secret_sha256=digest(secret),
            address=address,
            browser=words(user_agent),
            via=via,
        )
        remembered = self._credentials.devices.remembered(device, user.user_id)
        return Opened(session, user, f"{user.user_id}.{secret}", remembered)

    def _signed_in(self, opened: Opened, *, via: str) -> None:
        """Store the session, an audit record that names the channel, and the visit, unless a later one is stored."""
        session, actor = opened.session, actor_of(opened.user, via=via)
        details = {"browser": session.browser, "address": session.address}
        before = opened.user.last_seen_at
        with self._store.begin() as unit:
            self._sessions.insert(unit, session)
            self._audit.record(unit, actor, AccessAction.SIGNED_IN, entity=Target.user(actor), details=details)
            if before is None or before < session.created_at:  # because of another host's clock, or of sample data
                self._sessions.update_last_seen(unit, actor.user_id, at=session.created_at)

    def _note_lock(self, attempt: Attempt, user: User | None, address: str) -> None:
        """Record and alert where delays begin; for unknown names too, so that both take equally long."""
        if not attempt.locks:
            return
        actor = system(user.org_id if user else NO_ACCOUNT)
        entity = Target.user(user) if user else Target("user", NO_ACCOUNT)
        details = {"failures": attempt.failures, "address": address}
        public = {"failures": attempt.failures}
        with self._store.begin() as unit:
            self._audit.record(unit, actor, AccessAction.SIGN_IN_DELAYED, entity=entity, details=details)
            self._alerts.alert(unit, actor, AccessAction.SIGN_IN_DELAYED, about=entity.id, details=public)
