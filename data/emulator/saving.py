"""No answer to a write leaves before what it changed is on disk."""

import asyncio
import json
import logging
from collections.abc import Callable
from os import _exit as exit_at_once
from typing import Any, Final

from data.emulator.asgi import Message, Receive, Scope, Send, answer
from data.emulator.bodies import too_large
from data.emulator.journal import Journal
from data.emulator.process import CANNOT_SAVE
from data.emulator.queues_store import QueueStore
from data.emulator.services_store import ServiceStore

EXIT_SECONDS: Final = 0.3  # for the answers that say so
READS: Final = ("Get", "List", "Describe", "Head", "BatchGet", "Search")
WRITES_ALL_THE_SAME: Final = ("GetId", "GetCredentialsForIdentity")
# One row each, whatever changed in them.
WHOLE: Final = {"sns": "sns", "iam": "iam", "cognito-idp": "cognito", "cognito-identity": "cognito"}
QUEUES_CAME_OR_WENT: Final = ("CreateQueue", "DeleteQueue", "")
TOO_LARGE: Final = "<Error><Code>EntityTooLarge</Code><Message>Upload it in parts.</Message></Error>"
log = logging.getLogger(__name__)


class Saving:
    """Runs requests in ministack and holds their answers back until the journal has them."""

    def __init__(self, app: Callable[..., Any], journal: Journal, queues: QueueStore, services: ServiceStore) -> None:
        self._app, self._journal, self._queues, self._services = app, journal, queues, services
        self._ending: asyncio.TimerHandle | None = None

    async def __call__(self, service: str, scope: Scope, receive: Receive, send: Send) -> None:
        if service == "s3" and too_large(scope):
            await answer(send, 400, TOO_LARGE)
            return
        try:
            await (_refuse(send) if self._journal.failed else self._run(service, scope, receive, send))
        finally:
            if self._journal.failed:
                self._give_up()

    async def _run(self, service: str, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def sending(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                self._save(service, scope)
                if self._journal.failed:
                    refused = True
                    await _refuse(send)
            if not refused:
                await send(message)

        await self._app(scope, receive, sending)

    def _save(self, service: str, scope: Scope) -> None:
        """DynamoDB's handler has committed already: see dynamodb_store.py."""
        action = _action(scope)
        if _reads(scope["method"], action) or service == "dynamodb" or self._journal.failed:
            return
        try:
            if service in WHOLE:
                self._services.note(WHOLE[service])
            elif service == "s3" and _names_bucket_only(scope):
                self._services.note(service)
            self._queues.note(all_queues=service == "sqs" and action in QUEUES_CAME_OR_WENT)
            self._journal.commit()
        except Exception as error:  # noqa: BLE001 - whatever it was, memory is ahead of the disk
            self._journal.fail(error)

    def _give_up(self) -> None:
        """Memory is ahead of the disk: end, and let whoever started us start from the disk again."""
        if not self._ending:
            log.error("cannot save: %r", self._journal.failed)
            self._ending = asyncio.get_running_loop().call_later(EXIT_SECONDS, exit_at_once, CANNOT_SAVE)


def _reads(method: str, action: str) -> bool:
    return method in ("GET", "HEAD", "OPTIONS") or (action.startswith(READS) and action not in WRITES_ALL_THE_SAME)


def _action(scope: Scope) -> str:
    target = next((value for name, value in scope["headers"] if name.lower() == b"x-amz-target"), b"")
    return str(target.decode("latin-1").rpartition(".")[2])


def _names_bucket_only(scope: Scope) -> bool:
    return "/" not in scope["path"].strip("/")


async def _refuse(send: Send) -> None:
    told = {"__type": "InternalServerError", "message": "the local store cannot be written"}
    await answer(send, 500, json.dumps(told))
