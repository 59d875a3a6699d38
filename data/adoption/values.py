"""What an item of the seeds' tables lacks to be one of ours. Pure: an item in, the attributes to set out.

Nothing of the seed's is lost: an attribute whose value we cannot use is kept as `{name}Before`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from data.audit.table import AUDIT_LOG
from data.aws.tables import Item, Table
from data.core.clock import iso
from data.core.permissions import Role
from data.media.table import MEDIA
from data.submissions.table import SUBMISSIONS
from data.users.models import Status
from data.users.table import USERS

CREATED: Final = ("createdAt", "created_at", "timestamp", "uploadedAt", "submittedAt")
UPDATED: Final = ("updatedAt", "updated_at", "lastModified")
MILLISECONDS: Final = 10**11  # epoch numbers above are milliseconds: as seconds they would be in the year 5138
DERIVED: Final = frozenset({"orgRole", "orgStatus", "orgAction", "orgChecksum"})  # ours alone, made of others
LATEST: Final = 253_402_300_799  # the last second of the year 9999


def lacking(table: Table, item: Item, *, org_id: str, at: datetime) -> dict[str, Any]:
    """The attributes to set on `item`; none if it is ours already. What is there and of use stays as it is."""
    if table is AUDIT_LOG and _text(item.get("orgId")):
        return {}  # a record of ours, and records are never altered
    wanted: dict[str, Any] = {"orgId": _text(item.get("orgId")) or org_id}
    wanted["createdAt"] = _text(item.get("createdAt")) or _moment(item, CREATED) or iso(at)
    wanted["updatedAt"] = _text(item.get("updatedAt")) or _moment(item, UPDATED) or wanted["createdAt"]
    wanted["version"] = _whole(item.get("version"))
    if table in OWN:
        wanted |= OWN[table](item, wanted)
    return changes(item, wanted)


def changes(item: Item, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `wanted` that `item` has not, and under `{name}Before` what they displace."""
    new = {name: value for name, value in wanted.items() if name not in item or item[name] != value}
    displaced = {f"{name}Before": item[name] for name in new if name not in DERIVED and item.get(name) is not None}
    return new | displaced


def _user(item: Item, wanted: Mapping[str, Any]) -> dict[str, Any]:
    role = _one_of(Role, item.get("role"), Role.USER)
    inactive = item.get("isActive") is False or item.get("active") is False
    status = _one_of(Status, item.get("status"), Status.INACTIVE if inactive else Status.ACTIVE)
    rights = {"role": role, "status": status, "securityVersion": _whole(item.get("securityVersion"))}
    return rights | {"orgRole": f"{wanted['orgId']}#{role}"}


def _submission(item: Item, wanted: Mapping[str, Any]) -> dict[str, Any]:
    status = _text(item.get("status")) or "draft"
    derived = {"status": status, "orgStatus": f"{wanted['orgId']}#{status}"}
    if status != "draft":
        derived["submittedAt"] = (
            _text(item.get("submittedAt")) or _moment(item, ("submittedAt",)) or wanted["createdAt"]
        )
    return derived


def _record(item: Item, wanted: Mapping[str, Any]) -> dict[str, Any]:
    action = _text(item.get("action"))
    return {"orgAction": f"{wanted['orgId']}#{action}"} if action else {}


def _medium(item: Item, wanted: Mapping[str, Any]) -> dict[str, Any]:
    checksum = _text(item.get("checksum"))
    return {"orgChecksum": f"{wanted['orgId']}#{checksum}"} if checksum else {}


OWN: Final[Mapping[Table, Callable[[Item, Mapping[str, Any]], dict[str, Any]]]] = {
    USERS: _user,
    SUBMISSIONS: _submission,
    AUDIT_LOG: _record,
    MEDIA: _medium,
}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    """A version; 1 for what is none."""
    whole = isinstance(value, Decimal) and value >= 1 and value == value.to_integral_value()
    return int(value) if whole else 1


def _moment(item: Item, names: tuple[str, ...]) -> str:
    """The first of these attributes that tells a time, as text; epoch seconds and milliseconds are understood."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, Decimal) and 0 < value < LATEST * 1000:
            seconds = value / 1000 if value >= MILLISECONDS else value
            return iso(datetime.fromtimestamp(float(seconds), UTC))
    return ""


def _one_of(kind: type[Role] | type[Status], value: Any, default: str) -> str:
    """The value as we write it; whatever we do not know is kept, to be shown as what it is; default for none."""
    written = _text(value)
    folded = written.strip().lower()
    return folded if folded in set(kind) else written or str(default)
