"""Read and write sign-in records, claims on e-mails and set-password links."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from pydantic import ValidationError

from data.aws.conditions import absent, absent_or, holds, present
from data.aws.dynamodb import MOST_GETS, Dynamo
from data.aws.tables import Item, Key, change, create, remove
from data.core.concurrency import together
from data.core.errors import Conflict, NotFound
from data.core.models import whole
from data.core.text import normalise_email
from data.credentials.models import DEAD_LINK, Owner, Owners, Reset, SignInRecord, cannot_be_used
from data.credentials.table import claim_key, reset_key, sign_in_key
from data.storage.single_table import API_DASHBOARD
from data.storage.unit_of_work import UnitOfWork

CHANGED: Final = "The sign-in of this person was changed meanwhile. Try again."


class CredentialRepository:
    def __init__(self, dynamo: Dynamo, find_unclaimed: Callable[[str], str | None]) -> None:
        """`find_unclaimed`: the username of the one user with an e-mail, for users who have no claim yet."""
        self._dynamo, self._find_unclaimed = dynamo, find_unclaimed

    def find(self, username: str) -> SignInRecord | None:
        """The sign-in record of a name; None also for one that no person of ours belongs to."""
        item = self._dynamo.get(API_DASHBOARD, sign_in_key(username), consistent=True)
        try:
            return SignInRecord.model_validate(item) if item else None
        except ValidationError:  # the seed's own, not taken over: it says not whose it is
            return None

    def with_password(self, usernames: Sequence[str]) -> frozenset[str]:
        """Those of these names that have a password."""
        found = self._dynamo.get_together(*((API_DASHBOARD, sign_in_key(name)) for name in usernames))
        return frozenset(str(item["username"]) for item in found if item and item.get("password"))

    def find_username(self, email: str, *, compared: str) -> str | None:
        """The name that signs in with `email`, through the claim on `compared`; without one, through the seed's index.

        Both are asked always and at once, so that the time says nothing about which of them knew.
        """
        claim, unclaimed = together(lambda: self.find_claim(compared), lambda: self._find_unclaimed(email))
        return str(claim["username"]) if claim else unclaimed

    def find_claim(self, compared: str) -> Item | None:
        """The claim on an e-mail, in the form in which it is compared."""
        return self._dynamo.get(API_DASHBOARD, claim_key(compared), consistent=True)

    def find_owners(self, compared: Collection[str], usernames: Collection[str]) -> Owners:
        """Whose these are, read consistently, side by side."""
        asked = [*map(claim_key, compared), *map(sign_in_key, usernames)]
        reads = [partial(self._dynamo.get_together, *((API_DASHBOARD, key) for key in keys)) for keys in _parts(asked)]
        found = [_owner(item) for part in together(*reads) for item in part]
        owned = zip([*compared, *usernames], found, strict=True)
        emails = {name: owner for name, owner in islice(owned, len(compared)) if owner}
        return Owners(emails, {name: owner for name, owner in owned if owner})

    def insert(self, unit: UnitOfWork, record: SignInRecord, *, created: Item) -> None:
        """`created`: the attributes of our own items. If e-mail and username are taken, the e-mail is refused."""
        item = {**record.model_dump(by_alias=True, exclude_none=True), **sign_in_key(record.username), **created}
        taken = cannot_be_used("username", "username")
        self.claim(unit, record, record.email, created=created)
        unit.add(create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=taken))

    def claim(self, unit: UnitOfWork, record: SignInRecord, email: str, *, created: Item) -> None:
        owner = {"userId": record.user_id, "username": record.username, "orgId": record.org_id}
        item = {**claim_key(normalise_email(email)), **owner, **created}
        taken = cannot_be_used("email", "e-mail")
        unclaimed = absent_or(API_DASHBOARD, holds("userId", record.user_id))
        unit.add(create(API_DASHBOARD, item, when=unclaimed, otherwise=taken))

    def release(self, unit: UnitOfWork, user_id: str, email: str) -> None:
        """Give up the claim on `email`, if it is this user's."""
        ours, key = absent_or(API_DASHBOARD, holds("userId", user_id)), claim_key(normalise_email(email))
        unit.add(remove(API_DASHBOARD, key, when=ours, otherwise=Conflict(CHANGED)))

    def update_email(self, unit: UnitOfWork, user_id: str, username: str, email: str, *, updated: Item) -> None:
        values, ours = {"email": email, **updated}, holds("userId", user_id)
        unit.add(change(API_DASHBOARD, sign_in_key(username), values, when=ours, otherwise=Conflict(CHANGED)))

    def update_password(self, unit: UnitOfWork, record: SignInRecord, hashed: str, *, updated: Item) -> None:
        """The commit raises Conflict if the password is no longer the one of `record`."""
        unchanged = holds("userId", record.user_id) & holds("password", record.password)
        values, key = {"password": hashed, **updated}, sign_in_key(record.username)
        unit.add(change(API_DASHBOARD, key, values, when=unchanged, otherwise=Conflict(CHANGED)))

    def insert_reset(self, unit: UnitOfWork, reset: Reset, secret_sha256: str, *, created: Item) -> None:
        item = {**reset.model_dump(by_alias=True), **reset_key(secret_sha256), **created}
        unit.add(create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=Conflict(CHANGED)))

    def find_reset(self, secret_sha256: str) -> Reset | None:
        item = self._dynamo.get(API_DASHBOARD, reset_key(secret_sha256), consistent=True)
        return whole(Reset, item) if item else None

    def delete_reset(self, unit: UnitOfWork, secret_sha256: str) -> None:
        """The commit raises NotFound if the link was used in the meantime."""
        key, there = reset_key(secret_sha256), present(API_DASHBOARD)
        unit.add(remove(API_DASHBOARD, key, when=there, otherwise=NotFound(DEAD_LINK)))


def _parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """As many as one request takes."""
    return (keys[start : start + MOST_GETS] for start in range(0, len(keys), MOST_GETS))


def _owner(item: Item | None) -> Owner | None:
    return Owner(str(item.get("userId", "")), str(item.get("orgId", ""))) if item else None
