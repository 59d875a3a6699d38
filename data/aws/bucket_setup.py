"""Makes one bucket what its declaration says; rules that others set on it stay."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import changing, code_of, reading
from data.config.resources import Bucket
from data.config.settings import Settings
from data.core.errors import Misconfigured

ABSENT: Final = frozenset({"404", "NoSuchBucket", "NotFound"})
TAKEN: Final = frozenset({"403", "301", "AccessDenied", "Forbidden", "BucketAlreadyExists", "PermanentRedirect"})
NOT_SET: Final = frozenset(
    {
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
OURS: Final = "dashboard"  # how the ids of our rules begin
CLOSED: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTED: Final = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


class BucketSetup:
    def __init__(self, clients: Clients, settings: Settings, buckets: Buckets, bucket: Bucket) -> None:
        self._client, self._settings, self._buckets, self._bucket = clients.s3, settings, buckets, bucket

    def there(self) -> bool:
        """Whether the bucket exists. Raises Misconfigured, naming the setting, where the name is somebody else's."""
        with reading(self._bucket.name):
            try:
                call(self._client, "head_bucket", self._bucket.name, **self._buckets.target(self._bucket))
            except ClientError as error:
                if code_of(error) in TAKEN:
                    raise self._taken() from error
                if code_of(error) not in ABSENT:
                    raise
                return False
        return True

    def run(self) -> list[str]:
        """Make what is missing; what was made. Raises Misconfigured, Unavailable, Defect."""
        made = [] if self.there() else self._create()
        name = self._buckets.name(self._bucket)
        return made + [f"{what} of {name}" for what, lacks in self._rules() if lacks(mend=True)]

    def lacking(self) -> list[str]:
        """Which of its rules are not as declared, in words. Changes nothing. Raises Misconfigured, Unavailable."""
        return [what for what, lacks in self._rules() if lacks(mend=False)]

    def _create(self) -> list[str]:
        name, region = self._buckets.name(self._bucket), self._settings.aws_region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with changing(self._bucket.name):
            try:
                call(self._client, "create_bucket", self._bucket.name, Bucket=name, **place)
            except ClientError as error:
                if code_of(error) == "BucketAlreadyOwnedByYou":  # another setup was faster
                    return []
                if code_of(error) in TAKEN:
                    raise self._taken() from error
                raise
        return [f"bucket {name}"]

    def _rules(self) -> list[tuple[str, Callable[..., bool]]]:
        """Each with what says whether it is lacking, and mends that where it is to."""
        return [
            ("public access block", self._close),
            ("encryption", self._encrypt),
            ("cors", self._admit_our_pages),
            ("lifecycle", self._tidy),
        ]

    def _close(self, *, mend: bool) -> bool:
        there = self._ask("get_public_access_block").get("PublicAccessBlockConfiguration")
        if there == CLOSED:
            return False
        if mend:
            self._set("put_public_access_block", PublicAccessBlockConfiguration=CLOSED)
        return True

    def _encrypt(self, *, mend: bool) -> bool:
        if self._ask("get_bucket_encryption").get("ServerSideEncryptionConfiguration"):
            return False
        if mend:
            self._set("put_bucket_encryption", ServerSideEncryptionConfiguration=ENCRYPTED)
        return True

    def _admit_our_pages(self, *, mend: bool) -> bool:
        there = self._ask("get_bucket_cors").get("CORSRules", [])
        ours = {
            "ID": OURS,
            "AllowedHeaders": ["*"],
            "AllowedMethods": ["GET", "PUT", "POST", "DELETE"],
            "AllowedOrigins": sorted(self._settings.origins),
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 3000,
        }
        if any(_same(rule, ours) for rule in there):
            return False
        if mend:
            others = [rule for rule in there if rule.get("ID") != OURS]
            self._set("put_bucket_cors", CORSConfiguration={"CORSRules": [*others, ours]})
        return True

    def _tidy(self, *, mend: bool) -> bool:
        there = self._ask("get_bucket_lifecycle_configuration").get("Rules", [])
        known = {rule.get("ID") for rule in there}
        missing = [rule for rule in _lifecycle(self._bucket) if rule["ID"] not in known]
        if missing and mend:
            rules = {"Rules": [*there, *missing]}
            self._set("put_bucket_lifecycle_configuration", LifecycleConfiguration=rules)
        return bool(missing)

    def _ask(self, operation: str) -> Any:
        with reading(self._bucket.name):
            try:
                return call(self._client, operation, self._bucket.name, **self._buckets.target(self._bucket))
            except ClientError as error:
                if code_of(error) in NOT_SET:
                    return {}
                raise

    def _set(self, operation: str, **request: Any) -> None:
        with changing(self._bucket.name):
            call(self._client, operation, self._bucket.name, **self._buckets.target(self._bucket), **request)

    def _taken(self) -> Misconfigured:
        name, variable = self._buckets.name(self._bucket), self._bucket.name.upper().replace("-", "_")
        return Misconfigured(
            f"the bucket name {name} is taken by somebody else, or we may not look at it",
            f"set DASHBOARD_BUCKET_{variable} to a name of your own and run setup again",
        )


def _same(rule: Any, ours: Any) -> bool:
    """Whether `rule` is ours as it should be; AWS may hand lists back in another order."""

    def plain(value: Any) -> Any:
        return sorted(value) if isinstance(value, list) else value

    return all(plain(rule.get(name)) == plain(value) for name, value in ours.items() if name != "ID")


def _lifecycle(bucket: Bucket) -> list[dict[str, Any]]:
    everything = {"Filter": {"Prefix": ""}, "Status": "Enabled"}
    expiring = [
        {
            "ID": f"{OURS}-expire-{prefix.strip('/')}",
            "Filter": {"Prefix": prefix},
            "Status": "Enabled",
            "Expiration": {"Days": days},
        }
        for prefix, days in bucket.expiring
    ]
    return [
        {"ID": f"{OURS}-unfinished", **everything, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": f"{OURS}-tiering", **everything, "Transitions": [{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}]},
        *expiring,
    ]
