"""The settings: environment variables, checked once at start. README.md has the list."""

import os
from collections.abc import Collection, Mapping
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from data.config.resource_names import NAMED, overrides, variable
from data.config.resources import DEAD
from data.config.urls import private

LEAST_SECRET: Final = 32  # bytes
MOST_NAMES: Final = 63 - len("-media-uploads-") - len("-123456789012")  # what leaves room in a bucket's name
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
OTHERS: Final = ("AWS_", "OIDC_", "COGNITO_")  # what begins so is called the same by all the world
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]


class SettingsError(Exception):
    """Settings that cannot be started with: one sentence that names the variable and the remedy."""


class Settings(BaseSettings):
    """Everything that differs between installations. Frozen; made by `load`."""

    model_config = SettingsConfigDict(env_prefix="DASHBOARD_", frozen=True, env_ignore_empty=True, extra="ignore")

    env: Literal["embedded", "production"] = "embedded"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8501
    state_dir: Path = Path(".local")
    trusted_proxies: Annotated[tuple[IPv4Address | IPv6Address, ...], NoDecode] = ()
    public_url: str = ""
    prefix: Name = "pre-work"
    stage: Name = "dev"
    secret_key: SecretStr | None = None
    master_keys: SecretStr | None = None
    sign_up: Literal["closed", "open"] = "closed"
    dev_header: bool = False
    aws_region: str = Field("us-east-1", validation_alias="AWS_REGION", pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")
    oidc_issuer: str = Field("", validation_alias="OIDC_ISSUER")
    oidc_client_id: str = Field("", validation_alias="OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr | None = Field(None, validation_alias="OIDC_CLIENT_SECRET")
    cognito_user_pool_id: str = Field(
        "", validation_alias="COGNITO_USER_POOL_ID", pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9]+_[0-9A-Za-z]+)?$"
    )
    cognito_identity_pool_id: str = Field(
        "", validation_alias="COGNITO_IDENTITY_POOL_ID", pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9]+:[0-9a-f-]{36})?$"
    )
    names: dict[str, str] = Field(default_factory=dict, exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands in, so that a test's environment is the whole environment."""
        return (init_settings,)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        return (
            tuple(ip_address(part.strip()) for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        """As browsers write an origin: small letters, no default port, no slash at the end."""
        parts = urlsplit(value)
        hostname = parts.hostname or ""
        beyond = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
        if value and (parts.scheme not in DEFAULT_PORTS or not hostname or any(beyond)):
            raise ValueError("write it as https://ops.example.com, without a path")
        if not value:
            return value
        host = f"[{hostname}]" if ":" in hostname else hostname
        port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
        return f"{parts.scheme}://{host}{port}"

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        """As the provider writes it, to the last slash: its tokens are compared with it."""
        if value and (not private(value) or {"?", "#"} & set(value)):
            raise ValueError("write it as https://login.example.com; http is for a provider on this machine")
        return value

    @field_validator("master_keys")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            for key in value.get_secret_value().split(",") if value else ():
                Fernet(key.strip())
        except ValueError:
            raise ValueError("write Fernet keys with commas between them, the newest first") from None
        return value

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.production and (problem := self._unsafe()):
            raise ValueError(problem)
        if self.secret_key and len(self.secret_key.get_secret_value().encode()) < LEAST_SECRET:
            raise ValueError(f"DASHBOARD_SECRET_KEY must have at least {LEAST_SECRET} bytes")
        if self.company_account and (absent := [name for name, value in self._company() if not value]):
            raise ValueError(f"a company account needs {' and '.join(absent)} too")
        if bool(self.cognito_user_pool_id) is not self.cognito:
            raise ValueError("COGNITO_USER_POOL_ID and COGNITO_IDENTITY_POOL_ID go together: set both or neither")
        if len(self.prefix) + len(self.stage) > MOST_NAMES:
            raise ValueError(f"DASHBOARD_PREFIX and DASHBOARD_STAGE may have {MOST_NAMES} characters together")
        return self

    def _unsafe(self) -> str:
        """What keeps production from starting; empty if nothing does."""
        needed = (
            ("DASHBOARD_PUBLIC_URL", self.public_url),
            ("DASHBOARD_SECRET_KEY", self.secret_key),
            ("DASHBOARD_MASTER_KEYS", self.master_keys),
            ("AWS_REGION", "aws_region" in self.model_fields_set),  # the default would make all of it in Virginia
        )
        missing = [name for name, value in needed if not value]
        unsafe = ["DASHBOARD_DEV_HEADER=1"] if self.dev_header else []
        if self.public_url and not self.secure:
            unsafe += [f"DASHBOARD_PUBLIC_URL={self.public_url} (use https)"]
            unsafe += ["DASHBOARD_SIGN_UP=open without TLS"] if self.sign_up == "open" else []
        unsafe += [f"OIDC_ISSUER={self.oidc_issuer} (use https)"] if self.oidc_issuer.startswith("http:") else []
        sentences = [f"production needs {', '.join(missing)}"] if missing else []
        sentences += [f"production refuses {', '.join(unsafe)}"] if unsafe else []
        return "; ".join(sentences)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.public_url.startswith("https://")

    @property
    def company_account(self) -> bool:
        """Whether people may sign in with the account that they have at an OpenID provider."""
        return any(value for _, value in self._company())

    @property
    def cognito(self) -> bool:
        """Whether an id token can be exchanged for AWS credentials."""
        return bool(self.cognito_identity_pool_id)

    def _company(self) -> tuple[tuple[str, str | SecretStr | None], ...]:
        return (
            ("OIDC_ISSUER", self.oidc_issuer),
            ("OIDC_CLIENT_ID", self.oidc_client_id),
            ("OIDC_CLIENT_SECRET", self.oidc_client_secret),
        )

    @property
    def url(self) -> str:
        """The public URL: links in messages, `iss` of tokens, CORS of the buckets."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @cached_property
    def origins(self) -> frozenset[str]:
        """The origins of our own pages, as browsers write them. Embedded: 127.0.0.1 and localhost alike."""
        local = {f"http://{host}:{self.port}" for host in ("127.0.0.1", "localhost")}
        return frozenset({self.url} if self.production else {self.url} | local)

    @property
    def cookie(self) -> str:
        """The name of the session cookie; cookies know no ports, so a laptop's carries its own."""
        return "__Host-dashboard_session" if self.production else f"dashboard_session_{self.port}"

    def table(self, name: str) -> str:
        """The real name of the table that we call `name`."""
        if name == "api-dashboard":
            default = name if self.stage == "dev" else f"{name}-{self.stage}"
        else:
            default = f"{self.prefix}-{name}-{self.stage}"
        return self.names.get(f"TABLE_{variable(name)}", default)

    def bucket(self, name: str, account_id: str) -> str:
        """The real name of a bucket. Bucket names are global on AWS, so beyond `dev` the account id is added."""
        default = f"{self.prefix}-{name}-{self.stage}" + ("" if self.stage == "dev" else f"-{account_id}")
        return self.names.get(f"BUCKET_{variable(name)}", default)

    def message_name(self, name: str) -> str:
        """The real name of a queue or topic; dead letters have their queue's name with `-dlq` behind all of it."""
        living = name.removesuffix(DEAD)
        return f"{self.prefix}-{living}-{self.stage}{name.removeprefix(living)}"


def load(environ: Mapping[str, str] | None = None, *, tables: Collection[str] | None = None) -> Settings:
    """Return the settings of this process. Raises SettingsError for wrong, unknown, missing or unsafe ones.

    `tables`: the tables that may have other names than the usual ones; any, unless given.
    """
    environ = os.environ if environ is None else environ
    try:
        names = overrides(environ, tables)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    fields = {
        field.validation_alias if isinstance(field.validation_alias, str) else f"DASHBOARD_{name.upper()}": name
        for name, field in Settings.model_fields.items()
        if name != "names"
    }
    unknown = sorted(
        name for name in environ if name.startswith("DASHBOARD_") and name not in fields and not NAMED.fullmatch(name)
    )
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of the dashboard; the README lists those there are.")
    values = {
        alias if alias.startswith(OTHERS) else name: environ[alias]
        for alias, name in fields.items()
        if environ.get(alias)
    }
    try:
        return Settings(names=names, **values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = str(problem["loc"][0]) if problem["loc"] else ""
    message = problem["msg"].removeprefix("Value error, ")
    if not name:
        return f"The dashboard cannot start: {message}."
    variable = name if name.startswith(OTHERS) else f"DASHBOARD_{name.upper()}"
    return f"{variable} is wrong: {message}."
