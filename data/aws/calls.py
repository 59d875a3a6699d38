"""One call to AWS, measured, watched and logged. Everything that leaves the process for AWS goes through here.

The log has a line for each call, on level INFO, which is what production logs: what was called for whom, what came
of it and what it cost, and never a value that was sent or answered.
"""

import logging
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

from data.aws.metering import Call, record
from data.aws.response_parsing import is_torn
from data.aws.signing import Signed

log = logging.getLogger(__name__)

NEVER_SENT: Final = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError)
SERVER_SIDE: Final = 500
_unanswered: Final[ContextVar[list[object]]] = ContextVar("unanswered")
_personal: Final[ContextVar[bool]] = ContextVar("in a person's name", default=False)


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
        _personal.set(isinstance(client, Signed))
        took = (time.perf_counter() - began) * 1000
        service = client.meta.service_model.service_name
        meta = answer.get("ResponseMetadata", {})
        size = int(meta.get("HTTPHeaders", {}).get("content-length", 0))
        made = Call(service, operation, resource, took, _units(answer), size, meta.get("RetryAttempts", 0))
        record(made)
        if log.isEnabledFor(logging.INFO):
            _log(made, answer)
    return answer


def unanswered() -> bool:
    """Whether any attempt of this context's last call reached AWS, perhaps, without a word on what came of it.

    botocore tries a call up to four times and tells only of the last.
    """
    return bool(_unanswered.get([]))


def in_a_persons_name() -> bool:
    """Whether this context's last call was signed with a person's credentials."""
    return _personal.get()


def watch(client: Any) -> None:
    """Let `unanswered` know of each attempt of this client's calls."""
    client.meta.events.register("needs-retry", _attempted)


def _attempted(response: Any = None, caught_exception: Exception | None = None, **_: Any) -> None:
    lost = caught_exception is not None and not isinstance(caught_exception, NEVER_SENT)
    if lost or (response is not None and (response[0].status_code >= SERVER_SIDE or is_torn(response[1]))):
        _unanswered.get([]).append(caught_exception or response)


def _log(made: Call, answer: Any) -> None:
    """Who it was for stands in every line of the log (`data.core.logs`)."""
    meta, error = answer.get("ResponseMetadata", {}), answer.get("Error", {})
    told = {"status": meta.get("HTTPStatusCode"), "request_id": meta.get("RequestId"), "error": error.get("Code")}
    told |= {"tier": "person"} if in_a_persons_name() else {}
    known = {name: value for name, value in told.items() if value is not None}
    cost = {"ms": round(made.milliseconds, 1), "units": made.units, "bytes": made.size, "retries": made.retries}
    what = {"service": made.service, "operation": made.operation, "resource": made.resource}
    log.info("aws call", extra=what | known | cost)


def _units(answer: Mapping[str, Any]) -> float:
    consumed = answer.get("ConsumedCapacity") or ()
    parts = [consumed] if isinstance(consumed, Mapping) else consumed
    return float(sum(part.get("CapacityUnits", 0) for part in parts))
