"""S3 beyond the small object: parts, ranges, copies, large files."""

import base64
import hashlib
import os
import secrets
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from tests.emulator.memory import Peak
from tests.emulator.shapes import PATIENCE, refusal, until
from tests.engines import client

pytestmark = pytest.mark.engine
PART = 5 << 20
FIRST, SECOND, TAIL = secrets.token_bytes(PART), secrets.token_bytes(PART), b"tail"


@pytest.fixture(scope="module")
def s3(engine):
    return client(engine, "s3")


class Upload:
    def __init__(self, s3, key, **options):
        self._s3 = s3
        begun = s3.create_multipart_upload(Bucket="bucket", Key=key, **options)
        self.place = {"Bucket": "bucket", "Key": key, "UploadId": begun["UploadId"]}

    def part(self, number, body, **options):
        answer = self._s3.upload_part(**self.place, PartNumber=number, Body=body, **options)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def complete(self, *parts):
        return self._s3.complete_multipart_upload(**self.place, MultipartUpload={"Parts": list(parts)})


def body(s3, key, **options):
    return s3.get_object(Bucket="bucket", Key=key, **options)["Body"].read()


def test_parts_come_in_any_order_and_may_be_replaced(s3):
    upload = Upload(s3, "any-order", Metadata={"a": "b"})
    last, first = upload.part(3, TAIL), upload.part(1, FIRST)
    upload.part(2, FIRST)
    middle = upload.part(2, SECOND)
    etag = upload.complete(first, middle, last)["ETag"]
    assert body(s3, "any-order") == FIRST + SECOND + TAIL
    head = s3.head_object(Bucket="bucket", Key="any-order")
    assert (head["ETag"], head["Metadata"], head["ContentLength"]) == (etag, {"a": "b"}, 2 * PART + len(TAIL))
    assert upload.complete(first, middle, last)["ETag"] == etag


def test_a_completion_that_names_wrong_parts_changes_nothing(s3):
    s3.put_object(Bucket="bucket", Key="before", Body=b"before")
    upload = Upload(s3, "before")
    first, last = upload.part(1, FIRST), upload.part(2, TAIL)
    assert refusal(lambda: upload.complete(first, last | {"ETag": '"0"'})) == "InvalidPart"
    assert refusal(lambda: upload.complete(first, last | {"PartNumber": 9})) == "InvalidPart"
    assert body(s3, "before") == b"before"
    upload.complete(first)
    assert body(s3, "before") == FIRST


def test_an_aborted_upload_is_gone(s3):
    upload = Upload(s3, "aborted")
    first = upload.part(1, FIRST)
    assert [part["Size"] for part in s3.list_parts(**upload.place)["Parts"]] == [PART]
    s3.abort_multipart_upload(**upload.place)
    assert refusal(lambda: upload.complete(first)) == "NoSuchUpload"


