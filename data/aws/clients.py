"""boto3 clients: one per service, tier and process, pooled, safe under threads."""

import os
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import Session as BotocoreSession

from data.aws.calls import watch
from data.aws.errors import reading
from data.aws.response_parsing import read_answers
from data.aws.signing import AwsCredentials, Signed, Tier, without_keys
from data.config.settings import Settings
from data.core.version import VERSION

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

CONNECTIONS: Final = 50
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
UNCONFIGURED: Final = {  # variable: (in the file, in the environment, default, conversion)
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
S3_LOCAL: Final = {"addressing_style": "path"}
S3_AWS: Final = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
_models: Final = create_loader()  # botocore's descriptions of AWS, looked up once: half of what a client costs


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where calls go, and with which keys. No URL: AWS itself; no keys: the host's own credentials."""

    url: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.url or 'AWS'})"


@dataclass(slots=True)
class _Made:
    """The clients of one endpoint, by service and tier."""

    endpoint: Endpoint
    clients: dict[tuple[str, Tier], Any] = field(default_factory=dict)
    sessions: dict[Tier, boto3.Session] = field(default_factory=dict)  # they read botocore's own data, once each
    lock: Lock = field(default_factory=Lock)  # making a client is not thread-safe, using one is


class Clients:
    """Hands out clients for one endpoint. `repoint` changes it for all that ask from then on.

    Embedded they reach this machine alone, and know nothing of the AWS configuration of whoever started us;
    in production they reach AWS, as the host's configuration says it is reached (a VPC endpoint, a profile).
    Asking for one raises Misconfigured where that configuration is broken.
    """

    def __init__(self, settings: Settings, endpoint: Endpoint) -> None:
        self._settings = settings
        self._made = _Made(self._allowed(endpoint))
        self._current: Callable[[], AwsCredentials] | None = None
        self.tier = Tier.HOST

    @property
    def dynamodb(self) -> "DynamoDBClient":
        return self._client("dynamodb")  # type: ignore[no-any-return]

    @property
    def s3(self) -> "S3Client":
        return self._client("s3")  # type: ignore[no-any-return]

    @property
    def sqs(self) -> "SQSClient":
        return self._client("sqs")  # type: ignore[no-any-return]

    @property
    def sns(self) -> "SNSClient":
        return self._client("sns")  # type: ignore[no-any-return]

    @property
    def sts(self) -> "STSClient":
        return self._client("sts")  # type: ignore[no-any-return]

    @property
    def cognito_identity(self) -> "CognitoIdentityClient":
        return self._client("cognito-identity")  # type: ignore[no-any-return]

    @property
    def endpoint_url(self) -> str | None:
        return self._made.endpoint.url

    def repoint(self, endpoint: Endpoint) -> None:
        """Raises ValueError for one that this mode may not reach."""
        endpoint = self._allowed(endpoint)
        with self._made.lock:
            self._made.endpoint, self._made.clients = endpoint, {}

    def signed(self, tier: Tier, current: Callable[[], AwsCredentials]) -> "Clients":
        """The clients of a tier, shared by all its persons; calls through these are signed with `current`'s keys."""
        persons = copy(self)
        persons.tier, persons._current = tier, current  # noqa: SLF001 - a copy of its own
        return persons

    def _allowed(self, endpoint: Endpoint) -> Endpoint:
        here = endpoint.url is not None and urlsplit(endpoint.url).hostname in LOOPBACK
        if here is self._settings.production or (self._settings.production and endpoint.url is not None):
            raise ValueError("embedded mode never leaves this machine, and production never reaches anything but AWS")
        return endpoint

    def _client(self, service: str) -> Any:
        found = self._made.clients.get((service, self.tier)) or self._first(service)
        return Signed(found, self._current) if self._current else found

    def _first(self, service: str) -> Any:
        with self._made.lock:
            if (service, self.tier) not in self._made.clients:
                with reading(service):
                    self._made.clients[service, self.tier] = self._new(service)
            return self._made.clients[service, self.tier]

    def _new(self, service: str) -> Any:
        endpoint = self._made.endpoint
        local, host = endpoint.url is not None, self.tier is Tier.HOST
        session = BotocoreSession(session_vars=UNCONFIGURED if local else None)
        session.register_component("data_loader", _models)
        made = boto3.Session(botocore_session=session if host else without_keys(session)).client(
            service,  # type: ignore[call-overload]
            region_name=_region(service, self._settings),
            endpoint_url=endpoint.url,
            aws_access_key_id=endpoint.access_key_id if host else None,
            aws_secret_access_key=endpoint.secret_access_key if host else None,
            config=_config(service, local=local),
        )
        watch(made)
        read_answers(made)
        return made


def _region(service: str, settings: Settings) -> str:
    """The identity pool says where it lies, which may be elsewhere than all the rest."""
    pool = settings.cognito_identity_pool_id if service == "cognito-identity" else ""
    return pool.partition(":")[0] or settings.aws_region


def _config(service: str, *, local: bool) -> Config:
    """Short time-outs, standard retries; loopback never goes through a proxy of the environment."""
    options: dict[str, Any] = {
        "max_pool_connections": CONNECTIONS,
        "retries": {"mode": "standard", "total_max_attempts": 4},
        "connect_timeout": 2,
        "read_timeout": 10,
        "tcp_keepalive": True,
        "user_agent": f"api-dashboard/{VERSION}",  # botocore makes up a long one for each call, at a fifth of its cost
    }
    if service == "s3":  # boto3 would presign with an old signature otherwise
        options |= {"signature_version": "s3v4", "s3": S3_LOCAL if local else S3_AWS}
    if local:
        options |= {"proxies": {}}
    return Config(**options)
