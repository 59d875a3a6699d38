"""Real engines for tests: a child process each, in a folder of the test."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from data.emulator import Engine, start
from data.emulator.process import Child


@contextmanager
def running_engine(folder: Path, origins: Sequence[str] = ()) -> Iterator[Engine]:
    """The engine of `folder`, which ends with the block; its data stays in the folder."""
    with running_child(folder, origins) as child:
        yield child.engine


@contextmanager
def running_child(folder: Path, origins: Sequence[str] = (), **options: Any) -> Iterator[Child]:
    """The same for tests that kill it: the engine and its process."""
    child = start(folder, origins, **options)
    try:
        yield child
    finally:
        child.stop()


def client(
    engine: Engine,
    service: str,
    *,
    key: str | None = None,
    secret: str | None = None,
    token: str | None = None,
    **config: Any,
) -> Any:
    """A boto3 client that tries once and fails soon; `key`, `secret` and `token` replace the engine's own."""
    config = {"connect_timeout": 2, "read_timeout": 20, "retries": {"max_attempts": 0}, "proxies": {}} | config
    if service == "s3":
        config |= {"signature_version": "s3v4", "s3": {"addressing_style": "path"}}
    return boto3.client(
        service,
        endpoint_url=engine.url,
        region_name=engine.region,
        aws_access_key_id=key or engine.access_key_id,
        aws_secret_access_key=secret or engine.secret_access_key,
        aws_session_token=token,
        config=Config(**config),
    )


@dataclass(frozen=True)
class Pools:
    """A user pool whose people may act as a role, by an identity pool."""

    user_pool_id: str
    identity_pool_id: str
    client_id: str
    role: str

    def provider(self, region: str = "us-east-1") -> str:
        """The name that an identity pool knows the user pool by."""
        return f"cognito-idp.{region}.amazonaws.com/{self.user_pool_id}"


def cognito_pools(engine: Engine, *statements: dict[str, Any], name: str = "people") -> Pools:
    """New pools, whose role allows what `statements` say; without any, everything in DynamoDB and S3."""
    idp, identity, iam = (client(engine, service) for service in ("cognito-idp", "cognito-identity", "iam"))
    user_pool = idp.create_user_pool(PoolName=name)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=user_pool, ClientName=name, ExplicitAuthFlows=flows)
    pools = Pools(user_pool, "", made["UserPoolClient"]["ClientId"], name)
    trusted = [{"ProviderName": pools.provider(engine.region), "ClientId": pools.client_id}]
    identity_pool = identity.create_identity_pool(
        IdentityPoolName=name, AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=trusted
    )["IdentityPoolId"]
    trust = {"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}}
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=policy(trust | {"Action": "sts:AssumeRoleWithWebIdentity"})
    )["Role"]["Arn"]
    everything = {"Effect": "Allow", "Action": ["dynamodb:*", "s3:*"], "Resource": "*"}
    document = policy(*(statements or [everything]))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
    identity.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": role})
    return replace(pools, identity_pool_id=identity_pool)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def cognito_person(engine: Engine, pools: Pools, username: str, password: str = "Secret-of-tests-1") -> str:  # noqa: S107
    """An id token of a new person in the pool, signed in."""
    idp = client(engine, "cognito-idp")
    place = {"UserPoolId": pools.user_pool_id, "Username": username}
    idp.admin_create_user(**place, MessageAction="SUPPRESS")
    idp.admin_set_user_password(**place, Password=password, Permanent=True)
    given = {"USERNAME": username, "PASSWORD": password}
    answer = idp.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=pools.client_id, AuthParameters=given)
    return str(answer["AuthenticationResult"]["IdToken"])


def temporary(engine: Engine, pools: Pools, id_token: str) -> dict[str, Any]:
    """What the identity pool gives for an id token: AccessKeyId, SecretKey, SessionToken, Expiration."""
    identity = client(engine, "cognito-identity")
    logins = {pools.provider(engine.region): id_token}
    found = identity.get_id(IdentityPoolId=pools.identity_pool_id, Logins=logins)["IdentityId"]
    return dict(identity.get_credentials_for_identity(IdentityId=found, Logins=logins)["Credentials"])
