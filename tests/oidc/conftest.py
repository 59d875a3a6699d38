"""A house whose company account is a provider of the test, and visitors who sign in with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.conftest import EMBEDDED, World
from tests.doors import Browser
from tests.oidc.provider import Key, Provider, environment, running_provider

PASSING_THROUGH = {"sec-fetch-site": "cross-site"}  # how browsers come back from a provider


@dataclass
class Visitor(Browser):
    """A browser that goes to the provider and comes back."""

    def begin(self, next_: str = "/", **headers: str) -> httpx.Response:
        return self.http.get("/auth/oidc", params={"next": next_}, headers=headers)

    def go(self, there: str) -> str:
        """What the provider sends the browser back to."""
        answer = httpx.get(there, trust_env=False, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def come_back(self, url: str, **headers: str) -> httpx.Response:
        return self.http.get(url, headers=PASSING_THROUGH | headers)

    def company_sign_in(self, next_: str = "/") -> httpx.Response:
        return self.come_back(self.go(self.begin(next_).headers["location"]))

    @property
    def whoever(self) -> str | None:
        """Whom the house takes this browser for."""
        answer = self.http.get("/users")
        return answer.json()["actor"] if answer.status_code == 200 else None


@pytest.fixture(scope="session")
def key() -> Key:
    return Key.made()


@pytest.fixture
def provider(key: Key) -> Iterator[Provider]:
    """It vouches for ann@acme.example."""
    with running_provider(key) as provider:
        provider.person = {"email": "ann@acme.example", "email_verified": True}
        yield provider


@pytest.fixture
def environ(provider: Provider) -> Mapping[str, str]:
    return EMBEDDED | environment(provider)


@pytest.fixture
def ann(world: World, provider: Provider):
    provider.clock = world.clock
    return world.person()


@pytest.fixture
def visitor(world: World, ann) -> Visitor:
    assert ann
    return Visitor(world)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))
