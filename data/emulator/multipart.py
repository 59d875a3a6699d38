"""Uploads in parts: the parts are files, an unfinished upload outlives the engine, and the whole is put
together in a thread, so that half a gigabyte neither fills the memory nor holds up everybody else.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self

from ministack.services import s3

from data.emulator.journal import Journal
from data.emulator.ministack_patches import around

UPLOADS: Final = "upload"
PARTS: Final = "part"
OK: Final = 200
NUMBERS: Final = re.compile(rb"PartNumber>\s*(\d+)")


@dataclass(frozen=True, slots=True)
class _Whole:
    """The parts of one completion, put together in a file; `etags` tells whether they are still the same."""

    path: Path
    etags: dict[int, str]
    size: int


class Part(bytes):
    """Stands for a part's bytes where ministack asks for their length and MD5 and joins them: joined it is empty."""

    size: int
    md5: str

    def __new__(cls, size: int, etag: str) -> Self:
        part = super().__new__(cls)
        part.size, part.md5 = size, etag.strip('"')
        return part

    def __len__(self) -> int:
        return self.size

    def digest(self) -> bytes:
        return bytes.fromhex(self.md5)


class Multipart:
    """Keeps the journal and `folder` true to ministack's unfinished uploads."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self._journal, self._folder = journal, folder
        self._wholes: dict[str, _Whole] = {}
        self._completing: _Whole | None = None
        folder.mkdir(mode=0o700, exist_ok=True)

    def install(self) -> None:
        around(s3, "_create_multipart_upload", self._create)
        around(s3, "_upload_part", self._upload_part)
        around(s3, "_upload_part_copy", self._upload_part)
        around(s3, "_complete_multipart_upload", self._complete)
        around(s3, "_abort_multipart_upload", self._abort)
        around(s3, "_maybe_replicate", self._maybe_replicate)
        around(s3, "_persist_object", self._persist_object)
        around(s3, "handle_request", self._handle_request)
        s3.hashlib = SimpleNamespace(**(vars(hashlib) | {"md5": _md5}))

    def restore(self) -> None:
        """Take up the uploads that were under way, and remove what belongs to none."""
        uploads: dict[str, Any] = {}
        for upload_id, text in self._journal.read(UPLOADS):
            account, upload = json.loads(text)
            uploads[upload_id] = upload | {"parts": {}}
            s3._multipart_uploads._data[account, upload_id] = uploads[upload_id]
        for key, text in self._journal.read(PARTS):
            upload_id, number = key.split("/")
            if upload_id in uploads and self._path(upload_id, number).exists():
                part = json.loads(text)
                uploads[upload_id]["parts"][int(number)] = part | {"body": Part(part["size"], part["etag"])}
        for left in self._folder.iterdir():
            if left.name not in uploads:
                shutil.rmtree(left, ignore_errors=True)

    def _path(self, upload_id: str, name: object) -> Path:
        return self._folder / upload_id / str(name)

    def _create(self, real: Any, *args: Any) -> Any:
        before = set(s3._multipart_uploads.keys())
        answer = real(*args)
        for upload_id in set(s3._multipart_uploads.keys()) - before:
            upload = {name: value for name, value in s3._multipart_uploads[upload_id].items() if name != "parts"}
            self._journal.put(UPLOADS, upload_id, json.dumps([s3.get_account_id(), upload]))
        return answer

    def _upload_part(self, real: Any, *args: Any) -> Any:
        """For `_upload_part` and `_upload_part_copy`: in both, the query is the last argument but one."""
        answer = real(*args)
        if answer[0] == OK:
            try:
                self._spool(s3._qp(args[-2], "uploadId"), int(s3._qp(args[-2], "partNumber")))
            except OSError as error:
                self._journal.fail(error)
        return answer

    def _spool(self, upload_id: str, number: int) -> None:
        part, path = s3._multipart_uploads[upload_id]["parts"][number], self._path(upload_id, number)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_suffix(".tmp")
        draft.write_bytes(part["body"])
        draft.replace(path)
        part["body"] = Part(part["size"], part["etag"])
        told = {name: value for name, value in part.items() if name != "body"}
        self._journal.put(PARTS, f"{upload_id}/{number}", json.dumps(told))

    async def _handle_request(self, real: Any, method: str, *request: Any, **context: Any) -> Any:
        """Before a completion, put the parts together."""
        body, query = request[2:4]
        upload_id = s3._qp(query, "uploadId", "") if method == "POST" else ""
        parts = (s3._multipart_uploads.get(upload_id) or {}).get("parts", {})
        numbers = sorted({int(number) for number in NUMBERS.findall(body)}) if parts else []
        if not numbers or any(number not in parts for number in numbers):
            return await real(method, *request, **context)
        whole = self._path(upload_id, f"whole-{s3.new_uuid()}")
        etags, size = {n: parts[n]["etag"] for n in numbers}, sum(parts[n]["size"] for n in numbers)
        try:
            await asyncio.to_thread(_join, whole, [self._path(upload_id, number) for number in numbers])
            self._wholes[upload_id] = _Whole(whole, etags, size)
            return await real(method, *request, **context)
        except OSError as error:
            if upload_id in s3._multipart_uploads:
                self._journal.fail(error)
                raise
            # A second completion lost the race; ministack answers it as it answered the first.
            return await real(method, *request, **context)
        finally:
            self._wholes.pop(upload_id, None)
            whole.unlink(missing_ok=True)

    def _complete(self, real: Any, bucket: str, key: str, *rest: Any) -> Any:
        upload_id = s3._qp(rest[1], "uploadId")
        upload, whole = s3._multipart_uploads.get(upload_id), self._wholes.pop(upload_id, None)
        if upload and upload["parts"] and (whole is None or _changed(upload["parts"], whole)):
            words = "One or more of the specified parts could not be found."
            return s3._error("InvalidPart", words, 400, f"/{bucket}/{key}")
        self._completing = whole
        try:
            return self._ending(upload_id, lambda: real(bucket, key, *rest))
        finally:
            self._completing = None

    def _abort(self, real: Any, bucket: str, key: str, query: Any) -> Any:
        return self._ending(s3._qp(query, "uploadId"), lambda: real(bucket, key, query))

    def _ending(self, upload_id: str, end: Any) -> Any:
        """Run what ends an upload, then forget it, unless it goes on or could not be saved."""
        upload = s3._multipart_uploads.get(upload_id)
        answer = end()
        if upload and upload_id not in s3._multipart_uploads and not self._journal.failed:
            self._journal.put(UPLOADS, upload_id, None)
            for number in upload["parts"]:
                self._journal.put(PARTS, f"{upload_id}/{number}", None)
            shutil.rmtree(self._folder / upload_id, ignore_errors=True)
        return answer

    def _maybe_replicate(self, real: Any, bucket: str, key: str, stored: Any, *args: Any) -> Any:
        """The first thing done with the finished record: its bytes are in a file, not in it."""
        if self._completing:
            stored.update(body=None, size=self._completing.size)
        return real(bucket, key, stored, *args)

    def _persist_object(self, real: Any, bucket: str, key: str, stored: Any) -> None:
        """The last: without a body, ministack takes the file that lies there already."""
        path = s3._object_disk_path(bucket, key)
        if self._completing and path:
            Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._completing.path.replace(path)
        real(bucket, key, stored)


def _changed(parts: dict[int, Any], whole: _Whole) -> bool:
    return any(number not in parts or parts[number]["etag"] != etag for number, etag in whole.etags.items())


def _join(target: Path, parts: Iterable[Path]) -> None:
    with target.open("wb") as whole:
        for path in parts:
            with path.open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)


def _md5(data: Any = b"", **how: Any) -> Any:
    return data if isinstance(data, Part) else hashlib.md5(data, **how)  # noqa: S324 - an ETag is one
