"""Concurrent writers that know what was acknowledged to them, and the verdict over what is there afterwards."""
# ruff: noqa: S311 - chance, no secrets

import hashlib
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from data.emulator import Engine
from tests.emulator.shapes import everything, key, number, text
from tests.engines import client

ACCOUNTS = 10
START = 100


@dataclass
class Load:
    """Writers of every kind. What one of them noted was acknowledged; what it had only asked for is in doubt."""

    queue: str = ""
    kills: int = 0
    items: dict[tuple[str, str], str] = field(default_factory=dict)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    counted: Counter = field(default_factory=Counter)
    objects: dict[str, str] = field(default_factory=dict)
    deleted_objects: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    received: set[str] = field(default_factory=set)
    deleted_messages: set[str] = field(default_factory=set)

    def prepare(self, engine: Engine) -> None:
        client(engine, "s3").create_bucket(Bucket="load")
        visible = {"VisibilityTimeout": "0"}
        self.queue = client(engine, "sqs").create_queue(QueueName="load", Attributes=visible)["QueueUrl"]
        for account in range(ACCOUNTS):
            item = key("account", account) | {"sum": number(START)}
            client(engine, "dynamodb").put_item(TableName="things", Item=item)

    def run(self, engine: Engine, until: threading.Event) -> list[threading.Thread]:
        """Start all writers; they go on over errors until the event."""
        kinds = [self.put, self.put, self.count, self.delete, self.transact, self.transfer, self.batch]
        kinds += [self.store, self.send, self.receive]
        services = {self.store: "s3", self.send: "sqs", self.receive: "sqs"}
        threads = [
            threading.Thread(target=self._write, args=(kind, client(engine, services.get(kind, "dynamodb")), until))
            for kind in kinds
        ]
        for thread in threads:
            thread.start()
        return threads

    def _write(self, kind: Any, service: Any, until: threading.Event) -> None:
        while not until.is_set():
            try:
                kind(service, f"{random.getrandbits(60):x}")
            except (ClientError, BotoCoreError):
                until.wait(0.01)

    def put(self, dynamodb: Any, name: str) -> None:
        index = {"group": text("all"), "rank": text(name)}
        dynamodb.put_item(TableName="things", Item=key("put", name) | index | {"v": text(name * 10)})
        self.items["put", name] = name * 10

    def count(self, dynamodb: Any, _: str) -> None:
        counter = f"{threading.get_ident()}-{random.randrange(20)}"
        dynamodb.update_item(TableName="things", Key=key("counter", counter), **adding(1))
        self.counted[counter] += 1

    def delete(self, dynamodb: Any, name: str) -> None:
        dynamodb.put_item(TableName="things", Item=key("deleted", name))
        dynamodb.delete_item(TableName="things", Key=key("deleted", name))
        self.deleted.add(("deleted", name))

    def transact(self, dynamodb: Any, name: str) -> None:
        puts = [{"TableName": "things", "Item": key(f"three-{name}", n) | {"v": text(name)}} for n in range(3)]
        dynamodb.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        self.items |= {(f"three-{name}", str(n)): name for n in range(3)}

    def transfer(self, dynamodb: Any, _: str) -> None:
        accounts = zip(random.sample(range(ACCOUNTS), 2), (1, -1), strict=True)
        moves = [{"TableName": "things", "Key": key("account", account)} | adding(n) for account, n in accounts]
        dynamodb.transact_write_items(TransactItems=[{"Update": move} for move in moves])

    def batch(self, dynamodb: Any, name: str) -> None:
        items = [key("batch", f"{name}-{n}") | {"v": text("b")} for n in range(5)]
        dynamodb.batch_write_item(RequestItems={"things": [{"PutRequest": {"Item": item}} for item in items]})
        self.items |= {("batch", f"{name}-{n}"): "b" for n in range(5)}

    def store(self, s3: Any, name: str) -> None:
        body = random.randbytes(random.choice([10, 5_000, 200_000]))
        s3.put_object(Bucket="load", Key=name, Body=body)
        self.objects[name] = hashlib.sha256(body).hexdigest()
        if random.random() < 0.2:
            del self.objects[name]
            s3.delete_object(Bucket="load", Key=name)
            self.deleted_objects.add(name)

    def send(self, sqs: Any, name: str) -> None:
        sqs.send_message(QueueUrl=self.queue, MessageBody=name)
        self.sent.add(name)

    def receive(self, sqs: Any, _: str) -> None:
        for message in sqs.receive_message(QueueUrl=self.queue, VisibilityTimeout=1).get("Messages", []):
            self.received.add(message["Body"])
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            self.deleted_messages.add(message["Body"])

    @property
    def acknowledged(self) -> int:
        """How many writes were answered as done."""
        kept = (self.items, self.objects, self.sent, self.deleted, self.deleted_objects, self.deleted_messages)
        return sum(map(len, kept)) + self.counted.total()

    def complaints(self, engine: Engine) -> list[str]:
        """What was acknowledged and is not so; empty when all is well."""
        return [*self._wrong_items(engine), *self._wrong_objects(engine), *self._wrong_messages(engine)]

    def _wrong_items(self, engine: Engine) -> list[str]:
        there = everything(client(engine, "dynamodb"))
        value = {place: item.get("v", text("")).get("S") for place, item in there.items()}
        wrong = [f"lost {place}" for place, wanted in self.items.items() if value.get(place) != wanted]
        wrong += [f"deleted, and back: {place}" for place in self.deleted if place in there]
        threes = Counter(pk for pk, _ in there if pk.startswith("three-"))
        wrong += [f"half a transaction: {pk}" for pk, count in threes.items() if count != 3]
        total = sum(int(there["account", str(account)]["sum"]["N"]) for account in range(ACCOUNTS))
        wrong += [] if total == ACCOUNTS * START else [f"transfers changed the sum to {total}"]
        for counter, acknowledged in self.counted.items():
            counted = int(there.get(("counter", counter), {}).get("sum", number(0))["N"])
            if not acknowledged <= counted <= acknowledged + self.kills:
                wrong.append(f"counter {counter}: {acknowledged} acknowledged, {counted} there")
        indexed = sum("group" in item for item in there.values())
        wrong += [] if indexed == grouped(client(engine, "dynamodb")) else ["the index differs from the table"]
        return wrong

    def _wrong_objects(self, engine: Engine) -> list[str]:
        s3, there = client(engine, "s3"), set()
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket="load"):
            there |= {found["Key"] for found in page.get("Contents", [])}
        wrong = [f"deleted, and back: object {name}" for name in self.deleted_objects & there]
        for name, digest in self.objects.items():
            body = s3.get_object(Bucket="load", Key=name)["Body"].read() if name in there else b""
            wrong += [] if hashlib.sha256(body).hexdigest() == digest else [f"lost object {name}"]
        return wrong

    def _wrong_messages(self, engine: Engine) -> list[str]:
        sqs, left = client(engine, "sqs"), set()
        request = {"QueueUrl": self.queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600, "WaitTimeSeconds": 2}
        while messages := sqs.receive_message(**request).get("Messages"):
            left |= {message["Body"] for message in messages}
        wrong = [f"lost message {name}" for name in self.sent - left - self.received]
        return wrong + [f"deleted, and back: message {name}" for name in self.deleted_messages & left]


def adding(amount: int) -> dict[str, Any]:
    return {
        "UpdateExpression": "ADD #sum :amount",
        "ExpressionAttributeNames": {"#sum": "sum"},
        "ExpressionAttributeValues": {":amount": number(amount)},
    }


def grouped(dynamodb: Any) -> int:
    """How many items the index has."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName="things",
        IndexName="ByGroup",
        KeyConditionExpression="#group = :all",
        ExpressionAttributeNames={"#group": "group"},
        ExpressionAttributeValues={":all": text("all")},
        Select="COUNT",
    )
    return sum(page["Count"] for page in pages)
