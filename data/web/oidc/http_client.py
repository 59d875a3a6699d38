"""How the OpenID provider is asked: briefly, for little, at the place that was named and nowhere else."""

import json
import logging
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from typing import Any, ClassVar, Final, NamedTuple

import anyio
import httpx

from data.core.errors import Unavailable

SILENT: Final = "The company account does not answer just now. Try again in a moment, or sign in with your password."
MOST: Final = 256 * 1024
OK: Final = 200

log = logging.getLogger(__name__)


class Answered(NamedTuple):
    status: int
    body: Mapping[str, Any]


class Asking:
    """Asks over connections of its own; redirects are not followed. `proxies`: whether those of the host are used."""

    patience: ClassVar[float] = 8  # seconds for a whole answer, however slowly it drips

    def __init__(self, *, proxies: bool) -> None:
        self._proxies = proxies

    async def get(self, url: str, **more: Any) -> Mapping[str, Any]:
        """The object at `url`. Raises Unavailable for everything else."""
        answered = await self.send("GET", url, **more)
        if answered.status != OK:
            raise silent(url, f"status {answered.status}")
        return answered.body

    async def send(self, method: str, url: str, **more: Any) -> Answered:
        """The answer, whatever its status. Raises Unavailable when there is none, or none that we can read."""
        try:
            with anyio.fail_after(self.patience):
                async with self._client() as client, client.stream(method, url, **more) as answer:
                    return Answered(answer.status_code, _object(await _body(answer)))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError, RecursionError) as error:
            raise silent(url, type(error).__name__) from None  # their text may hold what we sent

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=_authorities(),
            trust_env=self._proxies,
            follow_redirects=False,
            timeout=self.patience,
            headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "dashboard"},
        )


def silent(url: str, reason: str) -> Unavailable:
    """What people are told when the provider fails; the log has where and why."""
    log.warning("the OpenID provider fails", extra={"url": url.partition("?")[0][:200], "reason": reason})
    return Unavailable(SILENT)


async def _body(answer: httpx.Response) -> bytes:
    """Its bytes as they come: what was compressed against our asking is not unpacked."""
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MOST:
            raise ValueError("too large")
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - their value, not our type
    return found


@cache
def _authorities() -> SSLContext:
    """Reading the list of them takes longer than asking."""
    return httpx.create_ssl_context()
