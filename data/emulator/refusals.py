"""Why the emulator refuses a request, and the answers in which SDKs find the reason."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Final

UNKNOWN: Final = "The security token included in the request is invalid."
MISMATCH: Final = "The request signature we calculated does not match the signature you provided."
SKEWED: Final = "The difference between the request time and the current time is too large."
TOKEN: Final = "The security token included in the request is expired."  # noqa: S105 - a message
HASH: Final = "The provided x-amz-content-sha256 header does not match what was computed."


class Reason(Enum):
    """HTTP status, error codes of the JSON, Query and S3 protocols, and message."""

    UNKNOWN_KEY = (403, "UnrecognizedClientException", "InvalidClientTokenId", "AccessDenied", UNKNOWN)
    MALFORMED = (403, "IncompleteSignature", "IncompleteSignature", "AccessDenied", "The signature is malformed.")
    MISMATCH = (403, "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch", MISMATCH)
    SKEWED = (403, "RequestTimeTooSkewed", "RequestTimeTooSkewed", "RequestTimeTooSkewed", SKEWED)
    TOKEN_EXPIRED = (403, "ExpiredTokenException", "ExpiredToken", "ExpiredToken", TOKEN)
    EXPIRED = (403, "RequestExpired", "RequestExpired", "AccessDenied", "Request has expired.")
    CONTENT = (400, "InvalidSignatureException", "SignatureDoesNotMatch", "XAmzContentSHA256Mismatch", HASH)
    INCOMPLETE = (400, "SerializationException", "MalformedInput", "IncompleteBody", "The request body is incomplete.")
    TOO_LARGE = (413, "RequestTooLarge", "RequestTooLarge", "EntityTooLarge", "The request body is too large.")
    FORM = (403, "", "", "MalformedPOSTRequest", "The form is not a well-formed signed upload.")


class Refusal(Exception):
    """The request is refused for `reason`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


def status_and_text(reason: Reason, headers: Mapping[str, str]) -> tuple[int, str]:
    """Return the HTTP status, and a body in the protocol that the request uses."""
    status, json_code, query_code, s3_code, words = reason.value
    if "x-amz-target" in headers:
        return status, json.dumps({"__type": json_code, "message": words})
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        error = f"<Error><Code>{query_code}</Code><Message>{words}</Message></Error>"
        return status, f"<ErrorResponse>{error}</ErrorResponse>"
    return status, f"<Error><Code>{s3_code}</Code><Message>{words}</Message></Error>"
