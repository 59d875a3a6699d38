"""The IAM policies of an installation: what whoever serves the dashboard may do, and what whoever sets it up may."""

from collections.abc import Collection
from typing import Any, Final, Literal

from data.config.resources import BUCKETS, QUEUES, TOPICS
from data.config.settings import Settings

Policy = dict[str, Any]
Purpose = Literal["serve", "setup"]

ACTIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {  # purpose → stores → what is allowed on them
    "serve": {
        "items": (
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
        "tables": (
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
        ),
        "objects": (
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
        ),
        "buckets": (
            "s3:GetBucketCORS",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketVersioning",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:ListBucket",
        ),
        "queues": (
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ),
        "topics": (
            "sns:GetTopicAttributes",
            "sns:Publish",
        ),
    },
    "setup": {
        "tables": (
            "dynamodb:BatchWriteItem",
            "dynamodb:CreateTable",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:Scan",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ),
        "buckets": (
            "s3:CreateBucket",
            "s3:GetBucketCORS",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:ListBucket",
            "s3:PutBucketCORS",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ),
        "queues": (
            "sqs:CreateQueue",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:SetQueueAttributes",
        ),
        "topics": (
            "sns:CreateTopic",
            "sns:GetTopicAttributes",
            "sns:SetTopicAttributes",
        ),
    },
}


def policy(settings: Settings, purpose: Purpose, account_id: str, tables: Collection[str]) -> Policy:
    """Return the policy for the stores of `settings`, by their real names; each call that we make is in one of the two.

    `account_id`: owns the buckets; it is part of their names in stages other than `dev`.
    `tables`: the short names of all tables.
    """
    resources = _resources(settings, account_id, tables)
    statements = [
        {"Sid": stores.title(), "Effect": "Allow", "Action": list(actions), "Resource": resources[stores]}
        for stores, actions in ACTIONS[purpose].items()
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _resources(settings: Settings, account_id: str, names: Collection[str]) -> dict[str, list[str]]:
    """The names of all our stores as policies write them, of any region and account, by what they are."""
    tables = [f"arn:aws:dynamodb:*:*:table/{settings.table(name)}" for name in names]
    buckets = [f"arn:aws:s3:::{settings.bucket(bucket.name, account_id)}" for bucket in BUCKETS]
    queues = [settings.message_name(name) for queue in QUEUES for name in (queue.name, queue.dead)]
    return {
        "tables": tables,
        "items": tables + [f"{table}/index/*" for table in tables],
        "buckets": buckets,
        "objects": [f"{bucket}/*" for bucket in buckets],
        "queues": [f"arn:aws:sqs:*:*:{name}" for name in queues],
        "topics": [f"arn:aws:sns:*:*:{settings.message_name(topic.name)}" for topic in TOPICS],
    }
