"""How an engine begins, is shared, comes back and ends."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from data.emulator import EngineError, Supervisor, attach, start
from data.emulator.engine import remember
from data.emulator.process import ROOT
from tests.emulator.owners import owning_process
from tests.emulator.shapes import PATIENCE, alive, everything, key, make_table, until
from tests.engines import client, running_child, running_engine

pytestmark = pytest.mark.engine


def test_a_second_start_joins_the_running_engine(supervisors):
    first, second = supervisors(), supervisors()
    assert first.start() == second.start()
    assert (first.owner, second.owner) == (True, False)
    second.stop()
    assert client(first.engine, "dynamodb").list_tables()["TableNames"] == []


@pytest.mark.soak
def test_starts_at_once_end_in_one_engine(tmp_path):
    processes = [owning_process(tmp_path / "engine") for _ in range(3)]
    try:
        assert len({pid for _, pid in processes}) == 1
    finally:
        for process, _ in processes:
            process.kill()
            process.communicate()


def test_an_engine_is_gone_soon_after_its_parent_is_killed(tmp_path):
    process, pid = owning_process(tmp_path / "engine")
    process.kill()
    process.communicate()
    until(lambda: not alive(pid))


@pytest.mark.soak
def test_a_long_poll_does_not_keep_the_engine(tmp_path):
    with running_child(tmp_path) as child:
        queues = client(child.engine, "sqs")
        address = queues.create_queue(QueueName="empty")["QueueUrl"]
        code = "import sys; from pathlib import Path; from tests.engines import *; from data.emulator import attach\n"
        code += "client(attach(Path(sys.argv[1])), 'sqs').receive_message(QueueUrl=sys.argv[2], WaitTimeSeconds=20)"
        waiting = subprocess.Popen([sys.executable, "-c", code, tmp_path, address], cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda: established(child.engine.port))
        os.kill(child.engine.pid, signal.SIGTERM)
        assert child.process.wait(PATIENCE) == 0
        assert waiting.wait(PATIENCE) != 0


def established(port: int) -> bool:
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "01" for row in sockets("tcp"))


def sockets(kind: str) -> list[str]:
    return Path(f"/proc/net/{kind}").read_text().splitlines()[1:]


def test_a_killed_engine_comes_back_with_everything(supervisors):
    supervisor = supervisors()
    engine = supervisor.start()
    make_table(client(engine, "dynamodb"))
    client(engine, "dynamodb").put_item(TableName="things", Item=key("a", "b"))
    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: supervisor.engine.pid != engine.pid)
    assert supervisor.engine.port == engine.port
    assert supervisor.engine.access_key_id == engine.access_key_id
    assert everything(client(engine, "dynamodb")) == {("a", "b"): key("a", "b")}


def test_one_who_joined_takes_over_from_a_killed_owner(supervisors, tmp_path):
    process, pid = owning_process(tmp_path / "engine")
    joined = supervisors()
    before = joined.start()
    assert (before.pid, joined.owner) == (pid, False)
    process.kill()
    process.communicate()
    until(lambda: joined.owner)
    assert (joined.engine.port, joined.engine.access_key_id) == (before.port, before.access_key_id)
    client(joined.engine, "dynamodb").list_tables()


@pytest.mark.soak
def test_one_who_joined_follows_an_engine_that_its_owner_restarted(supervisors):
    owner, joined = supervisors(), supervisors()
    engine = owner.start()
    joined.start()
    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: joined.engine.pid != engine.pid)
    until(lambda: joined.engine == owner.engine)
    assert owner.owner is not joined.owner


@pytest.mark.soak
def test_pages_of_one_who_joined_may_use_the_engine(supervisors):
    owner, joined = supervisors(), supervisors(origins=["http://127.0.0.1:8502"])
    engine = owner.start()
    joined.start()
    until(lambda: lets_in(engine, "http://127.0.0.1:8502"))
    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: joined.engine.pid != engine.pid)
    until(lambda: lets_in(joined.engine, "http://127.0.0.1:8502"))
    assert not lets_in(joined.engine, "http://127.0.0.1:8503")


def lets_in(engine, origin: str) -> bool:
    asked = {"origin": origin, "access-control-request-method": "PUT"}
    try:
        return httpx.options(f"{engine.url}/bucket/key", headers=asked, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_a_taken_port_means_another_one_and_is_told(supervisors, tmp_path):
    with running_engine(tmp_path / "engine") as before:
        client(before, "sqs").create_queue(QueueName="kept")
    told = []
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before.port))
        other.listen()
        supervisor = supervisors(on_change=told.append)
        engine = supervisor.start()
        assert engine.port != before.port
        assert client(engine, "sqs").get_queue_url(QueueName="kept")["QueueUrl"].startswith(engine.url)
    assert told == []


@pytest.mark.soak
def test_who_is_running_learns_of_a_new_address(supervisors):
    told = []
    supervisor = supervisors(on_change=told.append)
    engine = supervisor.start()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        os.kill(engine.pid, signal.SIGKILL)
        until(lambda: taken(other, engine.port))
        until(lambda: told)
    assert told == [supervisor.engine]
    assert supervisor.engine.port != engine.port


def taken(other: socket.socket, port: int) -> bool:
    try:
        other.bind(("127.0.0.1", port))
        other.listen()
    except OSError:
        return False
    return True


def test_stopping_ends_only_an_engine_of_our_own(supervisors):
    owner, joined = supervisors(), supervisors()
    engine = owner.start()
    joined.start()
    joined.stop()
    joined.stop()
    assert alive(engine.pid)
    owner.stop()
    owner.stop()
    assert not alive(engine.pid)
    with pytest.raises(EngineError, match="not running"):
        _ = owner.engine


@pytest.mark.soak
def test_a_stopped_supervisor_can_start_again(supervisors):
    supervisor = supervisors()
    before = supervisor.start()
    supervisor.stop()
    after = supervisor.start()
    assert (after.port, after.access_key_id) == (before.port, before.access_key_id)
    assert after.pid != before.pid


def test_a_stale_file_of_an_engine_is_not_joined(tmp_path):
    with running_engine(tmp_path) as engine:
        pass
    remember(
        tmp_path, type(engine)(engine.url, engine.access_key_id, engine.secret_access_key, os.getpid(), engine.port)
    )
    assert attach(tmp_path) is None


def test_a_listener_without_the_secret_is_not_joined(tmp_path):
    with running_engine(tmp_path) as engine:
        told = json.loads((tmp_path / "engine.json").read_text())
        (tmp_path / "engine.json").write_text(json.dumps(told | {"secret_access_key": "another"}))
        assert attach(tmp_path) is None
        (tmp_path / "engine.json").write_text(json.dumps(told))
        assert attach(tmp_path) == engine


def test_the_secret_shows_in_no_representation(tmp_path):
    with running_engine(tmp_path) as engine:
        assert engine.secret_access_key not in repr(engine)
        assert engine.secret_access_key not in (tmp_path / "engine.log").read_text()
        assert engine.secret_access_key not in Path(f"/proc/{engine.pid}/cmdline").read_text()


def test_the_child_inherits_nothing_that_leads_away(tmp_path, monkeypatch):
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY", "https_proxy", "LOCALSTACK_PERSISTENCE"):
        monkeypatch.setenv(name, "theirs")
    with running_engine(tmp_path) as engine:
        variables = Path(f"/proc/{engine.pid}/environ").read_text().split("\0")
        assert not [variable for variable in variables if variable.endswith("=theirs")]


def damage(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"neither JSON nor SQLite" * 100)


@pytest.mark.parametrize("name", ["engine.json", "state.sqlite"])
def test_damaged_state_is_one_sentence_with_a_remedy(tmp_path, name):
    with running_engine(tmp_path):
        pass
    damage(tmp_path, name)
    with pytest.raises(EngineError) as refused:
        start(tmp_path)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "engine").write_text("")
    with pytest.raises(EngineError, match=r"state folder .* cannot be used"):
        start(tmp_path / "engine")


@pytest.mark.soak
def test_data_of_another_format_is_left_untouched(tmp_path):
    with running_engine(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "state.sqlite") as rows:
        rows.execute("PRAGMA user_version = 99")
    with pytest.raises(EngineError, match="format 99"):
        start(tmp_path)


@pytest.mark.soak
def test_a_listener_to_changes_that_fails_stops_nothing(supervisors):
    def fail(_):
        raise ValueError

    supervisor = supervisors(on_change=fail)
    engine = supervisor.start()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        os.kill(engine.pid, signal.SIGKILL)
        until(lambda: taken(other, engine.port))
        until(lambda: supervisor.engine.port != engine.port)
    second = supervisor.engine
    os.kill(second.pid, signal.SIGKILL)
    until(lambda: supervisor.engine.pid != second.pid)


@pytest.mark.soak
def test_an_engine_comes_back_once_its_state_is_mended(supervisors, tmp_path):
    supervisor = supervisors()
    engine = supervisor.start()
    state = (tmp_path / "engine" / "engine.json").read_text()
    (tmp_path / "engine" / "engine.json").write_text("{")
    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: "damaged" in trouble(supervisor))
    (tmp_path / "engine" / "engine.json").write_text(state)
    until(lambda: not trouble(supervisor))
    assert supervisor.engine.port == engine.port


def trouble(supervisor: Supervisor) -> str:
    try:
        _ = supervisor.engine
    except EngineError as error:
        return str(error)
    return ""


@pytest.mark.soak
def test_a_damaged_journal_row_never_starts_an_empty_engine(tmp_path):
    with running_engine(tmp_path) as engine:
        make_table(client(engine, "dynamodb"))
    with sqlite3.connect(tmp_path / "state.sqlite") as rows:
        rows.execute("UPDATE entries SET value = '{' WHERE space = 'state'")
    with pytest.raises(EngineError, match="cannot be read"):
        start(tmp_path)
