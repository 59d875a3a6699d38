"""What an engine takes before it serves: lock, key, port."""

from contextlib import closing

from data.aws.embedded.engine import remember
from data.aws.embedded.folder import take


def test_copies_of_a_folder_start_on_their_own_ports(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    first = take(one)
    with closing(first.socket), closing(first.lock):
        other.mkdir()
        remember(other, first.engine)
        second = take(other)
        with closing(second.socket), closing(second.lock):
            assert second.engine.port != first.engine.port
            assert second.engine.access_key_id == first.engine.access_key_id
