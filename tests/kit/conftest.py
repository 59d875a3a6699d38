import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.dashboards import PLAIN, free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def gallery():
    """The address of a running gallery."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "tests/kit/gallery/dashboard.py", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_until_up(address, server):
    while server.poll() is None:
        try:
            httpx.get(address, **PLAIN).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The gallery ended with {server.returncode}.")


@pytest.fixture
def tab(contexts, gallery):
    """A tab without cookies or storage, which must not meet an error in our scripts."""
    broken = []
    with contexts.lent(gallery) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        yield page
    assert broken == []


@pytest.fixture
def timed_tab(chromium, gallery):
    """A tab whose clock the test moves, which no later test of the same context could undo."""
    context = chromium.new_context(base_url=gallery)
    context.clock.install()
    yield context.new_page()
    context.close()
