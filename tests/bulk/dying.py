"""A worker that dies at a named point of a batch: python -m tests.bulk.dying STATE POINT"""

import sys
import threading
from pathlib import Path
from threading import Lock

from data.bulk.repository import BatchRepository
from data.bulk.tasks import ApplyTask
from data.users.service import UserService
from tests.jobs.dying import after, die, joined, worker_of

SOME = 10  # rows of the second chunk that are done before the worker dies within it
CHUNK = 20
done = 0
lock = Lock()


def after_some(real):
    """Do it, and die when it was done to the first chunk and to some of the second."""

    def act(*args, **kwargs):
        global done  # noqa: PLW0603 - counted for the one life of this process
        result = real(*args, **kwargs)
        with lock:
            done += 1
            if done == CHUNK + SOME:
                die()
        return result

    return act


def main() -> None:
    installation, point = joined(Path(sys.argv[1])), sys.argv[2]
    if point == "taken":
        ApplyTask.__call__ = die
    elif point == "rows":
        UserService.changed = after_some(UserService.changed)
    elif point == "people":
        UserService.create = after_some(UserService.create)
    elif point == "written":
        BatchRepository.note = after(BatchRepository.note)
    elif point == "counted":
        BatchRepository.count = after(BatchRepository.count)
    elif point == "published":
        BatchRepository.publish = after(BatchRepository.publish)
    worker_of(installation).serve(threading.Event())


if __name__ == "__main__":
    main()
