"""The rules of what people sign in with. Callers authorise, and commit the writes with what they belong to."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final, Protocol

from data.aws.tables import Item, Write
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

    def claims(
        self, *, user_id: str, org_id: str, username: str, email: str, password: str | None, at: datetime
    ) -> list[Write]:
        """The sign-in record of a new person, and the claim on their e-mail.

        Raises InvalidInput for a password that may not be theirs. Committing the writes raises InvalidInput
        for a username or e-mail that is taken.
        """
        if password is not None:
            check_password(password, username=username, email=email)
        hashed = None if password is None else self.passwords.hash(password)
        record = SignInRecord(username=username, email=email, userId=user_id, orgId=org_id, password=hashed)
        return self._credentials.add(record, created=_created(org_id, at))

    def owners(self, emails: Collection[str], usernames: Collection[str]) -> Owners:
        """Return the owners of these normalised e-mails and usernames, in all organisations. Never show them."""
        return self._credentials.find_owners(emails, usernames)

    def email_moved(self, *, user_id: str, org_id: str, username: str, old: str, new: str, at: datetime) -> list[Write]:
        """The writes by which `new` signs in instead of `old`. Their commit raises InvalidInput if it is taken."""
        record = SignInRecord(username=username, email=old, userId=user_id, orgId=org_id)
        changed = self._credentials.email_changed(user_id, username, new, updated=_updated(at))
        if normalise_email(old) == normalise_email(new):
            return [changed]
        claimed = self._credentials.claim(record, new, created=_created(org_id, at))
        return [claimed, self._credentials.release(user_id, old), changed]

    def link(self, user: Linked, *, at: datetime) -> tuple[Write, str]:
        """A link by which `user` sets a password, once and within 72 hours: its write, and its URL.

        The secret is in the fragment, which browsers send to nobody. Show the URL once; never log it.
        """
        secret = token_urlsafe(32)
        until = int((at + LINK_LASTS).timestamp())
        reset = Reset(user_id=user.user_id, security_version=user.security_version, ttl=until)
        write = self._credentials.reset_added(reset, digest(secret), created=_created(user.org_id, at))
        return write, f"{self._url}/set-password#{secret}"

    def get_reset(self, secret: str) -> tuple[Reset, Write]:
        """The link with this secret, and the write that uses it up. Raises NotFound for a dead one."""
        reset = self._credentials.find_reset(digest(secret))
        if reset is None:
            raise NotFound(DEAD_LINK)
        reset.check(at=self._clock.now())
        return reset, self._credentials.reset_spent(digest(secret))

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

    def password_set(self, record: SignInRecord, password: str, *, at: datetime) -> Write:
        """The write of a new password. Raises InvalidInput for one that may not be theirs."""
        check_password(password, username=record.username, email=record.email)
        return self._credentials.password_changed(record, self.passwords.hash(password), updated=_updated(at))

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


def _created(org_id: str, at: datetime) -> Item:
    """What every item of ours has, and the seed's epoch seconds."""
    ours = {"orgId": org_id, "created_at": int(at.timestamp()), "createdAt": iso(at), "version": 1}
    return {**ours, **_updated(at)}


def _updated(at: datetime) -> Item:
    return {"updatedAt": iso(at)}
