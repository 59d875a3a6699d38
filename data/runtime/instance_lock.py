"""Who lives on a state folder: one dashboard per port, known by a lock that the system takes back however it dies."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from data.config.state_folder import PRIVATE_FILE, unusable


class AlreadyRunning(Exception):
    """A dashboard lives on this state folder and port already; `url` is where."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The dashboard is already running at {url}")
        self.url = url


@contextmanager
def held(folder: Path, port: int, url: str) -> Iterator[None]:
    """Be the dashboard of `folder` on `port` within the block. Raises AlreadyRunning, StateError."""
    with _locked(folder, port) as lock:
        if lock is None:
            raise AlreadyRunning(_address(folder, port))
        lock.truncate()
        json.dump({"url": url, "pid": os.getpid()}, lock)
        lock.flush()
        yield


def occupant(folder: Path, port: int) -> str | None:
    """The address of the dashboard that lives on `folder` and `port`, if one does."""
    with _locked(folder, port) as lock:
        return None if lock else _address(folder, port)


def occupants(folder: Path) -> list[str]:
    """The addresses of all dashboards that live on `folder`."""
    ports = [path.stem.removeprefix("dashboard-") for path in sorted(folder.glob("dashboard-*.lock"))]
    found = [occupant(folder, int(port)) for port in ports if port.isdigit()]
    return [address for address in found if address]


@contextmanager
def _locked(folder: Path, port: int) -> Iterator[IO[str] | None]:
    """The open file that says who lives on `port`, locked; None if somebody else has it."""
    path = _path(folder, port)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise unusable(path, error) from None
    with os.fdopen(descriptor, "r+") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file


def _address(folder: Path, port: int) -> str:
    """What the dashboard there wrote of itself; it may not have come to that yet."""
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads(_path(folder, port).read_text())["url"])
    return f"http://127.0.0.1:{port}"


def _path(folder: Path, port: int) -> Path:
    return folder / f"dashboard-{port}.lock"
