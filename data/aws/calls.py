"""One call to AWS, measured. Everything that leaves the process for AWS goes through here."""

import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from data.aws.metering import Call, record


def call(client: Any, operation: str, resource: str, **request: Any) -> Any:
    """The answer of `client.operation(**request)`; put on the bill under `resource`, failed ones too.

    Raises what botocore raises: stand inside `reading`, `changing` or `writing` of `data.aws.errors`.
    """
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


def _units(answer: Mapping[str, Any]) -> float:
    consumed = answer.get("ConsumedCapacity") or ()
    parts = [consumed] if isinstance(consumed, Mapping) else consumed
    return float(sum(part.get("CapacityUnits", 0) for part in parts))
