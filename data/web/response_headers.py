"""What the gate adds to every answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

from data.web.assets import preloads
from data.web.paths import Kind, kind_of

PRELOADS: Final = preloads()
KEPT: Final = ("/static/", "/assets/", "/media/", "/component/")  # browsers may keep these


@dataclass(slots=True)
class Answer:
    """An answer on its way; `started` once its status is sent."""

    send: Send
    started: bool = False


def answering(send: Send, scope: Scope, headers: Mapping[str, str]) -> Answer:
    """`send`, with `headers` on each answer; whatever shows records is kept by no cache."""
    extra = {**headers, "x-correlation-id": scope["correlation_id"]}
    if not scope["path"].startswith(KEPT):
        extra["cache-control"] = "no-store"
    if kind_of(scope["path"]) is Kind.PAGE:
        extra["link"] = PRELOADS

    async def out(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.started = True
            MutableHeaders(scope=message).update(extra)
        await send(message)

    answer = Answer(out)
    return answer
