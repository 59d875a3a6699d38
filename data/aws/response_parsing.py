"""What DynamoDB answers, read without a walk through botocore's model of it, which is most of what a query costs.

Signing, retries, typed errors and events stay botocore's; its parser stays too, for errors and for whoever asks
a client directly. A read of ours says by `form` how the bytes of its answer become values.

Every answer is checked against its CRC and for being JSON at all. One that is torn counts as an attempt that
failed, which botocore makes again; if it stays so, the call raises ResponseParserError.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias
from zlib import crc32

import msgspec
from botocore.parsers import ResponseParserError

Form: TypeAlias = Callable[[bytes], dict[str, Any]]

REFUSED: Final = 300  # statuses from here on are not what was asked for
TORN: Final = {"Code": "RequestTimeout", "Message": "the answer was cut short or altered"}  # botocore tries it again
_form: Final[ContextVar[Form | None]] = ContextVar("form", default=None)
_decode: Final = msgspec.json.Decoder().decode


def read_answers(client: Any) -> None:
    """Let the answers to this DynamoDB client be read and checked here."""
    client.meta.events.register("before-parse.dynamodb", _read)
    client.meta.events.register("after-call.dynamodb", _refuse_torn)


def is_torn(answer: Mapping[str, Any]) -> bool:
    """Whether an attempt was answered, but nobody can tell what."""
    return answer.get("Error") is TORN


@contextmanager
def read_as(form: Form) -> Iterator[None]:
    """The answers to calls within are what `form` makes of their bytes. It raises ValueError for torn ones."""
    token = _form.set(form)
    try:
        yield
    finally:
        _form.reset(token)


def as_sent(body: bytes) -> dict[str, Any]:
    """The answer as it stands in its JSON, its items for `unmarshal`. Raises ValueError."""
    try:
        answer = _decode(body)
    except msgspec.DecodeError:
        answer = json.loads(body)  # half a surrogate pair is no text, but should not hide what stands beside it
    return _object(answer)


def _read(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Put in place what the form of the call makes of an answer, and leave nothing more to botocore's parser."""
    try:
        read = _checked(response_dict)
    except ValueError:
        read = {"Error": TORN}
    if read:
        customized_response_dict.update(read)
        response_dict["body"] = b"{}"


def _checked(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer in the form that was asked for, None to leave it to botocore. Raises ValueError if it is torn."""
    body, sum_ = response["body"], response["headers"].get("x-amz-crc32")
    if sum_ is not None and crc32(body) != int(sum_):
        raise ValueError("the sum is not that of the answer")
    if response["status_code"] >= REFUSED:
        _refusal(body)
        return None
    if form := _form.get():
        return form(body)
    as_sent(body)
    return None


def _refusal(body: bytes) -> None:
    """Raises ValueError for what botocore's parser would trip over: it takes an object, or any text that is no JSON."""
    try:
        answer = _decode(body)
    except msgspec.DecodeError:
        body.decode()
    else:
        _object(answer)


def _object(answer: Any) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    raise ValueError("an answer is an object")


def _refuse_torn(parsed: Mapping[str, Any], **_: Any) -> None:
    if is_torn(parsed):
        raise ResponseParserError(TORN["Message"])
