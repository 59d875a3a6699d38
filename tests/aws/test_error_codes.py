"""Every error that a call of ours can have means something to us, by botocore's own models: no code is forgotten."""

import pytest
from botocore.exceptions import ClientError

from data.aws import error_codes
from data.aws.clients import Clients
from data.aws.errors import changing, reading
from data.core.errors import AppError, Defect
from tests.aws.operations import SERVICES, model, operations

# What the models leave out, from AWS's pages "Common errors" of each protocol and "Error responses" of S3.
JSON = """AccessDeniedException ExpiredTokenException IncompleteSignature InternalFailure InvalidSignatureException
    MalformedHttpRequestException MissingAuthenticationTokenException NotAuthorized OptInRequired
    RequestAbortedException RequestEntityTooLargeException RequestExpired RequestTimeoutException
    SerializationException ServiceUnavailable ThrottlingException UnknownOperationException
    UnrecognizedClientException ValidationException"""
QUERY = """AccessDenied ExpiredToken IncompleteSignature InternalFailure InvalidClientTokenId InvalidParameterValue
    MissingAuthenticationToken MissingParameter OptInRequired RequestExpired ServiceUnavailable SignatureDoesNotMatch
    Throttling ValidationError"""
S3 = """AccessDenied AccountProblem AllAccessDisabled AuthorizationHeaderMalformed BadDigest
    ConditionalRequestConflict EntityTooLarge EntityTooSmall ExpiredToken
    IllegalLocationConstraintException IncompleteBody InternalError InvalidAccessKeyId InvalidArgument
    InvalidBucketName InvalidDigest InvalidPart InvalidPartOrder InvalidRange InvalidSecurity InvalidToken
    KeyTooLongError MalformedXML MethodNotAllowed MissingContentLength NotImplemented OperationAborted
    PermanentRedirect PreconditionFailed Redirect RequestTimeTooSkewed RequestTimeout ServiceUnavailable
    SignatureDoesNotMatch SlowDown TemporaryRedirect TokenRefreshRequired TooManyBuckets XAmzContentSHA256Mismatch"""
COMMON = {"json": JSON.split(), "query": QUERY.split(), "rest-xml": S3.split()}
KNOWN = error_codes.MEANINGS.keys() | error_codes.OURS | error_codes.SETTLED


def modelled():
    """(service, operation, code) of each error that a model says a call of ours can have."""
    for (service, _), operation in sorted(operations().items()):
        for shape in model(service).operation_model(operation).error_shapes:
            yield service, operation, shape.metadata.get("error", {}).get("code", shape.name)


@pytest.mark.parametrize("operation", sorted(operations()), ids=" ".join)
def test_each_error_of_each_call_means_something(operation):
    service, name = operation
    shapes = model(service).operation_model(operations()[operation]).error_shapes
    codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes}
    assert codes | set(COMMON[model(service).metadata["protocol"]]) <= KNOWN, name


def test_the_walk_finds_every_service_we_call():
    assert {service for service, _ in operations()} >= {"dynamodb", "s3", "sqs", "sns", "sts"}
    assert {service for service, _, _ in modelled()} >= {"dynamodb", "s3", "sqs", "sns"}
    assert len(list(modelled())) > 100


def test_the_codes_that_sqs_had_before_json_are_known():
    """SQS still answers some errors by their old names, which stand in its model beside the new ones."""
    shapes = map(model("sqs").shape_for, model("sqs").shape_names)
    old = {shape.metadata["error"]["code"] for shape in shapes if "code" in shape.metadata.get("error", {})}
    assert {code for code in old if code.endswith(("NonExistentQueue", "QueueNameExists", "DeletedRecently"))} <= KNOWN


def test_no_code_has_two_meanings():
    groups = [value for name, value in vars(error_codes).items() if name.isupper() and isinstance(value, frozenset)]
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert frozenset().union(*groups) == KNOWN


@pytest.mark.parametrize("code", sorted(error_codes.MEANINGS))
def test_no_code_that_means_something_is_a_defect(code):
    for around in (reading, changing):
        with pytest.raises(AppError) as told, around("users"):
            raise answered(code)
        assert type(told.value) is not Defect
        assert "arn:" not in str(told.value)


@pytest.mark.parametrize("code", sorted(error_codes.OURS))
def test_what_we_asked_wrongly_is_a_defect_on_purpose(code):
    with pytest.raises(Defect), reading("users"):
        raise answered(code)


def answered(code):
    response = {"Error": {"Code": code, "Message": "arn:aws:iam::1:x"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(response, "Any")


def test_the_services_walked_are_those_that_clients_are_made_for():
    made = {name.replace("_", "-") for name, value in vars(Clients).items() if isinstance(value, property)}
    assert made - {"endpoint-url"} <= set(SERVICES)
