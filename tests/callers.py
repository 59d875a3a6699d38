"""The API through the gate, as called by a person: for tests of routes."""

from starlette.testclient import TestClient

from tests.doors import house


def caller(world, actor=None, **headers):
    """A client that is signed in as `actor`, from a browser on a page of ours."""
    cookie = {"cookie": f"{world.settings.cookie}={world.opened(actor).cookie}"} if actor else {}
    return TestClient(
        house(world),
        base_url=world.settings.url,
        headers={"sec-fetch-site": "same-origin", **cookie, **headers},
        raise_server_exceptions=False,
    )


def without_reference(answer):
    """Status and body of a refusal, but for the id that each answer has of its own."""
    error = dict(answer.json()["error"])
    error.pop("correlationId")
    return answer.status_code, error


def fields(answer):
    """The fields that a refusal names."""
    return set(answer.json()["error"].get("fields", {}))
