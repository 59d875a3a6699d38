"""The worker beside a dashboard on a laptop: a process of its own, so that its work slows no page.

    dashboard ── Companion ──▶ python -m data worker --lifeline
                    stdin ═══════▶ ends when the dashboard is gone, however it went

One worker works on a state folder, whoever started it: it holds `worker.lock`. A second dashboard looks on, and
starts one of its own when that is gone. In production the service manager does all this, by
deploy/dashboard-worker.service.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import IO, Final

from data.config.state_folder import PRIVATE_FILE, unusable

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = "worker.lock"
LOOK_SECONDS: Final = 0.5
TRIES, TRY_SECONDS = 10, 0.05  # for the lock: somebody may just be looking whether there is a worker
GRACE_SECONDS: Final = 1.0
STOP_SECONDS: Final = 4
FIRST_PAUSE: Final = 1.0  # after a worker that ended by itself; doubled up to a minute
LONGEST_PAUSE: Final = 60.0
log = logging.getLogger(__name__)


class Companion:
    """Keeps a worker on a state folder, as long as we live."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._keep, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Begin to keep one there; returns at once."""
        self._watch.start()

    def stop(self) -> None:
        """End the worker, if it is ours. Safe to call again, and without a start."""
        self._ended.set()
        if self._watch.ident is not None:
            self._watch.join()
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _keep(self) -> None:
        pause, began = FIRST_PAUSE, 0.0
        while True:
            if self._process and self._process.poll() is not None:
                log.warning("the worker ended and will be started again", extra={"code": self._process.returncode})
                lasted = time.monotonic() - began
                pause = FIRST_PAUSE if lasted > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                self._process = None
                self._ended.wait(pause)
            if self._process is None and not self._ended.is_set() and not occupied(self._folder):
                self._process, began = _spawn(), time.monotonic()
            if self._ended.wait(LOOK_SECONDS):
                return


def _spawn() -> "subprocess.Popen[bytes] | None":
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "data", "worker", "--lifeline"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(ROOT)},  # the settings, and where the state is, are those that we have
            start_new_session=True,  # Ctrl-C in the terminal is for the dashboard, which ends us in order
        )
    except OSError as error:
        log.warning("no process can be started for the worker", extra={"why": repr(error)})
        return None


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Be the worker of a state folder within the block; False if there is one already. Raises StateError."""
    with _lock_file(folder) as file:
        ours, tries = _locked(file, LOCK_EX), 1
        while not ours and tries < TRIES:
            time.sleep(TRY_SECONDS)
            ours, tries = _locked(file, LOCK_EX), tries + 1
        yield ours


def occupied(folder: Path) -> bool:
    """Whether a worker lives on a state folder now. Raises StateError."""
    with _lock_file(folder) as file:
        return not _locked(file, LOCK_SH)


def _locked(file: IO[str], how: int) -> bool:
    with suppress(BlockingIOError):
        flock(file, how | LOCK_NB)
        return True
    return False


@contextmanager
def _lock_file(folder: Path) -> Iterator[IO[str]]:
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise unusable(path, error) from None
    with os.fdopen(descriptor, "r+") as file:
        yield file


def follow(ended: threading.Event) -> None:
    """Set `ended` when whoever holds our standard input is gone, and see to it that we end soon after."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        ended.set()
        time.sleep(GRACE_SECONDS)
        os._exit(0)  # what is under way is done anew by the next

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
