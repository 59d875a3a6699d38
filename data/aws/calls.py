"""One call to AWS, measured and watched. Everything that leaves the process for AWS goes through here."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    SSLError,
)

from data.aws.answers import is_torn
from data.aws.metering import Call, record

NEVER_SENT: Final = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError)
SERVER_SIDE: Final = 500
_unanswered: Final[ContextVar[list[object]]] = ContextVar("unanswered")


def call(client: Any, operation: str, resource: str, **request: Any) -> Any:
    """The answer of `client.operation(**request)`; put on the bill under `resource`, failed ones too.

    Raises what botocore raises: stand inside `reading`, `changing` or `writing` of `data.aws.errors`.
    """
    _unanswered.set([])
    began = time.perf_counter()
    answer: Any = {}
    try:
        answer = getattr(client, operation)(**request)
    except ClientError as error:
        answer = error.response
        raise
    finally:
        took = (time.perf_counter() - began) * 1000
        service = client.meta.service_model.service_name
        meta = answer.get("ResponseMetadata", {})
        size = int(meta.get("HTTPHeaders", {}).get("content-length", 0))
        record(Call(service, operation, resource, took, _units(answer), size, meta.get("RetryAttempts", 0)))
    return answer


def unanswered() -> bool:
    """Whether any attempt of this context's last call reached AWS, perhaps, without a word on what came of it.

    botocore tries a call up to four times and tells only of the last.
    """
    return bool(_unanswered.get([]))


def watch(client: Any) -> None:
    """Let `unanswered` know of each attempt of this client's calls."""
    client.meta.events.register("needs-retry", _attempted)


def _attempted(response: Any = None, caught_exception: Exception | None = None, **_: Any) -> None:
    lost = caught_exception is not None and not isinstance(caught_exception, NEVER_SENT)
    if lost or (response is not None and (response[0].status_code >= SERVER_SIDE or is_torn(response[1]))):
        _unanswered.get([]).append(caught_exception or response)


def _units(answer: Mapping[str, Any]) -> float:
    consumed = answer.get("ConsumedCapacity") or ()
    parts = [consumed] if isinstance(consumed, Mapping) else consumed
    return float(sum(part.get("CapacityUnits", 0) for part in parts))
