"""S3 as the services see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import IO, Any, Final
from urllib.parse import quote

from botocore.exceptions import ClientError
from cachetools import LRUCache

from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import ABSENT, changing, code_of, reading
from data.config.resources import BUCKETS, Bucket
from data.config.settings import Settings
from data.core.clock import Clock, SystemClock
from data.core.errors import NotFound

URL_SECONDS: Final = 900
SURE_SECONDS: Final = URL_SECONDS // 2  # what is left at least of a URL that is shared while it is young
URLS: Final = 5_000  # remembered
MOST_LISTED: Final = 1_000  # objects in one answer
NO_STORE: Final = "no-store"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it lies in a bucket. `content_type` is empty where a listing found it."""

    key: str
    size: int
    etag: str
    modified: datetime
    content_type: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """A presigned upload: a browser posts `fields`, and last the file, to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


class Objects:
    """The buckets of one installation, safe to share between threads.

    All methods raise Unavailable, Misconfigured and Defect as `data.aws.errors` says; the ones that
    change something also OutcomeUnknown, when the answer was lost.
    """

    def __init__(self, clients: Clients, settings: Settings, clock: Clock | None = None) -> None:
        self._clients, self._clock = clients, clock or SystemClock()
        self._buckets = Buckets(clients, settings)
        self._urls: LRUCache[Any, str] = LRUCache(URLS)
        self._lock = Lock()

    def put(
        self, bucket: Bucket, key: str, body: bytes | IO[bytes], *, content_type: str, cache_seconds: int = 0
    ) -> None:
        """Store `body` and replace the object at `key`. A file is read as it is sent, and never held whole.

        No cache may store it, unless the caller allows its reader's browser to do so for `cache_seconds`.
        """
        caching = _cache_control(cache_seconds)
        with changing(bucket.name):
            self._call("put_object", bucket, Key=key, Body=body, ContentType=content_type, CacheControl=caching)

    def get(self, bucket: Bucket, key: str, *, span: tuple[int, int] | None = None) -> bytes:
        """The whole object, or of its bytes those from the first of `span` up to the second. Raises NotFound."""
        more = {"Range": f"bytes={span[0]}-{span[1] - 1}"} if span else {}
        with reading(bucket.name):
            return bytes(self._call("get_object", bucket, Key=key, **more)["Body"].read())

    def head(self, bucket: Bucket, key: str) -> Stored:
        """What is known of an object without reading it. Raises NotFound."""
        with reading(bucket.name):
            answer = self._call("head_object", bucket, Key=key)
        size, etag = answer["ContentLength"], answer["ETag"].strip('"')
        return Stored(key, size, etag, answer["LastModified"], answer.get("ContentType", ""))

    def find(self, bucket: Bucket, key: str) -> Stored | None:
        """As `head`, but None where there is no such object."""
        try:
            return self.head(bucket, key)
        except NotFound:
            return None

    def delete(self, bucket: Bucket, key: str) -> None:
        """Remove the object; that there is none is as good."""
        with changing(bucket.name):
            self._call("delete_object", bucket, Key=key)

    def walk(self, bucket: Bucket, prefix: str) -> Iterator[Stored]:
        """Every object whose key begins with `prefix`, in the order of keys, a thousand at a time."""
        more: dict[str, Any] = {}
        while True:
            with reading(bucket.name):
                answer = self._call("list_objects_v2", bucket, Prefix=prefix, MaxKeys=MOST_LISTED, **more)
            for found in answer.get("Contents", ()):
                yield Stored(found["Key"], found["Size"], found["ETag"].strip('"'), found["LastModified"])
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def url(
        self,
        bucket: Bucket,
        key: str,
        *,
        content_type: str,
        file_name: str = "",
        seconds: int = URL_SECONDS,
        cache_seconds: int = 0,
    ) -> str:
        """A URL that shows this one object to whoever has it, for `seconds` at most and half of that at least.

        It is served as `content_type` whatever was uploaded, and with a `file_name` as a download of that
        name. Asked again within the half of its life it is the same, so that a browser's cache finds it.

        No cache may store the object, unless the caller allows its reader's browser to do so for `cache_seconds`, which
        are never more than `seconds`.
        """
        request = {"Key": key, "ResponseContentType": content_type}
        request["ResponseCacheControl"] = _cache_control(min(cache_seconds, seconds))
        request["ResponseContentDisposition"] = _attachment(file_name) if file_name else "inline"
        slot = int(self._clock.now().timestamp() // (seconds / 2))
        identity = (self._clients.endpoint_url, bucket.name, slot, seconds, *request.values())
        return self._remembered(identity, lambda: self._presign(bucket, request, seconds))

    def form(
        self, bucket: Bucket, key: str, *, content_type: str, most_bytes: int, least_bytes: int = 1, seconds: int = 900
    ) -> Form:
        """A presigned upload to this one key, of this type and size and no other. No cache may store the object."""
        fields = {"Content-Type": content_type, "Cache-Control": NO_STORE}
        fixed = [{name: value} for name, value in fields.items()]
        conditions: list[Any] = [*fixed, ["content-length-range", least_bytes, most_bytes]]
        with reading(bucket.name):
            answer = self._clients.s3.generate_presigned_post(
                self._buckets.name(bucket), key, Fields=dict(fields), Conditions=conditions, ExpiresIn=seconds
            )
        return Form(answer["url"], dict(answer["fields"]), self._clock.now() + timedelta(seconds=seconds))

    def origins(self) -> tuple[str, ...]:
        """The hosts to which browsers go for objects, for the content security policy."""
        return tuple(sorted({self._buckets.origin(bucket) for bucket in BUCKETS}))

    def _call(self, operation: str, bucket: Bucket, **request: Any) -> Any:
        try:
            return call(self._clients.s3, operation, bucket.name, **self._buckets.target(bucket), **request)
        except ClientError as error:
            if code_of(error) in ABSENT:  # an answer, not a failure: not worth a line in the log
                raise NotFound("This file is not there.") from error
            raise

    def _presign(self, bucket: Bucket, request: dict[str, str], seconds: int) -> str:
        params = {"Bucket": self._buckets.name(bucket), **request}
        with reading(bucket.name):
            return str(self._clients.s3.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds))

    def _remembered(self, identity: Any, make: Callable[[], str]) -> str:
        with self._lock:
            if found := self._urls.get(identity):
                return found
        made = make()
        with self._lock:
            return self._urls.setdefault(identity, made)


def _cache_control(seconds: int) -> str:
    """The one rule of caching for objects: most of them hold personal data, so a new kind of file is not cached."""
    return f"private, max-age={seconds}" if seconds else NO_STORE


def _attachment(file_name: str) -> str:
    """RFC 6266 and RFC 5987: plain ASCII for old browsers, the true name for all others."""
    shown = "".join(letter for letter in file_name if letter.isprintable()).strip() or "download"
    plain = "".join(letter if letter.isascii() and letter not in '"\\%;' else "_" for letter in shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
