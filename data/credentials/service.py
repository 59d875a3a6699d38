"""The rules of usernames, e-mails and passwords. Callers authorise, and pass the unit of work of their change."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final, Protocol

from data.core.clock import Clock, iso
from data.core.errors import NotFound
from data.core.text import normalise_email
from data.credentials.known_devices import Devices
from data.credentials.models import DEAD_LINK, Owners, Reset, SignInRecord, check_password
from data.credentials.notices import Notices
from data.credentials.passwords import Passwords
from data.credentials.repository import CredentialRepository
from data.credentials.table import digest
from data.credentials.throttling import NO_ACCOUNT, Attempt, Attempts
from data.storage.unit_of_work import UnitOfWork

LINK_LASTS: Final = timedelta(hours=72)
MOST_IDENTIFIER: Final = 254


class Linked(Protocol):
    """A person as a link needs them."""

    @property
    def user_id(self) -> str: ...
    @property
    def org_id(self) -> str: ...
    @property
    def security_version(self) -> int: ...


class CredentialService:
    def __init__(
        self,
        *,
        credentials: CredentialRepository,
        attempts: Attempts,
        notices: Notices,
        devices: Devices,
        passwords: Passwords,
        clock: Clock,
        url: str,
    ) -> None:
        self._credentials, self._attempts, self._clock, self._url = credentials, attempts, clock, url
        self.devices, self.passwords, self.notices = devices, passwords, notices

    def insert(
        self,
        unit: UnitOfWork,
        *,
        user_id: str,
        org_id: str,
        username: str,
        email: str,
        password: str | None,
        at: datetime,
    ) -> None:
        """Add the sign-in record of a new user and the claim on their e-mail.

        Raises InvalidInput for a password that is not allowed. The commit raises InvalidInput for a username or e-mail
        that is taken.
        """
        if password is not None:
            check_password(password, username=username, email=email)
        hashed = None if password is None else self.passwords.hash(password)
        record = SignInRecord(username=username, email=email, userId=user_id, orgId=org_id, password=hashed)
        self._credentials.insert(unit, record, created=_created(org_id, at))

    def owners(self, emails: Collection[str], usernames: Collection[str]) -> Owners:
        """Return the owners of these normalised e-mails and usernames, in all organisations. Never show them."""
        return self._credentials.find_owners(emails, usernames)

    def change_email(
        self, unit: UnitOfWork, *, user_id: str, org_id: str, username: str, old: str, new: str, at: datetime
    ) -> None:
        """Let the user sign in with `new` instead of `old`. The commit raises InvalidInput if it is taken."""
        if normalise_email(old) != normalise_email(new):
            record = SignInRecord(username=username, email=old, userId=user_id, orgId=org_id)
            self._credentials.claim(unit, record, new, created=_created(org_id, at))
            self._credentials.release(unit, user_id, old)
        self._credentials.update_email(unit, user_id, username, new, updated=_updated(at))

    def create_link(self, unit: UnitOfWork, user: Linked, *, at: datetime) -> str:
        """Add a link with which `user` sets a password, once and within 72 hours. Return its URL.

        The secret is in the fragment, which browsers send to nobody. Show the URL once; never log it.
        """
        secret = token_urlsafe(32)
        until = int((at + LINK_LASTS).timestamp())
        reset = Reset(user_id=user.user_id, security_version=user.security_version, ttl=until)
        self._credentials.insert_reset(unit, reset, digest(secret), created=_created(user.org_id, at))
        return f"{self._url}/set-password#{secret}"

    def get_reset(self, secret: str) -> Reset:
        """Return the link with this secret. Raises NotFound if it was used or has expired."""
        reset = self._credentials.find_reset(digest(secret))
        if reset is None:
            raise NotFound(DEAD_LINK)
        reset.check(at=self._clock.now())
        return reset

    def use_reset(self, unit: UnitOfWork, secret: str) -> None:
        """Use up the link with this secret. The commit raises NotFound if another request used it first."""
        self._credentials.delete_reset(unit, digest(secret))

    def find(self, identifier: str) -> SignInRecord | None:
        """The record of a username or an e-mail; it takes as many reads for one that nobody has."""
        username: str | None = _compared(identifier)
        if "@" in identifier:
            username = self._credentials.find_username(_clean(identifier), compared=_compared(identifier))
        return self._credentials.find(username or "")

    def find_owner(self, email: str) -> str | None:
        """The userId of the one person who signs in with this e-mail, by its claim alone."""
        claim = self._credentials.find_claim(_compared(email))
        return str(claim["userId"]) if claim else None

    def with_password(self, usernames: Sequence[str]) -> frozenset[str]:
        """Those of these people who have chosen a password."""
        return self._credentials.with_password(usernames)

    def failures(self, people: Sequence[Sequence[str]]) -> list[int]:
        """For each of `people`, by names and e-mails, how many tries in a row failed, where that delays others."""
        return self._attempts.failures([[_compared(each) for each in names] for names in people])

    def begin(self, identifier: str, *, address: str, device: str | None, org_id: str = NO_ACCOUNT) -> Attempt:
        """Count a try for `identifier`, an account of the organisation `org_id`. Raises RateLimited, AddressLimited."""
        return self._attempts.begin(_compared(identifier), address=address, device=device, org_id=org_id)

    def count_address(self, address: str) -> None:
        """Count what an address may do only so often. Raises AddressLimited."""
        self._attempts.count_address(address)

    def succeeded(self, attempt: Attempt) -> None:
        self._attempts.succeeded(attempt)

    def matches(self, record: SignInRecord | None, password: str) -> bool:
        """Whether it is their password; it takes as long for nobody, and for somebody without one."""
        return self.passwords.verify(password, record.password if record else None)

    def hash_password(self, record: SignInRecord, password: str) -> str:
        """Return the hash of a new password. Raises InvalidInput for a password that is not allowed."""
        check_password(password, username=record.username, email=record.email)
        return self.passwords.hash(password)

    def set_password(self, unit: UnitOfWork, record: SignInRecord, hashed: str, *, at: datetime) -> None:
        """Replace the password. The commit raises Conflict if it was changed since `record` was read."""
        self._credentials.update_password(unit, record, hashed, updated=_updated(at))

    def unlock(self, username: str) -> None:
        """Lift all delays on signing in as `username`, by name or by e-mail."""
        record = self._credentials.find(username)
        for identifier in {username, normalise_email(record.email)} if record else {username}:
            self._attempts.forget(identifier)


def _clean(identifier: str) -> str:
    """What can be asked of a store, whatever was typed."""
    return identifier[:MOST_IDENTIFIER].encode(errors="replace").decode()


def _compared(identifier: str) -> str:
    return normalise_email(_clean(identifier))[:MOST_IDENTIFIER]


def _created(org_id: str, at: datetime) -> dict[str, Any]:
    """What every item of ours has, and the seed's epoch seconds."""
    ours = {"orgId": org_id, "created_at": int(at.timestamp()), "createdAt": iso(at), "version": 1}
    return {**ours, **_updated(at)}


def _updated(at: datetime) -> dict[str, Any]:
    return {"updatedAt": iso(at)}
