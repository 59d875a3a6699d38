"""A bucket as S3 describes it: how much lies in it, and what is set on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.bucket_setup import CLOSED, NOT_SET, BucketSetup
from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import SETUP, code_of, reading
from data.aws.store_state import StoreState
from data.config.resources import Bucket
from data.config.settings import Settings
from data.core.concurrency import together
from data.core.errors import AppError, Misconfigured

MOST_COUNTED: Final = 1_000  # objects in one answer of S3
CALLS: Final[Mapping[str, str]] = {  # what each field of BucketRules is read by
    "closed": "get_public_access_block",
    "encryption": "get_bucket_encryption",
    "versioning": "get_bucket_versioning",
    "origins": "get_bucket_cors",
    "lifecycle": "get_bucket_lifecycle_configuration",
}


@dataclass(frozen=True, slots=True)
class BucketState(StoreState):
    region: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What becomes of objects under a prefix after so many days: expire, abort (an upload), else a storage class."""

    prefix: str
    act: str
    days: int


@dataclass(frozen=True, slots=True)
class BucketRules:
    """What is set on a bucket. Empty is not set; `refused` says of what could not be read why.

    `closed`: whether all four public access blocks are on. `encryption` is S3's word for the algorithm, `versioning`
    for its state. `origins`: the pages whose browsers may come.
    """

    closed: bool = False
    encryption: str = ""
    versioning: str = ""
    origins: tuple[str, ...] = ()
    lifecycle: tuple[Lifecycle, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def state_of(clients: Clients, settings: Settings, names: Buckets, bucket: Bucket) -> BucketState:
    """By two calls. Raises Unavailable, Misconfigured."""
    real, target = names.name(bucket), names.target(bucket)
    if not BucketSetup(clients, settings, names, bucket).there():
        return BucketState("bucket", bucket.name, real, problem="The bucket is not there.", remedy=SETUP)
    with reading(bucket.name):
        listed = call(clients.s3, "list_objects_v2", bucket.name, **target, MaxKeys=MOST_COUNTED)
    return BucketState(
        "bucket",
        bucket.name,
        real,
        items=listed.get("KeyCount", 0),
        size=sum(one["Size"] for one in listed.get("Contents", ())),
        more=listed.get("IsTruncated", False),
        region=listed["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", settings.aws_region),
    )


def rules_of(clients: Clients, names: Buckets, bucket: Bucket) -> BucketRules:
    """What is set on it, by five calls side by side; one that fails is in `refused`."""
    answers = together(*[partial(_asked, clients, names, bucket, operation) for operation in CALLS.values()])
    told = dict(zip(CALLS, answers, strict=True))
    refused = {name: _why(answer) for name, answer in told.items() if isinstance(answer, AppError)}
    closed, encryption, versioning, origins, lifecycle = ({} if name in refused else told[name] for name in CALLS)
    return BucketRules(
        closed=closed.get("PublicAccessBlockConfiguration") == CLOSED,
        encryption=_algorithm(encryption),
        versioning=versioning.get("Status", ""),
        origins=tuple(sorted({each for rule in origins.get("CORSRules", ()) for each in rule["AllowedOrigins"]})),
        lifecycle=tuple(act for rule in lifecycle.get("Rules", ()) for act in _acts(rule)),
        refused=refused,
    )


def _asked(clients: Clients, names: Buckets, bucket: Bucket, operation: str) -> Any:
    """The answer, empty where nothing is set; or the error."""
    try:
        with reading(bucket.name):
            try:
                return call(clients.s3, operation, bucket.name, **names.target(bucket))
            except ClientError as error:
                if code_of(error) in NOT_SET:
                    return {}
                raise
    except AppError as error:
        return error


def _why(error: AppError) -> str:
    return f"{error} To mend it, {error.remedy}." if isinstance(error, Misconfigured) else str(error)


def _algorithm(answer: Mapping[str, Any]) -> str:
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    return next((rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", "") for rule in rules), "")


def _acts(rule: Mapping[str, Any]) -> Iterator[Lifecycle]:
    """Of a rule that is on; rules by dates or by tags of objects are not told."""
    prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
    if rule["Status"] != "Enabled":
        return
    if days := rule.get("Expiration", {}).get("Days"):
        yield Lifecycle(prefix, "expire", days)
    if days := rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"):
        yield Lifecycle(prefix, "abort", days)
    for transition in rule.get("Transitions", ()):
        if days := transition.get("Days"):
            yield Lifecycle(prefix, transition["StorageClass"], days)
