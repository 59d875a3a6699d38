"""The engine's hold on its folder: the lock, the key, the port. All of it is taken before anything is served."""

import fcntl
import os
import random
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from data.emulator.engine import Engine, EngineError, FolderInUse, address, remembered

PORTS: Final = range(20_000, 30_000)  # below the ports that systems lend to outgoing connections
WAITING: Final = 2048  # connections; who reads engine.json may connect at once, the answer comes when we serve
LOCK_SECONDS: Final = 3  # an engine that is just ending holds the lock a moment longer


@dataclass(frozen=True, slots=True)
class Hold:
    """One engine's folder, kept as long as this object is."""

    folder: Path
    engine: Engine
    socket: socket.socket
    lock: TextIO


def take(folder: Path) -> Hold:
    """Lock `folder`, bind its port, and know its key; make what is not there yet.

    Raises:
        FolderInUse: another engine has it.
        EngineError: it cannot be read or written.
    """
    os.umask(0o077)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(folder)
        last = remembered(folder)
    except OSError as error:
        remedy = "Make it readable and writable for the user you run as."
        raise EngineError(f"The state folder {folder} cannot be used ({error.strerror}). {remedy}") from error
    listening = _bound(last.port if last else None)
    port = listening.getsockname()[1]
    engine = Engine(
        url=address(port),
        access_key_id=last.access_key_id if last else f"LKIA{secrets.token_hex(8).upper()}",
        secret_access_key=last.secret_access_key if last else secrets.token_urlsafe(30),
        pid=os.getpid(),
        port=port,
    )
    return Hold(folder, engine, listening, lock)


def _locked(folder: Path) -> TextIO:
    lock = (folder / "lock").open("a+")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise FolderInUse(f"{folder} is in use by the engine with process id {holder}.") from None
            time.sleep(0.05)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _bound(last: int | None) -> socket.socket:
    """A socket on the port of last time, or on a new one if that is taken by now."""
    for port in ([last] if last else []) + random.sample(PORTS, 100):
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
            bound.listen(WAITING)  # at once: a port that is bound but not listened on can be bound by two
        except OSError:
            bound.close()
        else:
            return bound
    raise EngineError("No loopback port is free for the engine. End some of the programs that listen, and start again.")
