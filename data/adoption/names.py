"""Usernames for people whose own cannot be one of ours."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from data.aws.tables import Item
from data.core.text import normalise_email
from data.credentials.models import USERNAME_PATTERN

LONGEST: Final = 55  # leaves room for what makes it unique


def usernames(user: Item) -> Iterator[str]:
    """Names to try, best first: their own, else made of their e-mail; then with a mark of their id. Always the same."""
    user_id = str(user["userId"])
    email = user.get("email")
    mark = sha256(user_id.encode()).hexdigest()
    for source in (user.get("username"), email.partition("@")[0] if isinstance(email, str) else "", user_id):
        name = _cleaned(source) if isinstance(source, str) else ""
        if not name:
            continue
        yield from (form for form in (name, f"{name[:LONGEST]}-{mark[:6]}") if re.fullmatch(USERNAME_PATTERN, form))
    yield f"person-{mark[:12]}"


def _cleaned(source: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", normalise_email(source)).lstrip("._-")[:64]
