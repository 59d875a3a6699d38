"""What an engine is to those who use it, and the file by which its folder remembers it."""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FILE: Final = "engine.json"
HEALTH: Final = "/_engine/health"
ORIGINS: Final = "/_engine/origins"
PERMIT: Final = "x-engine-permit"


class EngineError(Exception):
    """The engine cannot do its work. `str(error)` is one sentence that says why, and one that says what helps."""


class FolderInUse(EngineError):
    """Another engine holds the folder; attach to that one."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Where a running engine listens, and the key that it takes."""

    url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    pid: int
    port: int
    region: str = "us-east-1"

    def proof(self, nonce: str) -> str:
        """What only an engine that holds our secret can answer to `nonce`; it answers anyone."""
        return self._sealed(f"engine:{nonce}")

    def permit(self, origin: str) -> str:
        """What only a process that may read the folder can say to let pages from `origin` in."""
        return self._sealed(f"origin:{origin}")

    def _sealed(self, words: str) -> str:
        return hmac.new(self.secret_access_key.encode(), words.encode(), hashlib.sha256).hexdigest()


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def remember(folder: Path, engine: Engine) -> None:
    """Write `engine` down for everyone who may read `folder`; a reader never finds half of it."""
    told = {name: getattr(engine, name) for name in ("port", "pid", "access_key_id", "secret_access_key")}
    told["folder"] = _mark(folder)
    draft = folder / f"{FILE}.{os.getpid()}.tmp"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(told))
    draft.replace(folder / FILE)


def remembered(folder: Path) -> Engine | None:
    """The engine that ran last in `folder`, or None before the first, as in a copy of another folder.

    A copy that kept the port and the key would be taken for its original, and what is meant for one land in the other.

    Raises:
        EngineError: `engine.json` is there, but nobody can read it.
    """
    path = folder / FILE
    try:
        told = json.loads(path.read_text())
        if told.get("folder", mark := _mark(folder)) != mark:
            return None
        return Engine(
            url=address(int(told["port"])),
            access_key_id=str(told["access_key_id"]),
            secret_access_key=str(told["secret_access_key"]),
            pid=int(told["pid"]),
            port=int(told["port"]),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EngineError(f"{path} cannot be read ({error.strerror}). Give it back to the user you run as.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "Delete that one file: the data stays, and the next start makes a new port and key."
        raise EngineError(f"{path} is damaged. {remedy}") from error


def _mark(folder: Path) -> str:
    """By which a folder is told from its copies, though not from itself after a move."""
    found = folder.stat()
    return f"{found.st_dev}.{found.st_ino}"
