"""A file of 10,000 new people, from its arrival to the last of them, on the embedded engine."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.result import Result
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.config.settings import load
from data.core.permissions import Actor, Role
from data.imports.service import file_key
from data.runtime.installation import Installation
from data.services import Services

ROWS: Final = 10_000
TEAM: Final = 20
AIM: Final = 120  # seconds


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        with Installation(load({"DASHBOARD_STATE_DIR": str(state)})).opened() as installation:
            return list(_measured(installation))


def _measured(installation: Installation) -> Iterator[Result]:
    services, platform = installation.services, installation.platform
    founded = services.users.create_organisation(
        org_name="Acme", email="root@acme.example", username="root", password=None
    ).person
    actor = Actor(founded.id, founded.org_id, Role.ADMIN, username="root")
    upload_id = platform.identifiers.new()
    platform.objects.put(DOCUMENTS, file_key(actor.org_id, upload_id), _file(), content_type="text/csv")
    job = services.imports.request(actor, upload_id, "people.csv")
    looked = _worked(services)
    finding = services.imports.get(actor, job.job_id).finding
    if finding is None or finding.batch_id is None or finding.create != ROWS:
        raise RuntimeError(f"the dry run found {finding}")
    services.batches.apply(actor, finding.batch_id)
    applied = _worked(services)
    created = services.batches.outcomes(actor, finding.batch_id).total
    if created != ROWS:
        raise RuntimeError(f"{created} rows were done")
    yield Result.value(f"import of {ROWS:,} rows: dry run", looked, "s")
    yield Result.value("the same: applied", applied, "s")
    yield Result.value("the same: in all", looked + applied, "s", AIM)


def _worked(services: Services) -> float:
    """Seconds until there is nothing to do any more."""
    began = time.perf_counter()
    while services.worker.turn(FILES_QUEUE):
        pass
    return time.perf_counter() - began


def _file() -> bytes:
    """New people in teams, whose leads are among them."""
    lines = ["E-mail,Username,First name,Last name,Department,Job title,Manager"]
    for number in range(ROWS):
        lead = f"person{number - number % TEAM}@acme.example" if number % TEAM else "root"
        names = f"person{number}@acme.example,person{number},Person,Number {number}"
        lines.append(f"{names},Operations,Clerk,{lead}")
    return "\n".join(lines).encode()
