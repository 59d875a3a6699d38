"""Read sessions and tokens with their user, consistently and never from a cache, and write them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Final, TypeVar

from data.authentication.models import ABSOLUTE, MOST_DAYS, PROGRAM, Access, Session, Token
from data.authentication.table import API_SESSION, SESSION, TOKEN, access_key, partition_of
from data.aws.conditions import absent, absent_or, holds, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, change, create, remove
from data.core.clock import iso
from data.core.errors import AlreadyThere, Conflict, NotFound
from data.core.models import read
from data.core.permissions import NOTHING_HERE
from data.storage.single_table import API_DASHBOARD, GSI1
from data.storage.unit_of_work import UnitOfWork
from data.users.models import User
from data.users.table import USERS

KINDS: Final[dict[type[Access], str]] = {Session: SESSION, Token: TOKEN}
LASTING: Final[dict[type[Access], dict[str, timedelta]]] = {
    Session: {SESSION: ABSOLUTE, API_SESSION: PROGRAM},
    Token: {TOKEN: timedelta(days=MOST_DAYS)},
}
ENDED: Final = "This session has ended meanwhile. Sign in again."
A = TypeVar("A", bound=Access)


class SessionRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, kind: type[A], secret_sha256: str, user_id: str) -> tuple[A, User] | None:
        """The session or token of this secret, and the person, in one consistent read. Absence grants nothing."""
        found, person = self._dynamo.get_together(
            (API_DASHBOARD, access_key(KINDS[kind], secret_sha256)), (USERS, {"userId": user_id})
        )
        if not found or not person:
            return None
        access, user = read(kind, {**found, "secretSha256": secret_sha256}), read(User, person)
        return (access, user) if isinstance(access, kind) and isinstance(user, User) else None

    def find_alone(self, secret_sha256: str) -> Session | None:
        item = self._dynamo.get(API_DASHBOARD, access_key(SESSION, secret_sha256), consistent=True)
        session = read(Session, {**item, "secretSha256": secret_sha256}) if item else None
        return session if isinstance(session, Session) else None

    def list_of(self, kind: type[A], user_id: str, *, at: datetime) -> list[A]:
        """All of a person's that can still open something at this time, newest first.

        All, since somebody who can sign in could else make so many that the one they stay by is never seen. What is
        older than it may last is not read, though DynamoDB keeps it for days. Some may have ended otherwise.
        """
        name = KINDS[kind]
        parts = [self._since(partition_of(each, user_id), at - lasts) for each, lasts in LASTING[kind].items()]
        rows = [read(kind, {**item, "secretSha256": item["PK"].removeprefix(f"{name}#")}) for item in chain(*parts)]
        return sorted((row for row in rows if isinstance(row, kind)), key=attrgetter("created_at"), reverse=True)

    def _since(self, partition: str, at: datetime) -> Iterator[Item]:
        return self._dynamo.walk(API_DASHBOARD, GSI1, partition, since=iso(at))

    def insert(self, unit: UnitOfWork, access: Access) -> None:
        kind = KINDS[type(access)]
        place = API_SESSION if isinstance(access, Session) and access.via == "api" else kind
        index = {"GSI1PK": partition_of(place, access.user_id), "GSI1SK": iso(access.created_at)}
        item = {**access.to_item(), **access_key(kind, access.secret_sha256), **index}
        there = AlreadyThere("It was made already.")
        unit.add(create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=there))

    def update(self, unit: UnitOfWork, before: Access, after: Access) -> None:
        """The commit raises Conflict if the session or token has ended since it was read."""
        key = access_key(KINDS[type(before)], before.secret_sha256)
        same_rights = holds("securityVersion", before.security_version)
        changes = after.changes_since(before)
        unit.add(change(API_DASHBOARD, key, changes, when=same_rights, otherwise=Conflict(ENDED)))

    def delete(self, unit: UnitOfWork, access: Access) -> None:
        """The commit raises NotFound if it was deleted in the meantime."""
        key = access_key(KINDS[type(access)], access.secret_sha256)
        unit.add(remove(API_DASHBOARD, key, when=present(API_DASHBOARD), otherwise=NotFound(NOTHING_HERE)))

    def delete_if_present(self, unit: UnitOfWork, access: Access) -> None:
        key = access_key(KINDS[type(access)], access.secret_sha256)
        own = absent_or(API_DASHBOARD, holds("userId", access.user_id))
        unit.add(remove(API_DASHBOARD, key, when=own, otherwise=NotFound(NOTHING_HERE)))

    def update_last_seen(self, unit: UnitOfWork, user_id: str, *, at: datetime) -> None:
        """Store when the user was seen. Their version stays, because an edit must not fail for a visit."""
        values, gone = {"lastSeenAt": iso(at), "updatedAt": iso(at)}, NotFound(NOTHING_HERE)
        unit.add(change(USERS, {"userId": user_id}, values, when=present(USERS), otherwise=gone))
