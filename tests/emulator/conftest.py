import importlib
import logging
from collections.abc import Iterator
from types import ModuleType

import pytest

from data.emulator import Supervisor, ministack_patches
from tests.emulator.shapes import ORIGIN, make_table
from tests.engines import Engine, client, running_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Engine]:
    """One engine for the tests of a module, with a table, a bucket and an object in it."""
    with running_engine(tmp_path_factory.mktemp("engine"), [ORIGIN]) as running:
        make_table(client(running, "dynamodb"))
        client(running, "s3").create_bucket(Bucket="bucket")
        client(running, "s3").put_object(Bucket="bucket", Key="kept", Body=b"kept", ContentType="text/plain")
        yield running


@pytest.fixture(scope="session")
def ministack() -> ModuleType:
    """DynamoDB as ministack has it with our pages in it, in this process: what a handler answers can be compared."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    modules = ministack_patches.load()
    root.handlers[:], root.level = before, level  # ministack sets up the log of whole processes
    pages = importlib.import_module("data.emulator.pages")
    pages.install()
    for name in ("numbers_in_keys", "packed"):
        importlib.import_module(f"data.emulator.{name}").install()
    return modules["ministack.services.dynamodb"]


@pytest.fixture
def supervisors(tmp_path):
    """Makes supervisors of one folder, which end with the test."""
    made = []

    def make(origins=(), **options):
        made.append(Supervisor(tmp_path / "engine", origins, **options))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()
