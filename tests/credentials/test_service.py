from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, get_ident

import pytest
from argon2 import PasswordHasher

from data.core.errors import Conflict, InvalidInput
from data.credentials.passwords import Passwords
from data.storage.single_table import API_DASHBOARD
from tests.conftest import CHEAP

PASSWORD = "correct horse battery"


def insert(world, name, *, email=None, username=None, password=PASSWORD):
    with world.begin() as unit:
        world.services.credentials.insert(
            unit,
            user_id=name,
            org_id="acme",
            username=username or name,
            email=email or f"{name}@acme.example",
            password=password,
            at=world.clock.now(),
        )


def change_email(world, new):
    """Change the e-mail of ann."""
    with world.begin() as unit:
        world.services.credentials.change_email(
            unit,
            user_id="ann",
            org_id="acme",
            username="ann",
            old="ann@acme.example",
            new=new,
            at=world.clock.now(),
        )


def test_the_record_keeps_the_seeds_names(world):
    insert(world, "ann")
    item = world.dynamo.get(API_DASHBOARD, {"PK": "USER#ann", "SK": "PROFILE"})
    assert {"username", "password", "email", "created_at", "userId", "orgId"} <= item.keys()
    assert item["created_at"] == int(world.clock.now().timestamp())
    assert item["password"].startswith("$argon2id$")


def test_a_person_without_password_has_none_stored(world):
    insert(world, "ann", password=None)
    assert "password" not in world.dynamo.get(API_DASHBOARD, {"PK": "USER#ann", "SK": "PROFILE"})


@pytest.mark.parametrize(
    ("taken", "field"),
    [
        ({"username": "ann"}, "username"),
        ({"email": "ann@acme.example"}, "email"),
        ({"email": "\uff21NN@Acme.example"}, "email"),
    ],
)
def test_what_is_taken_cannot_be_used_again(world, taken, field):
    insert(world, "ann")
    before = world.items(API_DASHBOARD)
    with pytest.raises(InvalidInput) as refusal:
        insert(world, "bob", **taken)
    assert "cannot be used" in refusal.value.fields[field]
    assert world.items(API_DASHBOARD) == before


def test_a_moved_email_signs_in_and_frees_the_old(world):
    credentials = world.services.credentials
    insert(world, "ann")
    change_email(world, "Ann@new.example")
    assert credentials.find("ann@NEW.example").username == "ann"
    assert credentials.find("ann@acme.example") is None
    insert(world, "bob", email="ann@acme.example")


def test_an_email_of_somebody_else_cannot_be_moved_to(world):
    insert(world, "ann")
    insert(world, "bob")
    with pytest.raises(InvalidInput):
        change_email(world, "bob@acme.example")
    assert world.services.credentials.find("ann@acme.example").user_id == "ann"


def test_only_the_case_of_an_email_may_change(world):
    insert(world, "ann")
    change_email(world, "Ann@Acme.example")
    assert world.services.credentials.find("ann@acme.example").email == "Ann@Acme.example"


def test_two_changes_of_one_password_cannot_both_win(world):
    insert(world, "ann")
    credentials, now = world.services.credentials, world.clock.now()
    record = credentials.find("ann")
    first, second = (credentials.hash_password(record, f"another horse {n}") for n in "12")
    with world.begin() as unit:
        credentials.set_password(unit, record, first, at=now)
    with pytest.raises(Conflict), world.begin() as unit:
        credentials.set_password(unit, record, second, at=now)


class OpenHasher(PasswordHasher):
    """Finds that every password matches, so that only the missing hash can refuse it."""

    def verify(self, hash, password):  # noqa: ARG002 - it would match
        super().check_needs_rehash(hash)
        return True


@pytest.mark.parametrize("stored", [None, "", "plaintext", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$broken"])
def test_unreadable_hashes_match_no_password(stored):
    passwords = Passwords(OpenHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.verify(PASSWORD, stored)


def test_composed_and_decomposed_letters_are_the_same_password():
    assert CHEAP.verify("cafe\u0301 cafe\u0301", CHEAP.hash("caf\u00e9 caf\u00e9"))


def test_hashes_are_as_strong_as_promised():
    assert "$m=19456,t=2,p=1$" in Passwords().hash(PASSWORD)


def test_whatever_is_typed_belongs_to_nobody(world):
    for identifier in ["\ud800", "ﷺ" * 254 + "@x", "x" * 5_000, "@", "#", "a@b@c", "\x00"]:
        assert world.services.credentials.find(identifier) is None, identifier


class CrowdedHasher(PasswordHasher):
    """Goes on only when four are in it; counts how many there ever were, and in which threads."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.inside, self.most, self.four, self.lock = 0, 0, Barrier(4), Lock()
        self.threads = set()

    def verify(self, hash, password):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.threads.add(get_ident())
        self.four.wait(timeout=30)
        try:
            return super().verify(hash, password)
        finally:
            with self.lock:
                self.inside -= 1


@pytest.fixture
def crowded():
    """The hasher after twelve people came at once."""
    hasher = CrowdedHasher()
    passwords = Passwords(hasher)
    stored = passwords.hash(PASSWORD)
    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(lambda _: passwords.verify(PASSWORD, stored), range(12)))
    return hasher


def test_only_four_passwords_are_looked_at_together(crowded):
    assert crowded.most == 4


def test_only_four_threads_ever_keep_a_hashs_memory(crowded):
    assert len(crowded.threads) == 4
