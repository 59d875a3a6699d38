"""What each error code of AWS means to us: one of our errors, or on purpose a defect of ours.

tests/aws/test_error_codes.py walks botocore's models, and holds every error that a call of ours can have to this list.
"""

from collections.abc import Callable, Mapping
from typing import Final

from data.core.errors import (
    AppError,
    Conflict,
    CredentialsExpired,
    InvalidInput,
    Misconfigured,
    NotFound,
    NotPermitted,
    Unavailable,
)

SETUP: Final = "python -m data setup"
DOCTOR: Final = "python -m data doctor"  # says which permission the host's role lacks
CREDENTIALS: Final = "give this host valid AWS credentials, see the README under Production"
BUSY: Final = "The data store could not do this just now. Nothing was changed; try again."
SIGN_IN: Final = "Your sign-in to AWS has ended. Sign in again."

MISSING: Final = frozenset(
    {
        *("ResourceNotFoundException", "NoSuchBucket", "NotFound", "NotFoundException"),
        *("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
    }
)
ABSENT: Final = frozenset({"NoSuchKey", "NoSuchUpload", "404"})
DENIED: Final = frozenset(
    {
        *("AccessDeniedException", "AccessDenied", "403", "Forbidden", "AllAccessDisabled", "NotAuthorized"),
        *("AuthorizationError", "KMSAccessDenied", "KmsAccessDenied", "MethodNotAllowed"),
    }
)
REJECTED: Final = frozenset(
    {
        *("UnrecognizedClientException", "InvalidSignatureException", "InvalidAccessKeyId", "InvalidClientTokenId"),
        *("SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken", "OptInRequired"),
        *("MissingAuthenticationTokenException", "ExpiredToken", "ExpiredTokenException", "InvalidToken"),
        *("TokenRefreshRequired", "InvalidSecurity", "AccountProblem", "KMSOptInRequired", "KmsOptInRequired"),
    }
)
SKEWED: Final = frozenset({"RequestTimeTooSkewed", "RequestExpired"})
ELSEWHERE: Final = frozenset(
    {
        *("PermanentRedirect", "TemporaryRedirect", "Redirect", "301", "307"),
        *("AuthorizationHeaderMalformed", "IllegalLocationConstraintException"),
    }
)
TAKEN: Final = frozenset({"BucketAlreadyExists", "QueueNameExists", "AWS.SimpleQueueService.QueueNameExists"})
QUOTA: Final = frozenset({"TopicLimitExceeded", "TooManyBuckets"})
KEYS: Final = frozenset(
    {
        *("KMSDisabled", "KMSInvalidState", "KMSNotFound", "KmsDisabled", "KmsInvalidState", "KmsNotFound"),
        *("KmsInvalidKeyUsage", "InvalidObjectState"),
    }
)
POOL: Final = frozenset({"InvalidIdentityPoolConfigurationException"})
THROTTLED: Final = frozenset(
    {
        *("ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "RequestLimitExceeded"),
        *("ThrottlingException", "ThrottlingError", "Throttling", "LimitExceededException", "RequestThrottled"),
        *("TooManyRequestsException", "SlowDown", "KMSThrottling", "KmsThrottled", "OverLimit"),
        *("RequestTimeout", "RequestTimeoutException", "RequestAbortedException", "ResourceInUseException"),
        *("OperationAborted", "ConcurrentAccess", "QueueDeletedRecently"),
        "AWS.SimpleQueueService.QueueDeletedRecently",
    }
)
TROUBLED: Final = frozenset(
    {
        *("InternalServerError", "InternalError", "InternalFailure", "InternalErrorException"),
        *("ServiceUnavailable", "ServiceUnavailableException", "ExternalServiceException"),
    }
)
TORN: Final = frozenset({"BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "InvalidDigest"})
HELD: Final = frozenset(
    {"TransactionConflictException", "TransactionInProgressException", "ReplicatedWriteConflictException"}
)
TOO_LARGE: Final = frozenset(
    {
        *("EntityTooLarge", "MaxMessageLengthExceeded", "ItemCollectionSizeLimitExceededException"),
        *("RequestEntityTooLargeException", "MaxMessageSizeExceeded"),
    }
)
OVERTAKEN: Final = frozenset(
    {
        *("PreconditionFailed", "412", "ConditionalRequestConflict", "ResourceConflictException"),
        *("ReceiptHandleIsInvalid", "MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
    }
)
LATE: Final = frozenset({"NotAuthorizedException"})  # Cognito's word for a token that is not, or no longer, good

SETTLED: Final = frozenset(  # by who makes the call, before they would have a meaning of their own
    {"ConditionalCheckFailedException", "TransactionCanceledException", "BucketAlreadyOwnedByYou"}
)
OURS: Final = frozenset(  # a request that we should not have made: Defect, on purpose
    {
        *("ValidationException", "ValidationError", "SerializationException", "UnknownOperationException"),
        *("IdempotentParameterMismatchException", "MalformedHttpRequestException", "MalformedXML", "NotImplemented"),
        *("InvalidRequest", "InvalidArgument", "InvalidBucketName", "InvalidRange", "KeyTooLongError"),
        *("EncryptionTypeMismatch", "InvalidWriteOffset", "TooManyParts", "InvalidPart", "InvalidPartOrder"),
        *("EntityTooSmall", "MissingContentLength", "InvalidAddress", "InvalidAttributeName", "InvalidAttributeValue"),
        *("InvalidIdFormat", "InvalidMessageContents", "UnsupportedOperation", "InvalidParameter"),
        *("InvalidParameterValue", "InvalidParameterException", "ParameterValueInvalid", "MissingParameter"),
        *("EndpointDisabled", "PlatformApplicationDisabled", "StaleTag", "TagLimitExceeded", "TagPolicy"),
        *("UserPoolTaggingException", "OperationNotEnabledException"),
    }
)

Meaning = Callable[[str], AppError]
_GROUPS: Final[tuple[tuple[frozenset[str], Meaning], ...]] = (
    (MISSING, lambda resource: Misconfigured(f"{resource} is not there", SETUP)),
    (ABSENT, lambda _: NotFound("There is nothing here by that name.")),
    (DENIED, lambda resource: Misconfigured(f"AWS refuses us {resource}", DOCTOR)),
    (REJECTED, lambda _: Misconfigured("AWS does not accept our credentials", CREDENTIALS)),
    (SKEWED, lambda _: Misconfigured("the clock of this host is wrong", "set the clock of this host")),
    (ELSEWHERE, lambda resource: Misconfigured(f"{resource} lies in another region", "set AWS_REGION to its region")),
    (
        TAKEN,
        lambda resource: Misconfigured(
            f"the name of {resource} is taken, by something else than ours", "set DASHBOARD_PREFIX or DASHBOARD_STAGE"
        ),
    ),
    (QUOTA, lambda resource: Misconfigured(f"AWS makes no more of what {resource} is", "ask AWS for a higher quota")),
    (
        KEYS,
        lambda resource: Misconfigured(
            f"{resource} is locked away", "enable its KMS key, and restore what lies in an archive"
        ),
    ),
    (
        POOL,
        lambda _: Misconfigured(
            "the Cognito identity pool gives signed-in people no role", "attach an authenticated role to the pool"
        ),
    ),
    (THROTTLED | TROUBLED | TORN | HELD, lambda _: Unavailable(BUSY)),
    (TOO_LARGE, lambda _: too_large()),
    (OVERTAKEN, lambda _: Conflict("Somebody else has changed this meanwhile. Reload before trying again.")),
    (LATE, lambda _: CredentialsExpired(SIGN_IN)),
)
PERSONAL: Final[Mapping[str, Callable[[], AppError]]] = {  # of a call in a person's name: theirs to mend, not ours
    **dict.fromkeys(REJECTED, lambda: CredentialsExpired(SIGN_IN)),
    **dict.fromkeys(DENIED, lambda: NotPermitted("AWS does not let you do this.")),
}
MEANINGS: Final[Mapping[str, Meaning]] = {code: meaning for codes, meaning in _GROUPS for code in codes}


def too_large() -> InvalidInput:
    return InvalidInput({"": "This is too large to be stored."})
