"""Items kept as text are, to all who look, the items that were stored."""
# ruff: noqa: SLF001 - the names are those of internals.py

import copy
import importlib
import json
from collections import defaultdict

import pytest

from tests.emulator.random_items import RandomTables
from tests.emulator.shapes import number, text

pytestmark = pytest.mark.engine
ITEM = {"pk": text("p"), "é😀": {"M": {"l": {"L": [number("0.10"), {"NULL": True}]}, "b": {"BOOL": False}}}}


@pytest.fixture
def packed(ministack):
    assert ministack
    return importlib.import_module("data.emulator.packed")


@pytest.fixture
def partition(packed):
    made = packed.Partition({"a": ITEM, "b": ITEM | {"x": text("y")}})
    made.pack("a")
    return made


def test_every_way_to_look_gives_items(partition):
    whole = {"a": ITEM, "b": ITEM | {"x": text("y")}}
    looks = [dict(partition), dict(partition.items()), partition.copy(), copy.deepcopy(partition), {**partition}]
    looks += [json.loads(json.dumps(partition)), dict(zip(partition, partition.values(), strict=True))]
    looks += [{sk: partition[sk] for sk in sorted(partition.keys())}, {sk: partition.get(sk) for sk in partition}]
    assert looks == [whole] * len(looks)
    assert (partition.get("c"), partition.get("c", 1), partition.pop("c", 2)) == (None, 1, 2)
    assert partition.pop("a") == ITEM
    assert list(partition) == ["b"]
    with pytest.raises(KeyError):
        partition.pop("a")


def test_who_changes_what_was_handed_out_changes_nothing(partition):
    partition["a"]["pk"]["S"] = "changed"
    assert partition["a"] == ITEM


@pytest.mark.parametrize("odd", ["\ud800", "a\udfffb", "\0", '"\\', "\U0010ffff"], ids=ascii)
def test_odd_text_is_kept_as_it_was(packed, odd):
    item = {"pk": text(odd), odd: text("x")}
    assert packed.decode(packed.encode(item)) == item
    assert packed.decode_all([packed.encode(item), packed.encode(ITEM)]) == [item, ITEM]


def test_items_that_may_expire_are_found_without_the_others(packed, partition):
    partition["c"] = {"pk": text("p"), "ttl": number(1)}
    for sk in partition:
        partition.pack(sk)
    assert partition.mentioning("ttl") == [("c", partition["c"])]
    assert {sk for sk, _ in partition.mentioning("é😀")} >= {"a", "b"}
    assert ("c", partition["c"]) in packed.Partition(partition).mentioning("ttl")


def test_a_table_keeps_what_is_written_as_text(ministack, packed):
    definition = RandomTables(seed=3).definitions()[0]
    try:
        ministack._create_table(copy.deepcopy(definition))
        item = {"pk": text("p"), "sk": text("s"), "group": text("g"), "number": number(1)}
        ministack._put_item({"TableName": definition["TableName"], "Item": copy.deepcopy(item)})
        table = ministack._tables[definition["TableName"]]
        assert isinstance(table["items"], packed.Items)
        assert dict.get(table["items"]["p"], "s") == packed.encode(item)
    finally:
        ministack._delete_table({"TableName": definition["TableName"]})


def test_tables_of_text_answer_as_tables_of_items(ministack):
    story = RandomTables(seed=5)
    try:
        for definition in story.definitions():
            ministack._create_table(copy.deepcopy(definition))
        for _ in range(300):
            handler, request = story.write()
            getattr(ministack, handler)(copy.deepcopy(request))
        asked = [story.query() for _ in range(100)]
        ours = [ministack._query(copy.deepcopy(request)) for request in asked]
        for name in story.kinds:
            table = ministack._tables[name]
            table["items"] = defaultdict(dict, {pk: dict(members) for pk, members in table["items"].items()})
            ministack._items_replaced(table)
        theirs = [ministack._query(copy.deepcopy(request)) for request in asked]
        assert [(status, json.loads(body)) for status, _, body in ours] == [
            (status, json.loads(body)) for status, _, body in theirs
        ]
        assert sum(json.loads(body).get("Count", 0) for _, _, body in ours) > 300
    finally:
        for name in story.kinds:
            ministack._delete_table({"TableName": name})
