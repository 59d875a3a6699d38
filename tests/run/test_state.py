from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from data.config.settings import load
from data.config.state_folder import StateError, master_keys_of, open_state, secret_of


@pytest.fixture
def settings(tmp_path):
    return load({"DASHBOARD_STATE_DIR": str(tmp_path / "state")})


def mode(path):
    return oct(path.stat().st_mode & 0o777)


def test_the_folder_and_its_keys_are_closed_to_others(settings):
    secret_of(settings), master_keys_of(settings)
    folder = open_state(settings).folder
    assert mode(folder) == "0o700"
    assert {path.name: mode(path) for path in folder.iterdir()} == {"secret.key": "0o600", "master.keys": "0o600"}


def test_a_folder_that_was_open_is_closed(settings):
    settings.state_dir.mkdir(mode=0o755)
    assert mode(open_state(settings).folder) == "0o700"


def test_keys_stay_the_same_from_start_to_start(settings):
    text = master_keys_of(settings)[0].encrypt(b"entrusted")
    assert secret_of(settings) == secret_of(settings)
    assert master_keys_of(settings)[0].decrypt(text) == b"entrusted"


def test_two_that_start_at_once_agree_on_one_secret(settings):
    open_state(settings)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret_of(settings), range(8)))) == 1


def test_keys_given_in_the_settings_make_no_folder(tmp_path):
    given = {"DASHBOARD_SECRET_KEY": "x" * 32, "DASHBOARD_MASTER_KEYS": f"{key()},{key()}"}
    settings = load(given | {"DASHBOARD_STATE_DIR": str(tmp_path / "state")})
    assert secret_of(settings) == b"x" * 32
    assert len(master_keys_of(settings)) == 2
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("damage", [b"", b"short", b"\xff" * 64])
def test_a_damaged_secret_is_named_and_kept(settings, damage):
    file = open_state(settings).folder / "secret.key"
    file.write_bytes(damage)
    with pytest.raises(StateError, match=r"secret\.key is damaged.*make reset"):
        secret_of(settings)
    assert file.read_bytes() == damage


def test_damaged_master_keys_are_named_and_kept(settings):
    file = open_state(settings).folder / "master.keys"
    file.write_text(f"{key()} and something else")
    with pytest.raises(StateError, match=r"master\.keys is damaged"):
        master_keys_of(settings)


def test_a_file_in_the_folders_place_names_the_setting(settings):
    settings.state_dir.write_text("not a folder")
    with pytest.raises(StateError, match="DASHBOARD_STATE_DIR"):
        open_state(settings)


def test_an_unreadable_key_is_a_sentence_of_ours(settings):
    (open_state(settings).folder / "secret.key").mkdir()
    with pytest.raises(StateError, match=r"secret\.key cannot be used"):
        secret_of(settings)


def test_a_folder_of_somebody_else_is_refused(settings, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StateError, match="Permission denied"):
        open_state(settings)


def test_emptying_leaves_what_is_not_ours(settings):
    secret_of(settings), master_keys_of(settings)
    state = open_state(settings)
    state.engine.mkdir()
    (state.engine / "rows").touch()
    (state.folder / "dashboard-8501.lock").touch()
    (state.folder / "notes.txt").touch()
    state.emptied()
    assert [path.name for path in state.folder.iterdir()] == ["notes.txt"]


def key():
    return Fernet.generate_key().decode()
