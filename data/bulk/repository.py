"""Plans and outcomes as objects: a plan's head, its rows in one file, and a file of outcomes for each chunk.

A plan is there when its head is: that is written last. Whoever knows the organisation and the id finds it.

Each attempt at the job writes its outcomes, and its tally of all chunks so far, under names of its own, so that no two
write over each other. The job's row says which tally counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from json import loads
from tempfile import TemporaryFile
from typing import IO, Final, TypeVar

from pydantic import BaseModel

from data.aws.s3 import Objects
from data.bulk.models import CHUNK, AppliedRow, Batch, Done, Outcome, Part, PlannedRow, added_up
from data.config.resources import DOCUMENTS
from data.core.errors import NotFound
from data.core.models import whole

JSON: Final = "application/json"
LINES: Final = "application/jsonl"
CSV: Final = "text/csv; charset=utf-8"
PUBLISHED: Final = "outcomes.csv"
Tally = list[Done]  # for each chunk, from the first, as far as they are done
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

    def outcomes(self, batch: Batch, chunk: Done) -> list[AppliedRow]:
        """What came of a chunk."""
        return _read(AppliedRow, self._objects.get(DOCUMENTS, self._key(batch, chunk.name)))

    def find_outcomes(self, batch: Batch, number: int, attempt: str) -> Done | None:
        """What came of chunk `number` as this attempt noted it."""
        name = _outcomes(number, attempt)
        with suppress(NotFound):
            return Done(name=name, counts=counted(self.outcomes(batch, Done(name=name, counts={}))))
        return None

    def note(self, batch: Batch, number: int, attempt: str, rows: Sequence[AppliedRow]) -> Done:
        """Keep what came of chunk `number` in this attempt."""
        name = _outcomes(number, attempt)
        self._objects.put(DOCUMENTS, self._key(batch, name), b"".join(map(_line, rows)), content_type=LINES)
        return Done(name=name, counts=counted(rows))

    def tally(self, batch: Batch, name: str) -> Tally:
        """The tally of this name; before there is any, none of the chunks."""
        return _read(Done, self._objects.get(DOCUMENTS, self._key(batch, name))) if name else []

    def count(self, batch: Batch, attempt: str, tally: Tally) -> str:
        """Keep the tally of this attempt; its name."""
        name = f"tally-{len(tally):05}-{attempt}.jsonl"
        self._objects.put(DOCUMENTS, self._key(batch, name), b"".join(map(_line, tally)), content_type=LINES)
        return name

    def publish(self, batch: Batch, file: IO[bytes]) -> None:
        """Keep the outcomes as a CSV file."""
        self._objects.put(DOCUMENTS, self._key(batch, PUBLISHED), file, content_type=CSV)

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


def came_to(tally: Iterable[Done]) -> dict[Outcome, int]:
    """How many rows of these chunks came to what."""
    return added_up(chunk.counts for chunk in tally)


def counted(rows: Iterable[AppliedRow]) -> dict[Outcome, int]:
    found: dict[Outcome, int] = {}
    for row in rows:
        found[row.outcome] = found.get(row.outcome, 0) + 1
    return found


def _outcomes(number: int, attempt: str) -> str:
    return f"outcomes-{number:05}-{attempt}.jsonl"


def _line(row: BaseModel) -> bytes:
    return row.model_dump_json(by_alias=True, exclude_defaults=True).encode() + b"\n"


def _read(model: type[Line], lines: bytes) -> list[Line]:
    return [model.model_validate_json(line) for line in lines.splitlines()]
