"""dynamodb-admin, the table browser that people know from npm, on the tables of an engine of ours.

It is installed once, into the folder of what is kept between runs, in the version named here.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from benchmarks.record import KEPT
from data.emulator.engine import Engine
from tests.dashboards import free_port, until

PACKAGE = "dynamodb-admin@5.3.3"
FOLDER = KEPT / PACKAGE
STARTED_BY = FOLDER / "node_modules" / "dynamodb-admin" / "dist" / "dynamodb-admin.js"


@dataclass(frozen=True)
class TableBrowser:
    """One that runs. What it answers is what its page then draws, so a browser's own time is left out."""

    client: httpx.Client

    def first_page(self, table: str, index: str, filters: Mapping[str, str], size: int) -> list[dict[str, object]]:
        """The first page of a query on `index`; those of `filters` that are no key are compared item by item."""
        asked = {name: {"value": value, "operator": "=", "type": "S"} for name, value in filters.items()}
        query = {"operationType": "query", "queryableSelection": index, "pageSize": size, "filters": json.dumps(asked)}
        answer = self.client.get(f"/tables/{table}/items", params=query).raise_for_status()
        return answer.json()["Items"]


@contextmanager
def table_browser(engine: Engine) -> Iterator[TableBrowser]:
    """dynamodb-admin on the tables of `engine`."""
    if not STARTED_BY.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = [shutil.which("npm") or "npm", "install", "--silent", "--no-audit", "--no-fund", PACKAGE]
        subprocess.run(install, cwd=FOLDER, check=True)
    port = free_port()
    given = {
        "AWS_ACCESS_KEY_ID": engine.access_key_id,
        "AWS_SECRET_ACCESS_KEY": engine.secret_access_key,
        "AWS_REGION": engine.region,
    }  # no NODE_ENV: it refuses to start where that says production
    line = [shutil.which("node") or "node", str(STARTED_BY), "-H", "127.0.0.1", "-p", str(port)]
    line += ["--dynamo-endpoint", engine.url, "--skip-default-credentials"]
    process = subprocess.Popen(line, env=os.environ | given, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=300) as client:
            until(lambda: _answers(client), "dynamodb-admin")
            yield TableBrowser(client)
    finally:
        process.terminate()
        process.wait(20)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
