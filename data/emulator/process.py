"""The side that starts an engine, or finds the one that runs."""

import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from data.emulator.engine import HEALTH, ORIGINS, PERMIT, Engine, EngineError, FolderInUse, remembered

ROOT: Final = Path(__file__).resolve().parents[2]
LOG: Final = "engine.log"
LOG_BYTES: Final = 1_000_000
SAYS: Final = "engine: "
BUSY: Final = 75
CANNOT_SAVE: Final = 74
START_SECONDS: Final = 60
STOP_SECONDS: Final = 4
# Everything else stays outside: AWS_* and proxies would lead the child away, ministack's own settings undo ours.
INHERITED: Final = {"PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}


@dataclass(frozen=True, slots=True)
class Child:
    """An engine that we started and that ends with us."""

    engine: Engine
    process: "subprocess.Popen[bytes]"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def worked(self) -> float:
        """Seconds of processor time that it has used so far; none once it has ended."""
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(self.engine.pid).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def stop(self) -> None:
        """End it, after what it is answering now. Safe to call again."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, whatever it does. Nothing acknowledged is lost."""
        _kill(self.process)


def attach(folder: Path) -> Engine | None:
    """The engine that runs in `folder`, once it has proved that it is the one; else None."""
    try:
        engine = remembered(folder)
    except EngineError:
        return None
    return engine if engine and _exists(engine.pid) and answers(engine) else None


def announce(engine: Engine, origins: Iterable[str]) -> None:
    """Let pages that come from `origins` use an engine that another process started."""
    for origin in origins:
        _ask(engine, "POST", f"{ORIGINS}?{origin}", {PERMIT: engine.permit(origin)})


def start(folder: Path, origins: Sequence[str] = (), *, reap_seconds: float = 60) -> Child:
    """Start the engine of `folder`, which browsers at `origins` may use, and wait until it answers.

    Raises:
        FolderInUse: another process was faster; attach to its engine.
        EngineError: it cannot start; says why, and what helps.
    """
    folder = folder.resolve()
    log, already = _open_log(folder)
    command = [sys.executable, "-m", "data.emulator.main", str(folder), f"--reap-seconds={reap_seconds}"]
    process = _spawn([*command, *(f"--origin={origin}" for origin in origins)], log)
    try:
        return Child(_wait_for(process, folder, log, already), process)
    except BaseException:
        _kill(process)
        raise


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()


def _spawn(command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    try:
        with log.open("ab") as output:
            # stdin is the lifeline: the kernel closes our end of it however we die. Children that we start do not
            # hold it, but one that we only fork would.
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env={name: os.environ[name] for name in INHERITED & os.environ.keys()} | {"PYTHONPATH": str(ROOT)},
                start_new_session=True,  # Ctrl-C in the terminal is for the dashboard, which ends us in order
            )
    except OSError as error:
        raise EngineError(f"No process can be started for the engine ({error.strerror}). End some programs.") from error


def _open_log(folder: Path) -> tuple[Path, int]:
    log = folder / LOG
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(folder / f"{LOG}.1")
        log.touch(mode=0o600)
        log.chmod(0o600)
        return log, log.stat().st_size
    except OSError as error:
        remedy = "Make it a folder that you may write, or set DASHBOARD_STATE_DIR to another one."
        raise EngineError(f"The state folder {folder} cannot be used ({error.strerror}). {remedy}") from error


def _wait_for(process: "subprocess.Popen[bytes]", folder: Path, log: Path, already: int) -> Engine:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _reason(process.returncode, log, already)
        engine = attach(folder)
        if engine and engine.pid == process.pid:
            return engine
        if engine:
            raise FolderInUse(f"The engine with process id {engine.pid} runs in {folder} already.")
        time.sleep(0.02)
    raise EngineError(f"The engine did not answer within {START_SECONDS} s. Its log is {log}.")


def _reason(code: int, log: Path, already: int) -> EngineError:
    """Why the child ended, in its own last words."""
    with log.open("rb") as lines:
        lines.seek(already)
        said = [line for line in lines.read().decode(errors="replace").splitlines() if line.startswith(SAYS)]
    words = said[-1].removeprefix(SAYS) if said else f"The engine ended with code {code}. Its log is {log}."
    return FolderInUse(words) if code == BUSY else EngineError(words)


def _exists(pid: int) -> bool:
    """Spares the wait for an answer from whoever listens on a dead engine's port."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def answers(engine: Engine) -> bool:
    """Whether the engine serves and the port is still its own: a nonce goes out, and its HMAC must come back."""
    nonce = secrets.token_hex(16)
    try:
        told = json.loads(_ask(engine, "GET", f"{HEALTH}?{nonce}") or "{}")
        return bool(told["pid"] == engine.pid and secrets.compare_digest(told["proof"], engine.proof(nonce)))
    except (ValueError, KeyError, TypeError):
        return False


def _ask(engine: Engine, method: str, path: str, headers: Mapping[str, str] | None = None) -> bytes | None:
    """The body of a good answer, or None."""
    connection = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=2)  # knows no proxy settings
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.read(1000) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
