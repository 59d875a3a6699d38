"""What routes ask for, checked at the door."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Header, Path, Query, Request, Security
from fastapi.security import HTTPBearer

from data.core.errors import InvalidInput, NotSignedIn
from data.core.permissions import Actor

ID_PATTERN: Final = r"^[A-Za-z0-9._-]{1,128}$"
BEARER: Final = HTTPBearer(auto_error=False, description="A token of POST /api/auth/login, or a personal token.")

Limit = Annotated[int, Query(ge=1, le=100, description="How many at the most.")]
Cursor = Annotated[str | None, Query(max_length=2_000, description="The `nextCursor` of the page before.")]
Id = Annotated[str, Path(pattern=ID_PATTERN, description="Of a person.")]
QueryId = Annotated[str | None, Query(alias="userId", pattern=ID_PATTERN, description="Of a person.")]
QueryProfileId = Annotated[str | None, Query(alias="profileId", pattern=ID_PATTERN, description="Of a profile.")]
QueryManagerId = Annotated[
    str | None, Query(alias="managerId", pattern=ID_PATTERN, description="Only those who report to this person.")
]


async def current_actor(request: Request, _: Annotated[object, Security(BEARER)]) -> Actor:
    """The person whom the gate verified and put on the request's scope. Raises NotSignedIn."""
    actor = request.scope.get("actor")
    if not isinstance(actor, Actor):
        raise NotSignedIn("Sign in first.")
    return actor


async def expected_version(
    if_match: Annotated[
        str | None, Header(max_length=40, description='The version you saw, as `ETag` had it: `"3"`, `3`, or `*`.')
    ] = None,
) -> int | None:
    """`If-Match: "3"` as 3; absent or `*` as None: any version will do. Raises InvalidInput."""
    if if_match is None or if_match.strip() == "*":
        return None
    number = if_match.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit()):
        raise InvalidInput({"If-Match": "A version number, as the ETag had it."})
    return int(number)


def version_seen(*sent: int | None, stored: Callable[[], int]) -> int | None:
    """The version that a caller goes by, in header or body; None if in neither. Of two, one that is stale."""
    seen = {version for version in sent if version is not None}
    if len(seen) > 1:
        seen.discard(stored())
    return min(seen, default=None)


CurrentActor = Annotated[Actor, Depends(current_actor)]
ExpectedVersion = Annotated[int | None, Depends(expected_version)]
