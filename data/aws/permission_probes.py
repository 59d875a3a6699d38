"""Asks AWS something, to see whether we may: what comes of it is a value, no exception and no trouble in the log."""

from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.calls import SERVER_SIDE, call
from data.aws.error_codes import ABSENT, BUSY, DENIED, LATE, MEANINGS, MISSING, OVERTAKEN, TORN
from data.aws.errors import code_of, reading
from data.core.errors import AppError, Unavailable

# the asker may; what was asked for cannot be
REFUSED_FOR_WHAT_IT_IS: Final = MISSING | ABSENT | LATE | OVERTAKEN | TORN


@dataclass(frozen=True, slots=True)
class Answer:
    """`told`: what AWS answered, empty where it refused; `code` and `words`: its own for why, which no screen shows.

    `error`: what that means to us; None also where AWS found fault with the request itself.
    """

    told: Any = field(default_factory=dict)
    code: str = ""
    words: str = ""
    error: AppError | None = None

    @property
    def denied(self) -> bool:
        return self.code in DENIED

    @property
    def missing(self) -> bool:
        return self.code in MISSING

    @property
    def understood(self) -> bool:
        """Whether it says that we may: AWS did it, or found fault with the request itself and not with us."""
        return self.error is None or self.code in REFUSED_FOR_WHAT_IT_IS


def ask(client: Any, operation: str, resource: str, **request: Any) -> Answer:
    """What comes of this call. Raises nothing that AWS or the way there could be the reason of."""
    try:
        with reading(resource):
            try:
                return Answer(call(client, operation, resource, **request))
            except ClientError as error:
                return Answer(code=code_of(error), words=str(error), error=_meaning(error, resource))
    except AppError as error:
        return Answer(error=error)


def _meaning(error: ClientError, resource: str) -> AppError | None:
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_SIDE:
        return Unavailable(BUSY)
    meaning = MEANINGS.get(code_of(error))
    return meaning(resource) if meaning else None
