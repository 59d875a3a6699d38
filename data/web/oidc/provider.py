"""The company's OpenID provider: where people are sent, and whom it vouches for when they come back.

It describes itself at `{issuer}/.well-known/openid-configuration`; what it says is remembered for an hour, and its
keys are asked for again when it signs with one that we have not seen.
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus

import httpx
import jwt
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from data.authentication.sign_in import STRANGER
from data.config.settings import Settings
from data.config.urls import private
from data.core.clock import Clock
from data.core.errors import NotPermitted
from data.credentials.models import Email
from data.web.oidc import id_token
from data.web.oidc.http_client import OK, Asking, silent
from data.web.oidc.login_attempt import Attempt

REMEMBERED: Final = timedelta(hours=1)
SCOPE: Final = "openid email"
LATE: Final = "This sign-in took too long, or was used already. Try again."
EMAIL: Final = TypeAdapter(Email)
BASIC: Final = "client_secret_basic"

log = logging.getLogger(__name__)


class Metadata(BaseModel):
    """What a provider says of itself, as far as we need it."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = (BASIC,)

    @property
    def safe(self) -> bool:
        """Whether no secret of ours would go where others can read it; http only if the issuer itself is on http."""
        places = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        schemes = ("https:", self.issuer.partition("//")[0])
        return all(private(place) and place.startswith(schemes) for place in places if place is not None)


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider told us, and when."""

    metadata: Metadata
    keys: tuple[jwt.PyJWK, ...]
    at: datetime


class Provider:
    """The provider of the settings. Every method raises Unavailable when it does not answer."""

    def __init__(self, settings: Settings, clock: Clock, asking: Asking) -> None:
        self._issuer, self._client_id = settings.oidc_issuer, settings.oidc_client_id
        self._clock, self._asking = clock, asking
        self._secret = settings.oidc_client_secret
        self._known: Known | None = None

    async def address(self, attempt: Attempt, back: str) -> str:
        """Where the browser is sent for `attempt`, to come back to `back`."""
        challenge = base64.urlsafe_b64encode(sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        known = await self._look()
        return str(httpx.URL(known.metadata.authorization_endpoint).copy_merge_params(asked))

    async def email(self, code: str, attempt: Attempt, back: str) -> str:
        """The verified e-mail of the person who came back with `code`.

        Raises NotPermitted for a code that is used or too old, for a token that is not to be believed, and for
        somebody whose e-mail the provider has not verified.
        """
        tokens = await self._exchanged(code, attempt, back)
        claims = await self._claims(str(tokens.get("id_token", "")), attempt)
        if not {"email", "email_verified"} <= claims.keys():
            claims = await self._more(claims, str(tokens.get("access_token", "")))
        try:
            email = EMAIL.validate_python(claims.get("email"))
        except ValidationError:
            raise NotPermitted(STRANGER) from None
        if claims.get("email_verified") is not True:  # not "true", nor 1: what is not said plainly is not said
            log.warning("the OpenID provider has not verified the e-mail of somebody")
            raise NotPermitted(STRANGER)
        return email

    async def _exchanged(self, code: str, attempt: Attempt, back: str) -> Mapping[str, Any]:
        """The tokens for `code`, which shows that we are the client and that the browser is the same."""
        metadata = (await self._look()).metadata
        secret = self._secret.get_secret_value() if self._secret else ""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": attempt.verifier,
        }
        auth = None
        if BASIC in metadata.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(secret))
        else:
            form |= {"client_id": self._client_id, "client_secret": secret}
        answered = await self._asking.send("POST", metadata.token_endpoint, data=form, auth=auth)
        if answered.body.get("error") == "invalid_grant":
            raise NotPermitted(LATE)
        if answered.status != OK:
            raise silent(metadata.token_endpoint, f"status {answered.status}")
        return answered.body

    async def _claims(self, token: str, attempt: Attempt) -> Mapping[str, Any]:
        kid, known = id_token.key_id(token), await self._look()
        key = id_token.chosen(known.keys, kid)
        if key is None:  # only the provider can make us ask again: the token came from it, over its own connection
            key = id_token.chosen((await self._look(afresh=True)).keys, kid)
        if key is None:
            raise id_token.untrusted("unknown key")
        now = self._clock.now().timestamp()
        return id_token.verified(
            token, key, issuer=self._issuer, client_id=self._client_id, nonce=attempt.nonce, now=now
        )

    async def _more(self, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """What the provider says of the same person where it keeps e-mails out of its tokens."""
        place = (await self._look()).metadata.userinfo_endpoint
        if not place or not access_token.isascii():
            return {}
        told = await self._asking.get(place, headers={"authorization": f"Bearer {access_token}"})
        return told if told.get("sub") == claims["sub"] else {}

    async def _look(self, *, afresh: bool = False) -> Known:
        now = self._clock.now()
        if self._known is None or afresh or now - self._known.at >= REMEMBERED:
            metadata = await self._described()
            keys = id_token.signing_keys(await self._asking.get(metadata.jwks_uri))
            self._known = Known(metadata, keys, now)
        return self._known

    async def _described(self) -> Metadata:
        place = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = Metadata.model_validate(await self._asking.get(place))
        except ValidationError as error:
            raise silent(place, f"describes itself without {error.errors()[0]['loc']}") from None
        if metadata.issuer != self._issuer or not metadata.safe:
            raise silent(place, f"describes itself as {metadata.issuer[:200]}, or endpoints without TLS")
        return metadata
