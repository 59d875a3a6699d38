"""A worker that dies at a named point of an import: python -m tests.imports.dying STATE POINT"""

import sys
import threading
from pathlib import Path

from data.bulk.service import BatchService
from data.imports.tasks import ImportTask
from data.users.service import UserService
from tests.bulk.dying import after_some
from tests.jobs.dying import after, die, joined, worker_of


def main() -> None:
    installation, point = joined(Path(sys.argv[1])), sys.argv[2]
    if point == "taken":
        ImportTask.__call__ = die
    elif point == "planned":
        BatchService.plan = after(BatchService.plan)
    elif point == "people":
        UserService.create = after_some(UserService.create)
    worker_of(installation).serve(threading.Event())


if __name__ == "__main__":
    main()
