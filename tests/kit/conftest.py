import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.dashboards import free_port

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
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The gallery ended with {server.returncode}.")


@pytest.fixture
def tab(chromium, gallery):
    """A tab of its own, which must not meet an error in our scripts."""
    context = chromium.new_context(base_url=gallery, viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []
