"""S3's objects on disk.

ministack already writes each object through (draft, then rename). Added here: a write that failed is not
acknowledged, large bodies are read from the file while they are sent, versions do not keep their bytes in
memory, and events reach their queue before the answer, so that they are saved with it.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from ministack.core.responses import StreamingResponse
from ministack.services import s3

from data.emulator.asgi import Receive, Send
from data.emulator.journal import Journal
from data.emulator.ministack_patches import around
from data.emulator.multipart import Multipart

LARGE: Final = 1 << 20
CHUNK: Final = 1 << 18
LOST: Final = ("Failed to persist", "Failed to delete persisted", "S3 persist: refusing")


class Objects:
    """Keeps the disk true to ministack's buckets."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self._journal = journal
        self._multipart = Multipart(journal, folder / "uploads")
        self._sending = False

    def install(self) -> None:
        logging.getLogger("s3").addHandler(_LostWrites(self._journal))
        around(s3, "_get_object", self._get_object)
        around(s3, "_read_body", self._read_body)
        around(s3, "_record_object_version", self._record_object_version)
        around(s3, "_fire_s3_event_async", _fire_at_once)
        self._multipart.install()

    def restore(self) -> None:
        """Take up unfinished uploads, and mend what a kill left between an object's two renames."""
        self._multipart.restore()
        for (account, bucket), record in s3._buckets._data.items():
            for key, stored in record["objects"].items():
                path = s3._object_disk_path(bucket, key, account)
                if path and Path(path).exists() and Path(path).stat().st_size != stored["size"]:
                    data = Path(path).read_bytes()
                    stored.update(size=len(data), etag=f'"{s3.md5_hash(data)}"', checksums={})

    def _get_object(self, real: Any, *args: Any, **kwargs: Any) -> Any:
        self._sending = True
        try:
            status, headers, body = real(*args, **kwargs)
        finally:
            self._sending = False
        if isinstance(body, FileBody):
            headers["Content-Length"] = str(len(body))
            body = StreamingResponse(body.send)
        return status, headers, body

    def _read_body(self, real: Any, bucket: str, key: str, stored: Any) -> Any:
        path = s3._object_disk_path(bucket, key)
        from_disk = self._sending and stored.get("body") is None and path
        if from_disk and Path(path).exists() and Path(path).stat().st_size > LARGE:
            return FileBody.open(Path(path))
        return real(bucket, key, stored)

    def _record_object_version(self, real: Any, bucket: str, key: str, *args: Any) -> Any:
        made = real(bucket, key, *args)
        for version in s3._object_versions.get((bucket, key)) or ():
            version["data"] = None
        return made


class FileBody:
    """Stands for an object's bytes: has a length, can be sliced, and is read only while it is sent."""

    def __init__(self, descriptor: int, start: int, size: int, owner: Any) -> None:
        self._descriptor, self._start, self._size, self._owner = descriptor, start, size, owner

    @classmethod
    def open(cls, path: Path) -> "FileBody":
        file = path.open("rb")  # closed with the last slice of it
        return cls(file.fileno(), 0, os.fstat(file.fileno()).st_size, file)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> "FileBody":
        first, last, _ = part.indices(self._size)
        return FileBody(self._descriptor, self._start + first, max(0, last - first), self._owner)

    async def send(self, send: Send, receive: Receive) -> None:
        """Send it in pieces, until the end or until nobody listens: video players hang up all the time."""
        listening = asyncio.ensure_future(_hung_up(receive))
        at, end = self._start, self._start + self._size
        try:
            while at < end and not listening.done():
                data = os.pread(self._descriptor, min(CHUNK, end - at), at)
                if not data:
                    raise OSError("the object's file became shorter")  # the client sees an unfinished body
                at += len(data)
                await send({"type": "http.response.body", "body": data, "more_body": at < end})
                await asyncio.sleep(0)
            if not self._size:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            listening.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _LostWrites(logging.Handler):
    """ministack logs a failed write of an object and answers 200: the log line is the only trace of it."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(LOST):
            self._journal.fail(OSError(record.getMessage()))


class _AtOnce:
    """A thread that is none."""

    def __init__(self, target: Callable[..., Any], args: Any = (), kwargs: Any = None, **_: Any) -> None:
        self._target, self._args, self._kwargs = target, args, kwargs or {}

    def start(self) -> None:
        self._target(*self._args, **self._kwargs)


def _fire_at_once(real: Any, *args: Any, **kwargs: Any) -> None:
    held, s3.threading = s3.threading, SimpleNamespace(Thread=_AtOnce)
    try:
        real(*args, **kwargs)
    finally:
        s3.threading = held
