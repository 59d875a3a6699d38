"""People as columns: what lists, search and counts need of each, and two columns made for searching."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from data.aws.columnar_query import Column
from data.aws.tables import Index, Item, Table
from data.core.models import Unreadable, read
from data.core.permissions import Role
from data.core.text import fold_for_search
from data.storage.column_store import Chunk
from data.users.models import Status, User, comparable
from data.users.table import BY_ORG, BY_ORG_UPDATED, USERS

ROLES: Final = {role.value: role.rank for role in Role}
STATUSES: Final = {status.value: number for number, status in enumerate(Status)}
MOMENT: Final = pa.timestamp("ms", "UTC")
SCHEMA: Final = pa.schema(
    {
        "user_id": pa.string(),
        "email": pa.string(),
        "username": pa.string(),
        "first_name": pa.string(),
        "last_name": pa.string(),
        "department": pa.string(),
        "manager_id": pa.string(),
        "picture_key": pa.string(),
        "picture_small_key": pa.string(),
        "last_seen_at": MOMENT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "version": pa.int64(),
        "security_version": pa.int64(),
        "role": pa.int8(),
        "status": pa.int8(),
        "compared": pa.string(),  # the name as it is compared with those of others
        "words": pa.string(),  # name, username and department, folded; a line each, so sorting by it is by name
        "address": pa.string(),  # the e-mail address, folded: apart, because not everybody may search by it
    }
)
STORED: Final = {name: User.model_fields[name].alias or name for name in SCHEMA.names if name in User.model_fields}
NUMBERS: Final = {"version", "security_version"}
NEEDED: Final = {"user_id", "created_at", "updated_at", "role", "status", "version", "security_version", "username"}


class PeopleShape:
    """How `data.storage.projection` holds people."""

    table: Table = USERS
    listed: Index = BY_ORG
    updated: Index = BY_ORG_UPDATED
    key: str = "user_id"
    wanted: tuple[Column, ...] = (
        Column("orgId", needed=True),
        *(
            Column(stored, int if name in NUMBERS else str, needed=name in NEEDED)
            for name, stored in sorted(STORED.items(), key=lambda entry: entry[0] not in NEEDED)
        ),
    )

    def of_columns(self, columns: Mapping[str, list[Any]], others: Sequence[Item]) -> Chunk:
        try:
            table = _table({name: columns[stored] for name, stored in STORED.items()})
        except (pa.ArrowInvalid, KeyError):  # a role that is none, a time written in another way: one by one, then
            rows = zip(*columns.values(), strict=True)
            return self.of_items([*(dict(zip(columns, row, strict=True)) for row in rows), *others])
        return _joined(Chunk(table), self.of_items(others)) if others else Chunk(table)

    def of_items(self, items: Sequence[Item]) -> Chunk:
        rows = [(str(item["userId"]), read(User, item)) for item in items]
        users = [row for _, row in rows if isinstance(row, User)]
        return Chunk(table_of(users), {key: row for key, row in rows if isinstance(row, Unreadable)})


def users_of(org_id: str, table: pa.Table) -> tuple[User, ...]:
    """The people in these rows, whole."""
    roles, statuses = list(Role), list(Status)
    return tuple(
        User(**row, org_id=org_id, role=roles[rank], status=statuses[number])
        for row, rank, number in zip(
            table.select([name for name in STORED if name not in ("role", "status")]).to_pylist(),
            table["role"].to_pylist(),
            table["status"].to_pylist(),
            strict=True,
        )
    )


def table_of(users: Sequence[User]) -> pa.Table:
    """Return users as columns."""
    return _table({name: [getattr(user, name) for user in users] for name in STORED})


def _table(values: Mapping[str, list[Any]]) -> pa.Table:
    """Raises KeyError, ArrowInvalid for what is not as ours are written."""
    made: dict[str, Callable[[], Iterable[Any]]] = {
        "role": lambda: [ROLES[role] for role in values["role"]],
        "status": lambda: [STATUSES[status] for status in values["status"]],
        "compared": lambda: map(_compared, *(values[name] for name in ("first_name", "last_name", "username"))),
        "words": lambda: map(_words, *(values[name] for name in ("first_name", "last_name", "username", "department"))),
        "address": lambda: [fold_for_search(email or "") for email in values["email"]],
    }
    given = (list(made[name]()) if name in made else values[name] for name in SCHEMA.names)
    arrays = [_array(column, kind) for column, kind in zip(given, SCHEMA.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    texts = kind == MOMENT and any(isinstance(value, str) for value in values)
    return pa.array(values, pa.string()).cast(MOMENT) if texts else pa.array(values, kind)


def _words(first: str | None, last: str | None, username: str, department: str | None) -> str:
    return fold_for_search(f"{_name(first, last, username)}\n{username}\n{department or ''}")


def _compared(first: str | None, last: str | None, username: str) -> str:
    return comparable(_name(first, last, username))


def _name(first: str | None, last: str | None, username: str) -> str:
    return " ".join(filter(None, (first, last))) or username


def _joined(*chunks: Chunk) -> Chunk:
    table = pa.concat_tables([chunk.table for chunk in chunks])
    return Chunk(table, {key: row for chunk in chunks for key, row in chunk.unreadable.items()})
