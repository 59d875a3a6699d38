"""Looks at people after they were taken over, and says what somebody should look at. Nothing is changed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from data.aws.dynamodb import Dynamo
from data.aws.tables import Item
from data.core.models import Unreadable, read
from data.core.text import normalise_email
from data.credentials.table import claim_key
from data.storage.single_table import API_DASHBOARD
from data.users.models import User
from data.users.profile_table import PROFILES
from data.users.table import USERS

AT_ONCE: Final = 100


def notes(dynamo: Dynamo, org_id: str) -> Iterator[str]:
    """A sentence for each oddity: shared e-mails, names that had to be made, what cannot be read, lost profiles."""
    users, user_ids = dynamo.scan(USERS), set()
    while chunk := list(islice(users, AT_ONCE)):
        user_ids |= {user["userId"] for user in chunk}
        yield from _about(dynamo, chunk, org_id)
    profiles = Counter(str(profile.get("userId", "")) for profile in dynamo.scan(PROFILES))
    for user_id, count in sorted(profiles.items()):
        if user_id not in user_ids:
            yield f"{count} profile(s) of {user_id or 'nobody'}, who is no user, were kept."
        elif count > 1:
            yield f"{user_id} has {count} profiles; the one with the first profileId is shown."


def _about(dynamo: Dynamo, users: list[Item], org_id: str) -> Iterator[str]:
    emails = [_email(user) for user in users]
    claimed = [email for email in dict.fromkeys(emails) if email]
    claims = dict(zip(claimed, dynamo.get_together(*[(API_DASHBOARD, claim_key(one)) for one in claimed]), strict=True))
    for user, email in zip(users, emails, strict=True):
        yield from (f"{user['userId']} {what}" for what in _odd(user, claims.get(email), org_id))


def _odd(user: Item, claim: Item | None, org_id: str) -> Iterable[str]:
    if user["orgId"] != org_id:
        yield f"belongs to the organisation {user['orgId']} and stays there."
    if "usernameBefore" in user:
        before = user["usernameBefore"]
        yield f"signs in as {user['username']}, since " + (
            f"“{before}” cannot be used." if before else "there was no username."
        )
    if not _email(user):
        yield "has no e-mail address."
    elif claim and claim["userId"] != user["userId"]:
        yield f"shares the e-mail address {user['email']} with {claim['userId']}, who signs in with it."
    if isinstance(record := read(User, user), Unreadable):
        yield "cannot be read: " + "; ".join(f"{name}: {problem}" for name, problem in record.problems.items())


def _email(user: Item) -> str:
    email = user.get("email")
    return normalise_email(email) if isinstance(email, str) else ""
