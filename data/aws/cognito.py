"""Cognito as the personal clients see it: an id token of the user pool for credentials of the identity pool."""

from pydantic import SecretStr

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.aws.signing import AwsCredentials
from data.config.settings import Settings


class IdentityPool:
    """Its exchanges are not signed: the token is all they show.

    They raise CredentialsExpired for a token that is not, or no longer, good; Misconfigured, Unavailable.
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
                Logins=self.logins(id_token.get_secret_value()),
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
                Logins=self.logins(id_token.get_secret_value()),
            )["Credentials"]
        return AwsCredentials(given["AccessKeyId"], given["SecretKey"], given["SessionToken"], given["Expiration"])

    def logins(self, id_token: str) -> dict[str, str]:
        """The token as the pool wants it: under the name that it has for the user pool."""
        user_pool = self._settings.cognito_user_pool_id
        return {f"cognito-idp.{user_pool.partition('_')[0]}.amazonaws.com/{user_pool}": id_token}
