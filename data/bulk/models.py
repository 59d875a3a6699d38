"""Many people changed at once: what is planned, row by row, and what came of each row."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from data.config.resources import FILES_QUEUE
from data.core.models import Moment, Stored
from data.core.permissions import Permission
from data.domain import JobType
from data.users.models import needed_to_change

APPLY: Final = JobType(
    name="apply-people",
    queue=FILES_QUEUE,
    label="People changed together",
    icon="group",
    permission=Permission.LIST_USERS,
    page="batch?id=",
    title_from="title",
)
MOST_ROWS: Final = 100_000
CHUNK: Final = 200  # rows that are done side by side, and whose outcomes are one object
Cause = Literal["bulk", "import", "undo", "retry"]


class Act(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    REJECT = "reject"


class Outcome(StrEnum):
    """MOVED: somebody changed the same field since the plan. GONE: nobody is there by that id."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    REFUSED = "refused"
    GONE = "gone"


class _Line(BaseModel):
    """One line of an object of ours."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class PlannedRow(_Line):
    """What is to be done about one person, frozen when it was planned.

    `number`: the line of the file, or the place in the selection, from 1. `user_id` of a row to be created: the id
    that the person will get, so that twice is once. `version`: the person's when it was planned.
    `before` has only the fields that change, named as EditPerson names them; `after` what they become, for CREATE all
    values of CreatePerson. `reasons` of a REJECT: field → what is wrong and the remedy, "" for the row itself.
    """

    number: int
    act: Act
    user_id: str
    name: str
    version: int | None = None
    before: Mapping[str, Any] = Field(default_factory=dict)
    after: Mapping[str, Any] = Field(default_factory=dict)
    reasons: Mapping[str, str] = Field(default_factory=dict)

    @property
    def needs(self) -> frozenset[Permission]:
        """What it takes to do this, whoever it is about."""
        match self.act:
            case Act.CREATE:
                return frozenset({Permission.CREATE_USERS})
            case Act.CHANGE:
                return frozenset(needed_to_change(self.after))
            case Act.REJECT:
                return frozenset()


class AppliedRow(_Line):
    """What came of one row. `words`: why, for a person, "" when it went well. `version`: the person's afterwards."""

    number: int
    user_id: str
    name: str
    outcome: Outcome
    words: str = ""
    version: int | None = None
    before: Mapping[str, Any] = Field(default_factory=dict)
    after: Mapping[str, Any] = Field(default_factory=dict)

    @classmethod
    def of(cls, row: PlannedRow, outcome: Outcome, *, words: str = "", version: int | None = None) -> Self:
        """The outcome of this planned row."""
        common = {name: getattr(row, name) for name in ("number", "user_id", "name", "before", "after")}
        return cls(**common, outcome=outcome, words=words, version=version)


class Part(_Line):
    """Where a chunk of a plan lies in its object, in bytes, and how many of its rows are of each act."""

    begins: int
    ends: int
    counts: Mapping[Act, int]


class Done(_Line):
    """A chunk as far as it is done: the object with its outcomes, and how many of its rows came to what."""

    name: str
    counts: Mapping[Outcome, int]


class Batch(Stored):
    """A plan's head. `counts`: rows by act. `needs`: what it takes to apply it.

    `source`: the batch that this one undoes, or tries again.
    """

    stored_key: ClassVar = ("batchId",)  # a plan is an object, which no table has

    batch_id: str
    org_id: str
    cause: Cause
    title: str
    counts: Mapping[Act, int]
    created_by: str
    created_at: Moment
    needs: tuple[Permission, ...] = ()
    source: str | None = None
    parts: tuple[Part, ...] = ()

    @property
    def id(self) -> str:
        return self.batch_id

    @property
    def creates_users(self) -> bool:
        """Whether its rows hold what stood in a file of people, also of people who were never created."""
        return self.cause == "import" or Permission.CREATE_USERS in self.needs

    @property
    def rows(self) -> int:
        """All rows of the plan, also those that are rejected."""
        return sum(self.counts.values())

    @property
    def to_do(self) -> int:
        """The rows that applying it will touch."""
        return self.rows - self.counts.get(Act.REJECT, 0)


def added_up(counts: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    """The sum of these counts, name by name."""
    total: dict[Any, int] = {}
    for each in counts:
        for name, number in each.items():
            total[name] = total.get(name, 0) + number
    return total
