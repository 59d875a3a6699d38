"""Buckets with what is set on them, and what may be done in them."""

from collections.abc import Iterator
from typing import Any, Final

from data.aws.bucket_setup import BucketSetup
from data.aws.buckets import Buckets
from data.aws.error_codes import ABSENT, SETUP
from data.aws.permission_probes import ask
from data.config.resources import Bucket
from data.core.errors import AppError
from data.doctor.environment import NOT_NOW, Patient, Probe, allow, probe
from data.doctor.findings import Finding, State

NOBODY: Final = "doctor/probe"  # the key of an object that is not there, and is never written
WRONG: Final = {"IfMatch": '"no such version"', "ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA=="}  # so S3 keeps nothing of it
SETTINGS: Final = {
    "get_public_access_block": "s3:GetBucketPublicAccessBlock",
    "get_bucket_encryption": "s3:GetEncryptionConfiguration",
    "get_bucket_cors": "s3:GetBucketCORS",
    "get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "get_bucket_versioning": "s3:GetBucketVersioning",
}


def examine(patient: Patient, bucket: Bucket) -> tuple[Finding, ...]:
    """All there is to say of one declared bucket."""
    names = Buckets(patient.clients, patient.settings)
    name, target = names.name(bucket), names.target(bucket)
    there = ask(patient.clients.s3, "head_bucket", bucket.name, **target)
    if there.missing or there.code in ABSENT:
        return (Finding("bucket", name, State.MISSING, "The bucket is not there.", SETUP),)
    if there.told.get("BucketRegion", patient.settings.aws_region) != patient.settings.aws_region:
        remedy = f"set AWS_REGION to the region of {name}, or {_setting(bucket)} to another name"
        return (Finding("bucket", name, State.BROKEN, "The bucket lies in another region.", remedy),)
    allowed = (patient.may(name, _probes(patient, name, target)),) if patient.limited else ()
    if there.denied:
        problem = f"AWS does not let us look, or it is somebody else's: then set {_setting(bucket)} to another name."
        remedy = allow(["s3:ListBucket"], [patient.arn("s3", name)])
        return (Finding("bucket", name, State.DENIED, problem, remedy), *allowed)
    if not there.told:
        return (Finding("bucket", name, State.UNKNOWN, "Whether it is there is not known.", NOT_NOW), *allowed)
    rules = _rules(BucketSetup(patient.clients, patient.settings, names, bucket), name)
    return (Finding("bucket", name), rules, *allowed)


def _rules(setup: BucketSetup, name: str) -> Finding:
    try:
        lacking = setup.lacking()
    except AppError:
        return Finding("bucket rules", name, State.UNKNOWN, "What is set on it cannot be read.", NOT_NOW)
    if lacking:
        problem = f"Not as it must be: {', '.join(lacking)}."
        return Finding("bucket rules", name, State.BROKEN, problem, SETUP)
    return Finding("bucket rules", name)


def _setting(bucket: Bucket) -> str:
    return f"DASHBOARD_BUCKET_{bucket.name.upper().replace('-', '_')}"


def _probes(patient: Patient, name: str, target: dict[str, Any]) -> Iterator[Probe]:
    """Reads and removals of an object that is not there; a write that S3 must refuse."""
    client, arn = patient.clients.s3, patient.arn("s3", name)
    thing, objects = {**target, "Key": NOBODY}, f"{arn}/*"
    yield probe("s3:ListBucket", arn, client, "list_objects_v2", **target, MaxKeys=1)
    for operation, action in SETTINGS.items():
        yield probe(action, arn, client, operation, **target)
    yield probe("s3:GetObject", objects, client, "get_object", **thing)
    yield probe("s3:PutObject", objects, client, "put_object", **thing, **WRONG, Body=b"")
    yield probe("s3:AbortMultipartUpload", objects, client, "abort_multipart_upload", **thing, UploadId="none")
    versions = ask(client, "get_bucket_versioning", "doctor", **target).told
    if versions and not versions.get("Status"):  # else a removal leaves a marker
        yield probe("s3:DeleteObject", objects, client, "delete_object", **thing)