def test_a_part_may_be_copied_from_an_object(s3):
    s3.put_object(Bucket="bucket", Key="source", Body=FIRST + TAIL)
    upload = Upload(s3, "copied")
    span = f"bytes=0-{PART - 1}"
    copied = s3.upload_part_copy(**upload.place, PartNumber=1, CopySource="bucket/source", CopySourceRange=span)
    upload.complete({"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}, upload.part(2, TAIL))
    assert body(s3, "copied") == FIRST + TAIL


def test_checksums_of_parts_make_the_whole(s3):
    upload = Upload(s3, "summed", ChecksumAlgorithm="CRC32")
    answer = s3.upload_part(**upload.place, PartNumber=1, Body=FIRST, ChecksumAlgorithm="CRC32")
    done = upload.complete({"PartNumber": 1, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
    assert done["ChecksumCRC32"].endswith("-1")
    assert body(s3, "summed", ChecksumMode="ENABLED") == FIRST


@pytest.mark.parametrize("span", ["bytes=0-0", "bytes=5-9", "bytes=1048570-1048590", "bytes=-7", "bytes=5242870-"])
def test_ranges_of_large_and_small_objects_are_exact(s3, span):
    for key, whole in (("large", FIRST + SECOND), ("small", b"0123456789")):
        s3.put_object(Bucket="bucket", Key=key, Body=whole)
        start, _, end = span.removeprefix("bytes=").partition("-")
        wanted = whole[-int(end) :] if not start else whole[int(start) : int(end) + 1 if end else None]
        if wanted:
            assert body(s3, key, Range=span) == wanted
        else:
            assert refusal(lambda key=key: body(s3, key, Range=span)) == "InvalidRange"


def test_an_empty_object_is_one_too(s3):
    s3.put_object(Bucket="bucket", Key="empty", Body=b"")
    assert body(s3, "empty") == b""


def open_files(pid: int, part: str) -> int:
    return sum(part in str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink())


def test_a_reader_that_hangs_up_leaves_no_open_file(s3, engine):
    s3.put_object(Bucket="bucket", Key="film", Body=FIRST * 4)
    for _ in range(5):
        found = s3.get_object(Bucket="bucket", Key="film")["Body"]
        found.read(1_000)
        found.close()
    s3.delete_object(Bucket="bucket", Key="film")
    assert body(s3, "kept") == b"kept"
    assert open_files(engine.pid, "film") == 0


LARGE = 40 << 20  # well beyond what is held in memory
CHECKSUMS = [*(pytest.param(name, marks=pytest.mark.soak) for name in ("CRC32", "SHA1")), "SHA256"]


@pytest.fixture(scope="module")
def large():
    return secrets.token_bytes(1 << 20) * (LARGE >> 20)


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_large_bodies_keep_their_checksums(s3, large, algorithm):
    s3.put_object(Bucket="bucket", Key="large", Body=large, ChecksumAlgorithm=algorithm)
    found = s3.get_object(Bucket="bucket", Key="large", ChecksumMode="ENABLED")
    assert found["Body"].read() == large
    assert found["ETag"] == f'"{hashlib.md5(large).hexdigest()}"'  # noqa: S324 - S3's ETag
    assert found[f"Checksum{algorithm}"]
    wrong = {"ContentMD5": base64.b64encode(bytes(16)).decode()}
    assert refusal(lambda: s3.put_object(Bucket="bucket", Key="large", Body=large[::-1], **wrong)) == "BadDigest"
    assert body(s3, "large", Range="bytes=0-9") == large[:10]


@pytest.mark.soak
def test_large_bodies_come_by_presigned_url_and_by_part(s3, large):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "put"})
    assert httpx.put(url, content=large, trust_env=False).status_code == 200
    assert body(s3, "put") == large
    upload = Upload(s3, "part")
    upload.complete(upload.part(1, large), upload.part(2, TAIL))
    assert body(s3, "part") == large + TAIL


@pytest.mark.soak
def test_large_versions_each_keep_their_bytes(s3, large):
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    bodies = [large, large[::-1]]
    made = [s3.put_object(Bucket="versions", Key="film", Body=one)["VersionId"] for one in bodies]
    found = [s3.get_object(Bucket="versions", Key="film", VersionId=version)["Body"].read() for version in made]
    assert found == bodies


def test_an_uploader_that_hangs_up_leaves_nothing(s3, engine, large):
    s3.put_object(Bucket="bucket", Key="before", Body=b"before")
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "before"})
    with socket.create_connection(("127.0.0.1", engine.port)) as connection:
        asked = f"PUT {url.removeprefix(engine.url)} HTTP/1.1\r\nHost: 127.0.0.1:{engine.port}\r\n"
        connection.sendall(f"{asked}Content-Length: {len(large)}\r\n\r\n".encode() + large[: LARGE // 2])
        until(lambda: open_files(engine.pid, "(deleted)"))
    until(lambda: not open_files(engine.pid, "(deleted)"))
    assert body(s3, "before") == b"before"


def test_what_is_too_large_at_once_is_refused_unread(s3, engine):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "huge"})
    with closing(HTTPConnection("127.0.0.1", engine.port, timeout=PATIENCE)) as connection:
        connection.putrequest("PUT", url.removeprefix(engine.url))
        connection.putheader("Content-Length", str(2 << 30))
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, b"EntityTooLarge" in answer.read()) == (400, True)


MEGABYTES = int(os.environ.get("ENGINE_TEST_MEGABYTES", "80"))
KEPT_MEGABYTES = 60


def test_large_uploads_and_downloads_stay_out_of_memory(s3, engine, record_property):
    record_property("megabytes", MEGABYTES)
    piece, digest = secrets.token_bytes(8 << 20), hashlib.sha256()
    body(s3, "kept")
    with Peak(engine.pid) as peak:
        upload = Upload(s3, "film")
        parts = [upload.part(number, piece) for number in range(1, MEGABYTES // 8 + 1)]
        upload.complete(*parts)
        for part in s3.get_object(Bucket="bucket", Key="film")["Body"].iter_chunks(1 << 20):
            digest.update(part)
        s3.put_object(Bucket="bucket", Key="film", Body=piece * (MEGABYTES // 8))
    assert digest.digest() == hashlib.sha256(piece * len(parts)).digest()
    assert peak.growth < KEPT_MEGABYTES
