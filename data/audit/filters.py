"""Which records of the audit trail a list shows. One condition selects the index, the others filter its records."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field

from data.audit.models import AuditRecord
from data.audit.table import BY_ACTION, BY_ACTOR, BY_ENTITY, BY_ORG
from data.aws.tables import Index
from data.core import periods
from data.core.filters import MAX_LENGTH, ListFilter, Param
from data.core.models import Moment
from data.core.permissions import Actor

LONGEST: Final = Field(max_length=128)  # of an ID


DAY: Final = BeforeValidator(lambda value: periods.day_of(value) if isinstance(value, str) else value)
PERIOD: Final = BeforeValidator(lambda value: value if value in periods.LENGTHS else "")


class AuditFilter(ListFilter):
    """Who did what to which entity, through which channel, and when. `since` is inclusive, `until` is exclusive.

    `text` is searched in the recorded name of the entity and in its ID. `period`, `first_day` and `last_day` depend on
    the time and the zone of the viewer; `resolve` turns them into `since` and `until`. The worker reads the filter from
    the input of a job, so its fields keep their names.
    """

    entity_id: Annotated[str, LONGEST, Param("entity", "About {words}")] = ""
    user_id: Annotated[str, LONGEST, Param("actor", "By {words}")] = ""
    action: Annotated[str, LONGEST, Param("action", "Act is {words}", on_bar=True)] = ""
    via: Annotated[str, LONGEST, Param("via", "Through {words}")] = ""
    correlation_id: Annotated[str, LONGEST, Param("reference", "Reference {values}")] = ""
    first_day: Annotated[date | None, DAY, Param("from", "From {words}")] = None
    last_day: Annotated[date | None, DAY, Param("to", "To {words}")] = None
    period: Annotated[str, PERIOD, Param("period", "Last {words}", on_bar=True)] = ""
    text: Annotated[str, Field(max_length=MAX_LENGTH), Param("q", "“{values}” in the name", on_bar=True)] = ""
    since: Moment | None = None
    until: Moment | None = None

    def resolve(self, now: datetime, zone: tzinfo) -> Self:
        """Return the filter with fixed times."""
        first = periods.begin_of(self.first_day, zone) if self.first_day else None
        begins = [self.since, periods.back(self.period, now), first]
        until = periods.begin_of(self.last_day + timedelta(days=1), zone) if self.last_day else self.until
        times = {"since": max(filter(None, begins), default=None), "until": until}
        return self.without("first_day", "last_day", "period").model_copy(update=times)

    @property
    def contradictory(self) -> bool:
        """Whether it ends before it begins, so that no record can match."""
        return self.since is not None and self.until is not None and self.since >= self.until

    def index(self, org_id: str) -> tuple[Index, str]:
        """Return the index with the fewest other records, and its partition."""
        if self.entity_id:
            return BY_ENTITY, self.entity_id
        if self.user_id:
            return BY_ACTOR, self.user_id
        return (BY_ACTION, f"{org_id}#{self.action}") if self.action else (BY_ORG, org_id)

    def matches(self, record: AuditRecord, viewer: Actor, now: datetime) -> bool:  # noqa: ARG002 - as every filter
        conditions = (
            (self.user_id, record.user_id),
            (self.entity_id, record.entity_id),
            (self.action, record.action),
            (self.via, record.via),
            (self.correlation_id, record.correlation_id),
        )
        name = record.user_name if record.entity_id == record.user_id else record.entity_name
        searched = f"{name} {record.entity_id}".casefold()
        return (
            all(wanted in ("", found) for wanted, found in conditions)
            and all(word in searched for word in self.text.casefold().split())
            and (self.since is None or record.created_at >= self.since)
            and (self.until is None or record.created_at < self.until)
        )
