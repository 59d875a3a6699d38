import socket

import pytest
from cryptography.fernet import Fernet

import data
from data.config.settings import load
from data.runtime.instance_lock import AlreadyRunning, held, occupants
from data.runtime.preflight import Refused, ending_with_a_sentence, look
from tests.dashboards import free_port


@pytest.fixture
def taken():
    """A port of this machine on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def settings(tmp_path, taken):
    return load({"DASHBOARD_STATE_DIR": str(tmp_path), "DASHBOARD_PORT": str(taken)})


def test_a_dashboard_starts_on_the_port_of_its_settings(settings):
    look(settings, settings.port)


def test_a_taken_port_names_the_setting_that_helps(settings):
    with pytest.raises(Refused, match=r"taken by another program.*DASHBOARD_PORT"):
        look(settings, settings.port + 1)


def test_a_server_on_another_port_is_told_of_make_run(settings, tmp_path):
    given = load({"DASHBOARD_STATE_DIR": str(tmp_path), "DASHBOARD_PORT": str(free_port())})
    with pytest.raises(Refused, match=r"server listens on .* make run"):
        look(given, settings.port)


def test_a_second_start_learns_where_the_first_one_is(settings, tmp_path):
    with held(tmp_path, settings.port, "http://127.0.0.1:1234"), pytest.raises(AlreadyRunning) as running:
        look(settings, settings.port + 1)
    assert str(running.value) == "The dashboard is already running at http://127.0.0.1:1234"


def test_a_place_is_free_again_when_its_dashboard_ended(settings, tmp_path):
    with held(tmp_path, settings.port, settings.url):
        assert occupants(tmp_path) == [settings.url]
    assert occupants(tmp_path) == []
    look(settings, settings.port)


def test_dashboards_on_two_ports_share_one_folder(tmp_path):
    with held(tmp_path, 8501, "http://a"), held(tmp_path, 8502, "http://b"):
        assert occupants(tmp_path) == ["http://a", "http://b"]


def test_one_that_has_not_said_its_address_is_found_by_port(tmp_path):
    with held(tmp_path, 8501, "http://a"):
        (tmp_path / "dashboard-8501.lock").write_text("")
        assert occupants(tmp_path) == ["http://127.0.0.1:8501"]


@pytest.mark.parametrize(
    ("trouble", "code"), [(AlreadyRunning("http://here"), 0), (Refused("Not on this port."), 1)], ids=["running", "no"]
)
def test_trouble_ends_in_one_sentence_without_traceback(trouble, code, capsys):
    with pytest.raises(SystemExit) as ended, ending_with_a_sentence():
        raise trouble
    said = capsys.readouterr()
    assert ended.value.code == code
    assert (said.out or said.err) == f"{trouble}\n"


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7), (4, 0)])
def test_other_pythons_are_refused_with_a_sentence(version):
    assert "needs Python 3.11, 3.12 or 3.13" in data.unsupported(*version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_the_pythons_we_promise_are_let_through(version):
    assert data.unsupported(*version) == ""


def test_production_needs_no_state_folder(tmp_path):
    environ = {
        "DASHBOARD_ENV": "production",
        "DASHBOARD_PUBLIC_URL": "https://ops.example.com",
        "DASHBOARD_SECRET_KEY": "x" * 32,
        "DASHBOARD_MASTER_KEYS": Fernet.generate_key().decode(),
        "AWS_REGION": "eu-central-1",
        "DASHBOARD_STATE_DIR": str(tmp_path / "never"),
    }
    look(load(environ), 8501)
    assert not (tmp_path / "never").exists()
