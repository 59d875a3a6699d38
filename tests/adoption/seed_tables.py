"""The tables of seed 000, as its commands make them, and items such as its functions and by hand may leave."""

from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary

from data.aws.tables import marshal

SEED = {
    "users": ("userId", {"EmailIndex": "email", "RoleIndex": "role"}),
    "profiles": ("profileId", {"UserIdIndex": "userId", "ManagerIdIndex": "managerId"}),
    "submissions": ("submissionId", {"UserIdIndex": "userId", "StatusIndex": "status"}),
    "media": ("mediaId", {"UserIdIndex": "userId", "SubmissionIdIndex": "submissionId"}),
    "audit-log": ("logId", {"UserIdIndex": "userId", "EntityIdIndex": "entityId"}),
}
FULL_WIDTH = "\uff42\uff4f\uff53\uff53"  # boss
THROUGHPUT = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
FOREIGN = {
    "exact": Decimal("12345678901234567890.123456789012345678"),
    "tiny": Decimal("1E-130"),
    "tags": {"a", "b"},
    "numbers": {Decimal(1), Decimal("2.5")},
    "blobs": {Binary(b"\x00"), Binary(b"\xff")},
    "raw": Binary(b"\x00\x01\xff"),
    "nothing": None,
    "empty": "",
    "nested": {"list": [None, True, {"deep": ""}], "map": {}},
    "name with spaces & ünïcode": "✓",
}


def make(client: Any) -> None:
    for name, (key, indexes) in SEED.items():
        client.create_table(
            TableName=f"pre-work-{name}-dev",
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"} for attribute in (key, *indexes.values())
            ],
            KeySchema=_hash(key),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": _hash(attribute),
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": THROUGHPUT,
                }
                for index, attribute in indexes.items()
            ],
            ProvisionedThroughput=THROUGHPUT,
        )


def fill(client: Any) -> dict[str, list[dict[str, Any]]]:
    """Put the items; by the short name of their table."""
    items = {"users": _users(), "profiles": _profiles(), "submissions": _submissions(), "media": _media()}
    items["audit-log"] = [
        {
            "logId": "l1",
            "userId": "u1",
            "entityId": "u2",
            "action": "user_updated",
            "timestamp": "2024-03-01",
        },
        {"logId": "l2", "entityId": "s1", "timestamp": Decimal(1709287200), "details": FOREIGN},
        {"logId": "l3", "orgId": "globex", "action": "kept", "createdAt": "2024-01-01T00:00:00.000Z"},
    ]
    for table, rows in items.items():
        for row in rows:
            client.put_item(TableName=f"pre-work-{table}-dev", Item=marshal(row))
    return items


def _users() -> list[dict[str, Any]]:
    return [
        {"userId": "u1", "email": "boss@example.com", "username": "boss", "role": "admin", "isActive": True, **FOREIGN},
        {"userId": "u2", "email": "Ann@Example.com", "username": "Ann", "role": "Manager", "status": "ACTIVE"},
        {"userId": "u3", "email": "ann@example.com", "username": "ann", "role": "user", "status": "active"},
        {
            "userId": "u4",
            "email": "nobody@example.com",
            "role": "user",
            "isActive": False,
            "createdAt": Decimal(1700000000),
        },
        {"userId": "u5", "username": "x", "version": "seven", "createdAt": "2023-05-05T05:05:05.000Z"},
        {"userId": "u6"},
        {
            "userId": "u7",
            "email": f"{FULL_WIDTH}@example.com",
            "username": "Bøss Two!",
            "role": "owner",
            "status": "active",
        },
        {"userId": "u8", "email": "two@example.com", "username": "two", "role": "admin", "status": "inactive"},
        {"userId": "u9", "email": "three@example.com", "username": "three", "role": "admin", "status": "active"},
        {"userId": "u10", "email": "old@example.com", "username": "old", "role": "user", "firstName": "Own"},
        *({"userId": f"many{number}", "email": f"many{number}@example.com", "role": "user"} for number in range(2)),
    ]


def _profiles() -> list[dict[str, Any]]:
    return [
        {
            "profileId": "p2",
            "userId": "u2",
            "firstName": "Ann",
            "lastName": "Ash",
            "managerId": "u1",
            "department": "IT",
        },
        {"profileId": "p3a", "userId": "u3", "firstName": "First", "lastName": "", "bio": "x" * 3_000},
        {"profileId": "p3b", "userId": "u3", "firstName": "Second"},
        {"profileId": "p10", "userId": "u10", "firstName": "Theirs", "lastName": "Old", "phone": Decimal(7)},
        {"profileId": "lost", "userId": "gone", **FOREIGN},
    ]


def _submissions() -> list[dict[str, Any]]:
    return [
        {
            "submissionId": "s1",
            "userId": "u1",
            "status": "submitted",
            "createdAt": "2024-02-01T00:00:00.000Z",
            **FOREIGN,
        },
        {"submissionId": "s2", "userId": "u2", "status": "approved", "submittedAt": Decimal(1706745600123)},
        {"submissionId": "s3", "userId": "u2"},
    ]


def _media() -> list[dict[str, Any]]:
    return [
        {
            "mediaId": "m1",
            "userId": "u1",
            "submissionId": "s1",
            "checksum": "abc",
            "uploadedAt": "2024-02-02",
        },
        {"mediaId": "m2", "userId": "u2", "createdAt": None},
    ]


def _hash(attribute: str) -> list[dict[str, str]]:
    return [{"AttributeName": attribute, "KeyType": "HASH"}]
