"""The processes that are measured, each with its own state, started and ended here."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.dashboards import environment, free_port, sample_person, until

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Server:
    """`log`: the file of all that the process says."""

    url: str
    process: psutil.Process
    log: Path

    def cpu(self) -> float:
        """Milliseconds of processor time that the process has used."""
        times = self.process.cpu_times()
        return (times.user + times.system) * 1000

    def cookie(self, role: str = "admin", organisation: str = "Northwind") -> str:
        """The cookie of a sample person, signed in just now."""
        person = sample_person(role, organisation)
        form = {"identifier": person.email, "password": person.password}
        answer = httpx.post(f"{self.url}/sign-in", data=form, headers={"origin": self.url}, trust_env=False)
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())

    def ids(self, cookie: str) -> list[str]:
        """The ids of a hundred people."""
        headers = {"cookie": cookie}
        answer = httpx.get(f"{self.url}/api/users", params={"limit": 100}, headers=headers, trust_env=False)
        return [user["userId"] for user in answer.json()["items"]]

    def memory(self) -> float:
        """MB that the process holds, shared libraries included."""
        return self.process.memory_info().rss / 1e6


@contextmanager
def serving(script: str, state: Path, *, ready: str = "/readyz") -> Iterator[Server]:
    """`streamlit run script` on a free port, ready when that path answers."""
    port = free_port()
    given = {
        "DASHBOARD_STATE_DIR": str(state),
        "DASHBOARD_PORT": str(port),
        "STREAMLIT_SERVER_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    state.parent.mkdir(parents=True, exist_ok=True)
    said = state.parent / f"{Path(script).stem}-{port}.log"
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script],
            cwd=ROOT,
            env=environment(**given),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: _answers(url + ready), url)
            yield Server(url, psutil.Process(process.pid), said)
        finally:
            process.terminate()
            process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
