"""A file of people as it is read, and what was found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from data.core.models import Command, example
from data.core.text import normalise_email
from data.jobs.models import Job

MOST_BYTES: Final = 50 * 1024 * 1024
MOST_LINES: Final = 100_000
CSV_TYPE: Final = "text/csv"

# What a column may be headed by: our own words, as the export and the pages have them, and the API's names.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "user_id": ("User ID",),
    "username": ("Username",),
    "email": ("E-mail", "E-mail address"),
    "first_name": ("First name",),
    "last_name": ("Last name",),
    "role": ("Role",),
    "status": ("Status",),
    "department": ("Department",),
    "manager_id": ("Manager ID", "Manager"),
    "job_title": ("Job title",),
    "phone": ("Phone",),
    "location": ("Location",),
    "timezone": ("Time zone",),
    "bio": ("About",),
}
FIELDS: Final = tuple(HEADS)
WHO: Final = ("user_id", "email", "username")  # by which a person is found, in this order
LINE: Final = "Line"  # beside the columns of lines that were rejected
WRONG: Final = "What is wrong"
UNUSED: Final = ("Last seen", "Created", LINE, WRONG)  # our own files have them, and nobody can set them
# Heads that stand together in no files but ours: in the export of people, and in that of rejected lines.
OURS: Final = (frozenset({"User ID", "Manager ID", "Manager", "Last seen", "Created"}), frozenset({LINE, WRONG}))


class NewFile(Command):
    """A file of so many bytes that a browser wants to send."""

    model_config = example(size=48_213)

    size: Annotated[int, Field(ge=1, le=MOST_BYTES)]


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """Where to send the file: `fields`, and last the file, are posted to `url`."""

    upload_id: str
    url: str
    fields: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: the line it begins on, and the texts that stand in it, by field; empty ones are absent."""

    number: int
    cells: Mapping[str, str]
    surplus: tuple[str, ...] = ()  # the texts beyond the last head, up to the last that is not empty

    @property
    def email(self) -> str:
        """As e-mails are compared; empty where there is none."""
        return normalise_email(self.cells.get("email", ""))

    @property
    def username(self) -> str:
        """As usernames are written; empty where there is none."""
        return self.cells.get("username", "").lower()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read. `unknown`: heads that are none of ours; `unused`: ours that nobody can set."""

    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    unused: tuple[str, ...]
    encoding: str
    separator: str


class Finding(BaseModel):
    """What the dry run found, as it is kept with its job.

    `refused`: why the file as a whole could not be read, by line or head; then there is no plan. `alike`: rows that
    are as they stand in the file already.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    rows: int = 0
    create: int = 0
    change: int = 0
    reject: int = 0
    alike: int = 0
    encoding: str = ""
    separator: str = ""
    columns: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    refused: str = ""
    batch_id: str | None = None

    @property
    def to_do(self) -> int:
        """The rows that applying will touch."""
        return self.create + self.change

    @property
    def planned(self) -> bool:
        """Whether there is a plan to look at."""
        return self.batch_id is not None

    def kept(self) -> dict[str, Any]:
        """As the job's result."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


@dataclass(frozen=True, slots=True)
class Import:
    """A file that somebody sent, the job that looks into it, and what that found; None until it is done."""

    job: Job
    file_name: str
    finding: Finding | None

    @classmethod
    def of(cls, job: Job) -> Self:
        finding = Finding.model_validate(job.result) if job.result is not None else None
        return cls(job, str(job.input.get("fileName", "")), finding)
