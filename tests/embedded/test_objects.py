"""S3 beyond the small object: parts, ranges, copies, large files."""

import secrets
from pathlib import Path

import pytest

from tests.embedded.shapes import refusal
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
