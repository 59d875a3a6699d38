"""Large bodies of requests: put down in a file as they come, and looked at there.

ministack collects a body in memory and then joins it, which holds it twice. It asks of it only what a mapped file
can answer too: its length, slices, digests. The file has no name, so nothing of it is left however we end.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import mmap
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

import ministack.app

from data.emulator.asgi import Receive, Scope
from data.emulator.ministack_patches import around

SMALL: Final = 16 << 20
LARGEST: Final = 1 << 30  # its digests are made while everybody waits: 2 to 5 seconds
LARGEST_FORM: Final = 64 << 20  # a form is taken to pieces in memory
FORM: Final = "application/x-www-form-urlencoded"


class Bodies:
    """Reads what is uploaded at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self) -> None:
        around(ministack.app, "_read_request_body", self._read)

    async def _read(
        self, real: Callable[..., Awaitable[Any]], receive: Receive, method: str, headers: dict[str, str]
    ) -> Any:
        if method != "PUT" or _length(headers) <= SMALL or headers.get("content-type", "").startswith(FORM):
            return await real(receive, method, headers)
        with tempfile.TemporaryFile(dir=self._folder) as file:
            await _put_down(receive, file)
            if file.tell() != _length(headers):
                raise ministack.app._IncompleteRequestBody("Content-Length does not match request body")
            body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        ministack.app.pin_signed_body(body)
        return ministack.app._decode_aws_chunked_body(body, headers)


async def _put_down(receive: Receive, file: IO[bytes]) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ministack.app._RequestBodyDisconnected
        file.write(message.get("body", b""))
        more = message.get("more_body", False)
    file.flush()


def too_large(scope: Scope) -> bool:
    """Whether it has to be uploaded in parts."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return _length(headers) > (LARGEST_FORM if scope["method"] == "POST" else LARGEST)


def _length(headers: Mapping[str, str]) -> int:
    told = headers.get("content-length", "").strip()
    return int(told) if told.isascii() and told.isdigit() else 0
