"""Plans and outcomes as objects: a plan's head, its rows in one file, and a file of outcomes for each chunk.

A plan is there when its head is: that is written last. Whoever knows the organisation and the id finds it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from json import dumps, loads
from tempfile import TemporaryFile
from typing import IO, Final, TypeVar

from pydantic import BaseModel

from data.aws.s3 import Objects
from data.batches.models import CHUNK, AppliedRow, Batch, Outcome, Part, PlannedRow
from data.errors import NotFound
from data.models import whole
from data.stores import DOCUMENTS

JSON: Final = "application/json"
LINES: Final = "application/jsonl"
CSV: Final = "text/csv; charset=utf-8"
Tally = list[dict[Outcome, int]]  # for each chunk that is done
Line = TypeVar("Line", bound=BaseModel)


class BatchRepository:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def find(self, org_id: str, batch_id: str) -> Batch | None:
        with suppress(NotFound):
            return whole(Batch, loads(self._objects.get(DOCUMENTS, key_of(org_id, batch_id, "batch.json"))))
        return None

    def store(self, batch: Batch, lines: IO[bytes]) -> None:
        """Keep a plan: its rows first, then the head by which it is found."""
        self._objects.put(DOCUMENTS, self._key(batch, "plan.jsonl"), lines, content_type=LINES)
        head = batch.model_dump_json(by_alias=True).encode()
        self._objects.put(DOCUMENTS, self._key(batch, "batch.json"), head, content_type=JSON)

    def rows(self, batch: Batch, number: int) -> list[PlannedRow]:
        """The rows of chunk `number`, from 0; only its bytes are read."""
        part = batch.parts[number]
        lines = self._objects.get(DOCUMENTS, self._key(batch, "plan.jsonl"), span=(part.begins, part.ends))
        return _read(PlannedRow, lines)

    def outcomes(self, batch: Batch, number: int) -> list[AppliedRow]:
        """What came of chunk `number`. Raises NotFound where it is not done."""
        return _read(AppliedRow, self._objects.get(DOCUMENTS, self._key(batch, _outcomes(number))))

    def note(self, batch: Batch, number: int, rows: Iterable[AppliedRow]) -> None:
        """Keep what came of chunk `number`: that it is there says that the chunk is done."""
        lines = b"".join(map(_line, rows))
        self._objects.put(DOCUMENTS, self._key(batch, _outcomes(number)), lines, content_type=LINES)

    def tally(self, batch: Batch) -> Tally:
        """How many rows of each chunk came to what, for the chunks counted so far."""
        with suppress(NotFound):
            counted = loads(self._objects.get(DOCUMENTS, self._key(batch, "tally.json")))
            return [{Outcome(name): number for name, number in each.items()} for each in counted]
        return []

    def count(self, batch: Batch, tally: Tally) -> None:
        self._objects.put(DOCUMENTS, self._key(batch, "tally.json"), dumps(tally).encode(), content_type=JSON)

    def publish(self, batch: Batch, file: IO[bytes]) -> None:
        """Keep the outcomes as a CSV file."""
        self._objects.put(DOCUMENTS, self._key(batch, "outcomes.csv"), file, content_type=CSV)

    def url(self, batch: Batch, file_name: str) -> str:
        """Where that file is fetched."""
        return self._objects.url(DOCUMENTS, self._key(batch, "outcomes.csv"), content_type=CSV, file_name=file_name)

    @staticmethod
    def _key(batch: Batch, name: str) -> str:
        return key_of(batch.org_id, batch.batch_id, name)


@contextmanager
def written(rows: Iterable[PlannedRow]) -> Iterator[tuple[IO[bytes], tuple[Part, ...]]]:
    """The rows in a file, never all of them in memory, and where each chunk of them lies in it."""
    with TemporaryFile() as file:
        parts: list[Part] = []
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK)):
            begins = file.tell()
            file.writelines(map(_line, chunk))
            counts = {act: sum(row.act is act for row in chunk) for act in {row.act for row in chunk}}
            parts.append(Part(begins=begins, ends=file.tell(), counts=counts))
        file.seek(0)
        yield file, tuple(parts)


def key_of(org_id: str, batch_id: str, name: str) -> str:
    """The contract's: exports/{orgId}/{batchId}/plan.jsonl and beside it."""
    return f"exports/{org_id}/{batch_id}/{name}"


def spans(counts: Iterable[int], first: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Where rows `first` to `first + most` lie, if the chunks have so many each: chunk, how many to skip, to take."""
    for number, there in enumerate(counts):
        if most <= 0:
            return
        if first < there:
            taken = min(most, there - first)
            yield number, first, taken
            first, most = 0, most - taken
        else:
            first -= there


def counted(rows: Iterable[AppliedRow]) -> dict[Outcome, int]:
    found: dict[Outcome, int] = {}
    for row in rows:
        found[row.outcome] = found.get(row.outcome, 0) + 1
    return found


def _outcomes(number: int) -> str:
    return f"outcomes-{number:05}.jsonl"


def _line(row: BaseModel) -> bytes:
    return row.model_dump_json(by_alias=True, exclude_defaults=True).encode() + b"\n"


def _read(model: type[Line], lines: bytes) -> list[Line]:
    return [model.model_validate_json(line) for line in lines.splitlines()]
