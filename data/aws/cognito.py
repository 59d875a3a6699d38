"""Cognito as the personal clients see it: an id token of the user pool for credentials of the identity pool."""

from pydantic import SecretStr

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.aws.signing import AwsCredentials
from data.config import Settings


class IdentityPool:
    """Both methods raise CredentialsExpired for a token that is not, or no longer, good, Misconfigured and Unavailable.

    Neither signs its calls: the token is all they show.
    """

    def __init__(self, clients: Clients, settings: Settings) -> None:
        self._clients, self._settings = clients, settings

    def identity(self, id_token: SecretStr) -> str:
        """By which id the pool knows the person of this token; the same one for good."""
        pool = self._settings.cognito_identity_pool_id
        with reading("the identity pool"):
            answer = call(
                self._clients.cognito_identity,
                "get_id",
                "identity pool",
                IdentityPoolId=pool,
                Logins=self._logins(id_token),
            )
        return str(answer["IdentityId"])

    def credentials(self, identity_id: str, id_token: SecretStr) -> AwsCredentials:
        """What lets its holder do what the pool's role allows, for about an hour."""
        with reading("the identity pool"):
            given = call(
                self._clients.cognito_identity,
                "get_credentials_for_identity",
                "identity pool",
                IdentityId=identity_id,
                Logins=self._logins(id_token),
            )["Credentials"]
        return AwsCredentials(given["AccessKeyId"], given["SecretKey"], given["SessionToken"], given["Expiration"])

    def _logins(self, id_token: SecretStr) -> dict[str, str]:
        user_pool = self._settings.cognito_user_pool_id
        provider = f"cognito-idp.{user_pool.partition('_')[0]}.amazonaws.com/{user_pool}"
        return {provider: id_token.get_secret_value()}
