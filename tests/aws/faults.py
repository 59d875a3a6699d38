"""A client whose calls fail as told: by an answer of AWS, by an exception on the way, or by a lost answer."""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber


@dataclass(frozen=True)
class Refusal:
    """An answer of AWS's that is an error."""

    code: str
    status: int = 400
    message: str = "as told"
    more: Any = None

    def answer(self, url: str) -> AWSResponse:
        told = f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        if any(service in url for service in ("dynamodb", "cognito", "sqs")):
            body = json.dumps({"__type": f"x#{self.code}", "message": self.message, **(self.more or {})})
        else:
            body = told if "s3" in url else f"<ErrorResponse>{told}</ErrorResponse>"
        return AWSResponse(url, self.status, {"content-type": "application/x-amz-json-1.0"}, _Raw(body.encode()))


LOST = ReadTimeoutError(endpoint_url="https://aws")  # with `done`: AWS does it, and the answer never comes
DONE_BUT_LOST = object()
WELL = None


@contextmanager
def failing(client: Any, *faults: Any, then: Any = WELL):
    """Attempts fail with `faults` in turn, then with `then`; botocore does not wait between them.

    Gives the list of requests that were attempted.
    """
    seen: list[Any] = []
    upcoming = chain(faults, repeat(then))
    service, well = client.meta.service_model.service_name, BotocoreStubber.__call__

    def faulty(self: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
        if f".{service}." not in event_name:
            return well(self, event_name, request, **more)
        seen.append(request)
        fault = next(upcoming)
        if isinstance(fault, Refusal):
            return fault.answer(request.url)
        if fault in {WELL, DONE_BUT_LOST}:
            answer = well(self, event_name, request, **more)
        if fault is WELL:
            return answer
        raise LOST if fault is DONE_BUT_LOST else fault

    at_once = patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    with patch.object(BotocoreStubber, "__call__", faulty), at_once:
        yield seen


@contextmanager
def answering(client: Any, operation: str, *edits: Any):
    """The answers to `operation` are edited by each of `edits` in turn, the last for all that follow.

    Gives the list of requests.
    """
    seen: list[Any] = []
    upcoming: Any = chain(edits, repeat(edits[-1]))

    def before_call(params: Any, **_: Any) -> None:
        seen.append(json.loads(params["body"]))

    def after_call(parsed: Any, **_: Any) -> None:
        next(upcoming)(parsed)

    events, service = client.meta.events, client.meta.service_model.service_name
    events.register(f"before-call.{service}.{operation}", before_call, unique_id="edits-before")
    events.register(f"after-call.{service}.{operation}", after_call, unique_id="edits-after")
    try:
        yield seen
    finally:
        events.unregister(f"before-call.{service}.{operation}", unique_id="edits-before")
        events.unregister(f"after-call.{service}.{operation}", unique_id="edits-after")


class _Raw:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Any:
        yield self.body
