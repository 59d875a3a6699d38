"""Who may call in somebody's name: Cognito's pools, IAM's roles, and the temporary credentials made of them.

ministack signs and checks all of it. Added here: temporary credentials outlive the engine, one that has expired
is still known as such for a day, and Cognito is loaded once it is asked for the first time (it makes RSA keys,
which takes longer than the rest of the start). Roles are enforced: an identity may do what its role's policies say.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import json
import time
from collections.abc import Callable
from typing import Any, Final

import ministack.app
from ministack.services import sts

from data.emulator import ministack_patches
from data.emulator.credentials import SESSION_SERVICES, Credential
from data.emulator.encoding import dumps
from data.emulator.journal import Journal
from data.emulator.ministack_patches import around
from data.emulator.services_store import ServiceStore

COGNITO: Final = "cognito"
SESSIONS: Final = "session"
REMEMBERED_SECONDS: Final = 86_400  # AWS tells an expired credential from a false one, and callers act on it


class Identities:
    """Keeps the journal true to ministack's temporary credentials, and Cognito ready."""

    def __init__(self, journal: Journal, services: ServiceStore) -> None:
        self._journal, self._services = journal, services

    def install(self) -> None:
        around(sts, "register_session", self._register)
        around(sts, "_evict_expired_sessions", self._evict)
        around(ministack.app, "_get_module", self._module)

    def restore(self) -> None:
        """Take up the credentials that were handed out."""
        for key, text in list(self._journal.read(SESSIONS)):
            sts._sessions[key] = json.loads(text)
        self._evict()

    def find_session(self, access_key_id: str) -> Credential | None:
        """Return the temporary credential with this ID, which may have expired; None without one."""
        session = sts._sessions.get(access_key_id)
        if session is None or not session.get("SecretAccessKey") or not session.get("SessionToken"):
            return None
        secret, token = session["SecretAccessKey"], session["SessionToken"]
        return Credential(secret, token, session.get("Expiration", 0), SESSION_SERVICES)

    def _module(self, real: Callable[[str], Any], name: str) -> Any:
        """Each of ministack's services as it is asked for; Cognito the first time with what was kept of it."""
        if name != COGNITO or COGNITO in ministack.app._loaded_modules:
            return real(name)
        cognito: Any = ministack_patches.load_later("ministack.services.cognito")
        cognito.run_reentrant = _at_once
        state = self._services.restore(COGNITO)
        if state is not None:
            cognito.load_persisted_state(state)
        return real(name)

    def _register(self, real: Callable[..., None], key: str, session: dict[str, Any]) -> None:
        real(key, session)
        kept = {name: value for name, value in session.items() if name != "_logins"}  # a person's own tokens
        self._journal.put(SESSIONS, key, dumps(kept))

    def _evict(self, _real: Callable[..., None] | None = None) -> None:
        oldest = time.time() - REMEMBERED_SECONDS
        for key in [key for key, session in sts._sessions.items() if session.get("Expiration", oldest) < oldest]:
            del sts._sessions[key]
            self._journal.put(SESSIONS, key, None)


async def _at_once(function: Callable[..., Any], *arguments: Any, thread_name: str = "") -> Any:  # noqa: ARG001 - ministack names it
    """In the place of a thread: a handler that gives way would be saved half done. Nothing of ours has triggers."""
    return function(*arguments)
