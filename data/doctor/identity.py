"""Who we are to AWS: the credentials of each tier that is set up."""

from typing import Final

from data.aws.clients import Clients
from data.aws.cognito import IdentityPool
from data.aws.permission_probes import ask
from data.config.settings import Settings
from data.core.errors import CredentialsExpired, Misconfigured, NotPermitted
from data.doctor.environment import NOT_NOW, Patient
from data.doctor.findings import Finding, State

NO_TOKEN: Final = "doctor"  # noqa: S105 - what no pool takes for a token
FOREIGN: Final = "supported provider"  # how Cognito words that the pool knows nothing of the user pool
SIGN_IN_AGAIN: Final = "sign in again, for a new token"


def known(clients: Clients, settings: Settings) -> tuple[Finding, Patient | None]:
    """Whether AWS knows these credentials, and the installation as they see it."""
    answer = ask(clients.sts, "get_caller_identity", "sts")
    area, name = "credentials", f"of the {clients.tier}"
    if answer.told:
        partition = answer.told["Arn"].split(":")[1]
        return Finding(area, name), Patient(clients, settings, answer.told["Account"], partition)
    if isinstance(answer.error, Misconfigured | CredentialsExpired | NotPermitted):
        remedy = answer.error.remedy if isinstance(answer.error, Misconfigured) else SIGN_IN_AGAIN
        return Finding(area, name, State.BROKEN, "AWS does not accept them, or there are none.", remedy), None
    return Finding(area, name, State.UNKNOWN, "AWS did not answer.", NOT_NOW), None


def examine_pool(clients: Clients, settings: Settings) -> tuple[Finding, ...]:
    """Whether the identity pool is there and takes tokens of the user pool, by showing it what is no token."""
    if not settings.cognito:
        return ()
    area, name = "identity pool", settings.cognito_identity_pool_id
    logins = IdentityPool(clients, settings).logins(NO_TOKEN)
    answer = ask(clients.cognito_identity, "get_id", "identity pool", IdentityPoolId=name, Logins=logins)
    if answer.missing:
        remedy = "set COGNITO_IDENTITY_POOL_ID to a pool that is there"
        return (Finding(area, name, State.MISSING, "The pool is not there.", remedy),)
    if FOREIGN in answer.words:
        problem = f"It does not take tokens of the user pool {settings.cognito_user_pool_id}."
        remedy = "add the user pool and its app client to the identity pool, as an authentication provider"
        return (Finding(area, name, State.BROKEN, problem, remedy),)
    if not answer.understood:
        return (Finding(area, name, State.UNKNOWN, "Whether it is there is not known.", NOT_NOW),)
    return (Finding(area, name),)
