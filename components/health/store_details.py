"""Health, one table or bucket: all that AWS tells of it. Read only."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from components.health.remedies import problems, size
from components.health.stores import objects, state
from components.kit import elements
from components.kit.formatting import absolute, count, plural
from components.kit.table import Column, table
from components.kit.values import Code, Link, State, Value
from data.aws.bucket_state import BucketRules, BucketState, Lifecycle
from data.aws.store_state import StoreState
from data.aws.table_state import IndexState, TableState

INDEXES: Final = [
    Column("name", "Index", "link", width="46%"),
    Column("state", "State", "state", width="12%"),
    Column("items", "Items", numeric=True),
    Column("size", "Size", numeric=True, wide=True),
    Column("projection", "Holds", wide=True),
]
BILLING: Final = {"PAY_PER_REQUEST": "On demand", "PROVISIONED": "Provisioned"}
PROJECTIONS: Final = {"ALL": "All attributes", "KEYS_ONLY": "Keys only", "INCLUDE": "Some attributes"}
ENCRYPTION: Final = {"AES256": "With a key of S3", "aws:kms": "With a key of KMS", "aws:kms:dsse": "Twice, with KMS"}
SWITCHED: Final = {"ENABLED": "on", "ENABLING": "being switched on", "DISABLING": "being switched off"}


def show(store: StoreState, rules: Callable[[], BucketRules]) -> None:
    """What is wrong with it, if anything is, and what it is; `rules` reads those of a bucket."""
    if store.problem:
        problems([(store.problem, store.remedy)], f"of_{store.kind}")
    if isinstance(store, TableState):
        _table(store)
    elif isinstance(store, BucketState) and store.items is not None:
        _bucket(store, rules())


def _table(store: TableState) -> None:
    strip: list[tuple[str, Value]] = [("State", state(store)), ("Name", Code(store.real_name))]
    strip += [("Key", Code(" + ".join(store.keys))), ("Items", count(store.items or 0)), ("Size", size(store.size))]
    elements.facts(strip, flow="strip")
    elements.section("Indexes", count(len(store.indexes)) if store.indexes else "")
    if store.indexes:
        rows = [_index(index) for index in store.indexes]
        table(INDEXES, rows, key="health_indexes", caption="Each index with its state", compact=True)
    else:
        elements.said("This table is read by its key alone.")
    elements.section("Settings")
    switched = SWITCHED.get(store.expiry)
    elements.facts(
        [
            ("Expiry", f"By {store.expires}, {switched}" if switched else "Off"),
            ("Stream", store.stream.replace("_", " ").capitalize() or "Off"),
            ("Billing", BILLING.get(store.billing, store.billing)),
            ("Encryption", f"With a key of yours ({store.encryption})" if store.encryption else "With a key of AWS"),
            ("Deletion", "Refused: the table is protected" if store.protected else "Not protected"),
            ("Created", absolute(store.created_at) if store.created_at else None),
        ]
    )


def _bucket(store: BucketState, rules: BucketRules) -> None:
    there = size(store.size) + ("+" if store.more else "")
    strip: list[tuple[str, Value]] = [("State", state(store)), ("Name", Code(store.real_name))]
    strip += [("Objects", objects(store)), ("Size", there), ("Region", Code(store.region))]
    elements.facts(strip, flow="strip")
    elements.section("Rules")
    settings = {
        "closed": (
            "Public access",
            "Closed" if rules.closed else State("Open: one of the four blocks is off", "bad"),
        ),
        "encryption": ("Encryption", ENCRYPTION.get(rules.encryption, rules.encryption) or "Not set"),
        "versioning": ("Versioning", rules.versioning or "Off"),
        "origins": ("Browsers from", ", ".join(rules.origins) or "Nowhere"),
        "lifecycle": ("Lifecycle", _fates(rules.lifecycle)),
    }
    elements.facts([(label, rules.refused.get(name, value)) for name, (label, value) in settings.items()])


def _fates(all_of_them: Sequence[Lifecycle]) -> str:
    words = "; ".join(map(_fate, all_of_them))
    return f"{words[:1].upper()}{words[1:]}" or "Everything stays"


def _fate(one: Lifecycle) -> str:
    """In words: under exports/: removed after 7 days."""
    after = f"after {plural(one.days, 'day', 'days')}"
    act = {"expire": "removed", "abort": "unfinished uploads given up"}.get(one.act)
    where = f"under {one.prefix}: " if one.prefix else ""
    return f"{where}{act} {after}" if act else f"{where}moved to {one.act.replace('_', ' ').lower()} {after}"


def _index(index: IndexState) -> dict[str, Any]:
    return {
        "id": index.name,
        "name": Link(index.name, line=" + ".join(index.keys)),
        "state": State(_word(index), "bad") if index.problem else State("Ready", "ok"),
        "items": None if index.items is None else count(index.items),
        "size": size(index.size),
        "projection": PROJECTIONS.get(index.projection, index.projection),
    }


def _word(index: IndexState) -> str:
    return "Other keys" if index.state == "ACTIVE" else index.state.capitalize()
