"""The state folder: what a dashboard on a laptop must not forget. Closed to everybody else.

secret.key            derives every signing key; made at the first start
master.keys           Fernet keys for what users entrust to us, newest first; made at the first start
dashboard-8501.lock   held by the dashboard on that port for as long as it lives (data/runtime/instance_lock.py)
worker.lock           held by the worker for as long as it lives (data/runtime/worker_supervisor.py)
engine/               the embedded engine's own
"""

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from cryptography.fernet import Fernet

from data.config.settings import LEAST_SECRET, Settings

PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600


class StateError(Exception):
    """The state folder cannot be used: one sentence that names what is wrong and the remedy."""


@dataclass(frozen=True, slots=True)
class State:
    """A folder that is there, private, and ours to write in. Made by `open_state`."""

    folder: Path

    @property
    def engine(self) -> Path:
        """The folder of the embedded engine."""
        return self.folder / "engine"

    def emptied(self) -> None:
        """Remove everything of ours from the folder, and nothing else. The caller has seen that nobody lives there."""
        keys = [self.folder / "secret.key", self.folder / "master.keys"]
        for path in [*keys, self.folder / "worker.lock", *self.folder.glob("dashboard-*.lock")]:
            path.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.rmtree(self.engine)

    def kept(self, name: str, made: str) -> bytes:
        """What the file `name` holds, stripped; `made` if it was not there. Two that start at once agree on one.

        Raises StateError if it cannot be read.
        """
        path = self.folder / name
        try:
            with suppress(FileNotFoundError):
                return path.read_bytes().strip()
            with NamedTemporaryFile("w", dir=self.folder) as fresh:  # closed to others from the beginning
                fresh.write(made)
                fresh.flush()
                with suppress(FileExistsError):
                    os.link(fresh.name, path)
            return path.read_bytes().strip()
        except OSError as error:
            raise unusable(path, error) from None

    def damaged(self, name: str) -> StateError:
        return StateError(f"{self.folder / name} is damaged: put it back from a backup, or begin anew (make reset).")


def open_state(settings: Settings) -> State:
    """The state folder of `settings`, made if absent and closed to others. Raises StateError."""
    folder = settings.state_dir.absolute()
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True)
        os.scandir(folder).close()
        folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise unusable(folder, error) from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise unusable(folder, PermissionError(0, "Permission denied"))
    return State(folder)


def secret_of(settings: Settings) -> bytes:
    """The secret of this installation: from the settings, else from the state folder, made there the first time.

    Raises StateError.
    """
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    state = open_state(settings)
    secret = state.kept("secret.key", secrets.token_urlsafe(48))
    if len(secret) < LEAST_SECRET or not secret.isascii():
        raise state.damaged("secret.key")
    return secret


def master_keys_of(settings: Settings) -> tuple[Fernet, ...]:
    """The keys that encrypt what users entrust to us, newest first; from where `secret_of` has its own.

    Raises StateError.
    """
    if settings.master_keys:  # checked when they were loaded
        return _fernets(settings.master_keys.get_secret_value())
    state = open_state(settings)
    keys = _fernets(state.kept("master.keys", Fernet.generate_key().decode()).decode("ascii", "replace"))
    if not keys:
        raise state.damaged("master.keys")
    return keys


def unusable(path: Path, error: OSError) -> StateError:
    return StateError(
        f"{path} cannot be used ({error.strerror}): make it readable and writable for this user, "
        "or set DASHBOARD_STATE_DIR to another folder."
    )


def _fernets(text: str) -> tuple[Fernet, ...]:
    """Every key in `text`; none if one of them is no key."""
    try:
        return tuple(map(Fernet, text.replace(",", " ").split()))
    except ValueError:
        return ()
