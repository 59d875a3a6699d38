"""A small OpenID provider on loopback, which holds its clients to the rules, and can be told to break them itself."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from data.core.clock import Clock, SystemClock
from tests.dashboards import free_port, until

CLIENT_ID, CLIENT_SECRET = "dashboard of tests", "s3cret/of+tests:with%odd=signs"
CONFIGURATION = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Key:
    """What it signs with; made anew in each run."""

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def made(cls, bits: int = 2048) -> "Key":
        return cls(secrets.token_hex(4), rsa.generate_private_key(65537, bits))

    @property
    def public(self) -> dict[str, Any]:
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**found, "kid": self.kid, "use": "sig", "alg": "RS256"}


def signed(claims: dict[str, Any], key: Key) -> str:
    return jwt.encode(claims, key.private, "RS256", headers={"kid": key.kid})


@dataclass
class Provider:
    """`person`: what it says of whoever comes. `mint`: how it makes an ID token; `faults`: what answers in place of it.

    `asks`: whether people must press a button, as in a browser; otherwise they are sent back at once.
    """

    issuer: str
    key: Key
    published: list[dict[str, Any]]
    clock: Clock = field(default_factory=SystemClock)
    person: dict[str, Any] = field(default_factory=dict)
    mint: Callable[[dict[str, Any], Key], str] = signed
    described: dict[str, Any] = field(default_factory=dict)
    tells: dict[str, Any] | None = None
    asks: bool = False
    faults: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    granted: dict[str, dict[str, str]] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {
            "issuer": self.issuer,
            **{name: self.issuer + path for name, path in places.items()},
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.described,
        }

    def authorised(self, query: dict[str, str]) -> Response:
        """Send them back with a code for what they asked for."""
        asked = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        wrong = [name for name, value in asked.items() if query.get(name) != value]
        if wrong or not {"openid", "email"} <= set(query["scope"].split()) or len(query["state"]) < 32:
            return JSONResponse({"error": "invalid_request", "wrong": wrong}, 400)
        code = secrets.token_urlsafe(16)
        self.granted[code] = query
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}", 303)

    def token(self, form: dict[str, str], authorization: str) -> Response:
        pair = base64.b64encode(b":".join(urlencode({"": one})[1:].encode() for one in (CLIENT_ID, CLIENT_SECRET)))
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        basic = authorization == f"Basic {pair.decode()}"
        wants_form = "token_endpoint_auth_methods_supported" in self.described
        if (basic, posted) != (not wants_form, wants_form):
            return JSONResponse({"error": "invalid_client"}, 401)
        query = self.granted.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = query and (query["code_challenge"], query["redirect_uri"]) == (challenge, form["redirect_uri"])
        if not same or form["grant_type"] != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.mint(self.claims(query["nonce"]), self.key)
        return JSONResponse({"id_token": token, "access_token": "opens-userinfo", "token_type": "Bearer"})

    def claims(self, nonce: str) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        made = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "248289761001", "iat": now, "exp": now + 300}
        return {**made, "nonce": nonce, **self.person}

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            path = request.url.path
            self.asked.append(path)
            if fault := self.faults.get(path):
                return fault(request)
            return self._answered(path, request, (await request.body()).decode())

        methods = {"/token": ["POST"], "/authorize": ["GET", "POST"]}
        paths = (CONFIGURATION, "/keys", "/authorize", "/token", "/userinfo")
        return Starlette(routes=[Route(path, answer, methods=methods.get(path, ["GET"])) for path in paths])

    def _answered(self, path: str, request: Request, body: str) -> Response:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if path == "/authorize":
            query = dict(request.query_params)
            page = "<h1>Company</h1><form method=post><button>I am who I am</button></form>"
            return HTMLResponse(page) if self.asks and request.method == "GET" else self.authorised(query)
        if path == "/token":
            return self.token(form, request.headers.get("authorization", ""))
        if path == "/userinfo":
            known = request.headers.get("authorization") == "Bearer opens-userinfo"
            return JSONResponse(self.tells if known else {"error": "invalid_token"}, 200 if known else 401)
        return JSONResponse(self.configuration() if path == CONFIGURATION else {"keys": self.published})


@contextmanager
def running_provider(key: Key) -> Iterator[Provider]:
    """A provider in a thread of this process, on a port of its own."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}", key, [key.public])
    server = uvicorn.Server(uvicorn.Config(provider.app(), host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, provider.issuer)
    try:
        yield provider
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def environment(provider: Provider) -> dict[str, str]:
    return {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET}


def text(body: str, status: int = 200) -> Callable[[Request], Response]:
    """A fault: this text, whatever was asked."""
    return lambda _: Response(body, status, media_type="application/json")


def as_json(value: Any, status: int = 200) -> Callable[[Request], Response]:
    return text(json.dumps(value), status)
