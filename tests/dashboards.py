"""Real dashboards for tests: a process each, on a free port, with a state folder of the test."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from random import SystemRandom
from shutil import copytree, which
from typing import Any, Final

import httpx
import psutil
import pytest

from data.runtime.preflight import free
from data.sample.organisation import SIGN_INS, SignIn

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # as the Makefile tries them
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(which, BROWSERS)), "chromium")
SERVERS = range(20_000, 32_768)  # Linux takes the port of a connection from 32,768 up
PATIENCE = 90  # seconds; a loaded machine is slow, and only a dead dashboard takes as long
# Loading certificates takes 20 ms of each client, and HTTP on loopback uses none.
PLAIN: Final[dict[str, Any]] = {"trust_env": False, "verify": False}
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE")


@dataclass
class Dashboard:
    """A dashboard process. `output` is the file of all that it says."""

    process: subprocess.Popen
    port: int
    state: Path
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def engine_pid(self) -> int:
        return json.loads((self.state / "engine" / "engine.json").read_text())["pid"]

    def client(self, **options) -> httpx.Client:
        """An HTTP client that ignores proxies of the environment, as loopback must."""
        return httpx.Client(base_url=self.url, timeout=30, **PLAIN, **options)

    def signed_in(self, role: str = "admin", organisation: str = "Northwind", **options) -> httpx.Client:
        """A client with the session of a sample user."""
        user = sample_person(role, organisation)
        return self.signed_in_as(user.email, user.password, **options)

    def signed_in_as(self, email: str, password: str, **options) -> httpx.Client:
        """A client with a new session, opened by posting the form of the sign-in page."""
        client = self.client(headers={"origin": self.url}, **options)
        form = {"identifier": email, "password": password, "next": "/"}
        assert client.post("/sign-in", data=form).status_code == 303
        return client

    def cookies(self, email: str, password: str) -> list[dict[str, str]]:
        """The cookies of a new session, as browser contexts take them."""
        with closing(self.signed_in_as(email, password)) as client:
            return [{"name": one.name, "value": one.value, "url": self.url} for one in client.cookies.jar]

    def ready(self) -> None:
        """Wait until `/readyz` says so; fail with what the process said if it ends."""
        until(lambda: self.answers("/readyz") or self._ended(), f"{self.url}/readyz")
        assert self.process.poll() is None, self.said

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def answers(self, path: str, **options) -> bool:
        """Whether `path` answers 200 just now."""
        try:
            return httpx.get(f"{self.url}{path}", timeout=5, **PLAIN, **options).status_code == 200
        except httpx.TransportError:
            return False

    def _ended(self) -> bool:
        return self.process.poll() is not None


@contextmanager
def running_dashboard(
    state: Path, *, like: Path | None = None, port: int = 0, wait: bool = True, **environ: str
) -> Iterator[Dashboard]:
    """A dashboard on `state`, ready unless `wait` is off; it ends with the block, and its state stays.

    `like`: a state to begin with, as `sample_state` makes it; without one, the first start writes the sample.
    """
    if like:
        copytree(like, state)
    dashboard = started(state, port=port, **environ)
    try:
        if wait:
            dashboard.ready()
        yield dashboard
    finally:
        dashboard.stop()


def sample_person(role: str = "admin", organisation: str = "Northwind") -> SignIn:
    """Somebody of the sample whose password is known."""
    return next(one for one in SIGN_INS if (one.role, one.organisation) == (role, organisation))


def started(state: Path, *, port: int = 0, **environ: str) -> Dashboard:
    """The same without the end: for tests of the end."""
    port = port or free_port()
    output = state.parent / f"dashboard-{port}-{time.monotonic_ns()}.log"
    given = {"DASHBOARD_STATE_DIR": str(state), "DASHBOARD_PORT": str(port)} | environ
    with output.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "data.runtime.preflight"],
            cwd=ROOT,
            env=environment(**given),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    return Dashboard(process, port, state, output)


def command(*words: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """`python -m data …`, as a person at a terminal runs it."""
    return _run([sys.executable, "-m", "data", *words], typed, environ)


def ended(*words: str, **environ: str) -> tuple[int, str]:
    """A start (`python -m …`) that is expected to end by itself: exit code, and all it said."""
    done = _run([sys.executable, "-m", *words], "", environ)
    return done.returncode, done.stdout + done.stderr


def _run(line: list[str], typed: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line,
        cwd=ROOT,
        env=environment(**environ),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def sample_state(factory: pytest.TempPathFactory) -> Path:
    """A state folder that a first start has filled, made once for all workers of a run. Copy it, do not use it."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample"
    with shared.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not shared.exists():
            made = command("sample", "--no-history", DASHBOARD_STATE_DIR=str(shared))
            assert made.returncode == 0, made.stderr
    return shared


def environment(**given: str) -> dict[str, str]:
    """Nothing of the tester's environment but what a process needs to run, and what is given."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | given


def free_port() -> int:
    """A port below those that the kernel hands to connections: none of them can take it before a server listens."""
    return next(filter(free, iter(lambda: SystemRandom().choice(SERVERS), None)))


def until(holds, what: str) -> None:
    """Wait for a condition; fail when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Whether the process ended; one that waits to be collected has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
