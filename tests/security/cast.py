"""Two organisations with somebody in every position, on stores that can be put back as they were."""

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from starlette.testclient import TestClient

from data.authentication.models import Session
from data.authentication.repository import SessionRepository
from data.bulk.models import Act, PlannedRow
from data.config.resources import FILES_QUEUE
from data.core.permissions import GRANTS, Actor, Permission, Reach, Role
from data.domain import JobType
from data.jobs.table import JOBS
from data.registry import TABLES
from data.storage.unit_of_work import UnitOfWork
from data.users.models import EditPerson
from data.users.profile_table import PROFILES
from tests.conftest import World
from tests.doors import PASSWORD, house

ACME = (  # name, role, manager
    ("root", "admin", None),
    ("ada", "admin", "root"),
    ("mia", "manager", "root"),
    ("max", "manager", "mia"),
    ("ana", "analyst", "mia"),
    ("una", "user", "mia"),
    ("uma", "user", "una"),
    ("otto", "user", "root"),
    ("newt", "user", "mia"),
    ("nora", "user", "root"),
    ("eve", "user", "root"),
    ("dora", "admin", "root"),
)
GLOBEX = (("gwen", "admin", None), ("gia", "manager", "gwen.globex"), ("gus", "user", "gia.globex"))
WITHOUT_PROFILE = ("newt", "nora")
ASKERS = {
    "expired": "eve",
    "deactivated": "dora",
    "user": "una",
    "analyst": "ana",
    "manager": "mia",
    "admin": "root",
    "other_user": "gus.globex",
    "other_manager": "gia.globex",
    "other_admin": "gwen.globex",
    "token": "mia",
    "reader": "root",
    "clerk": "root",
    "stripped": "una",
    "deputy": "mia",
}
TARGETS = {
    "below": "uma",
    "beside": "otto",
    "peer": "max",
    "top": "ada",
    "former": "dora",
    "manager": "mia",
    "bare": "newt",
    "strange": "nora",
    "absent": "nobody-by-this-id",
    "-": "",
}
ADMINS_ACTS = (Permission.CREATE_USERS, Permission.EDIT_USERS, Permission.DEACTIVATE_USERS)
READING = ("Get", "Head", "List", "Query", "Scan", "BatchGet", "TransactGet", "Describe")
Everything = dict[str, Any]


@dataclass
class Stage:
    """The cast on their stores: whoever asks, over HTTP or as an actor, and all that is stored."""

    world: World
    sessions: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)  # plans of files of people
    clients: dict[str, TestClient] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)  # the tokens that some of those who ask come with
    written: list[str] = field(default_factory=list)  # the calls that wrote since all was as in the beginning

    def __post_init__(self) -> None:
        for people, org in ((ACME, "acme"), (GLOBEX, "globex")):
            for name, role, manager in people:
                self._enters(name, role, manager, org)
        root = self.actor("admin")
        self.world.services.users.edit(root, "uma", EditPerson.of(bio="So that there is a record of something."))
        reading = self.world.services.sessions.create_token(root, "reading", scopes=["read"])
        clerk = self.world.services.sessions.create_token(root, "people", scopes=["people"])
        self.values = {"token": self.tokens["mia"][1], "reader": reading[1], "clerk": clerk[1]}
        for token in self.values:
            self.actor(token)  # the first use of a token is noted, later ones of the next minutes are not
        self.beginning = self.everything()
        self._watch()

    def _enters(self, name: str, role: str, manager: str | None, org: str) -> None:
        inactive = {"status": "inactive"} if name == "dora" else {}
        picture = {f"picture{size}Key": f"profile-pictures/{name}/1.webp" for size in ("", "Small")}
        placed = {"managerId": manager} if manager else {}
        person = self.world.person(role, org, name, password=PASSWORD, **placed, **picture, **inactive)
        opened = self.world.opened(person)
        if not inactive:
            self.sessions[person.user_id] = opened
            token, value = self.world.services.sessions.create_token(person, "script")
            self.tokens[person.user_id] = (token.token_id, value)
        self._leaves_a_job(person)
        self._leaves_a_plan(person)
        if name == "eve":
            self._expire(opened.session)
        self.sessions[person.user_id] = opened
        self._profiled(person, placed)

    def _leaves_a_job(self, person: Actor) -> None:
        """One that failed, so that it can be tried again."""
        job = self.world.services.jobs.enqueue(UnitOfWork(), person, JobType("rehearsal", FILES_QUEUE), {})
        failed = job.stumbled("As told.", self.world.clock.now(), for_good=True)
        self.world.store(JOBS, failed.to_item())
        self.jobs[person.user_id] = failed.job_id

    def _leaves_a_plan(self, person: Actor) -> None:
        """Leave a change of roles and an import, both planned while everyone could."""
        row = PlannedRow(number=1, act=Act.CHANGE, user_id="uma", name="Uma", version=2, after={"role": "analyst"})
        mighty = replace(person, role=Role.ADMIN)
        batch = self.world.services.batches.plan(mighty, [row], cause="bulk", title="Left behind")
        self.batches[person.user_id] = batch.batch_id
        new = {"email": "sought@new.example", "username": "sought"}
        row = PlannedRow(number=1, act=Act.CREATE, user_id="new-by-file", name="Sought", after=new)
        batch = self.world.services.batches.plan(mighty, [row], cause="import", title="Sent before")
        self.imports[person.user_id] = batch.batch_id

    def _expire(self, session: Session) -> None:
        past = session.model_copy(update={"expires_at": session.created_at, "ttl": 1})
        with self.world.begin() as unit:
            SessionRepository(self.world.dynamo).update(unit, session, past)

    def _profiled(self, person: Actor, placed: dict[str, str]) -> None:
        key = {"profileId": person.user_id}
        if person.user_id in WITHOUT_PROFILE:
            self.world.clients.dynamodb.delete_item(
                TableName=self.world.settings.table(PROFILES.name), Key={"profileId": {"S": person.user_id}}
            )
        elif placed:
            profile = self.world.dynamo.get(PROFILES, key)
            self.world.store(PROFILES, {**(profile or {}), **placed})

    @cached_property
    def door(self) -> Any:
        return house(self.world)

    def target(self, about: str, asker: str) -> str:
        """The userId of whom it is about."""
        return ASKERS.get(asker, "nobody") if about == "self" else TARGETS[about]

    def actor(self, asker: str) -> Actor:
        """Who asks, as identity reads them."""
        sessions = self.world.services.sessions
        if asker in self.values:
            return sessions.bearer(self.values[asker])
        return sessions.actor(ASKERS[asker], self.sessions[ASKERS[asker]].session.secret_sha256)

    def client(self, asker: str) -> TestClient:
        """Who asks, as a browser or a program of theirs sends it."""
        if asker not in self.clients:
            self.clients[asker] = self._client(asker)
        return self.clients[asker]

    def _client(self, asker: str) -> TestClient:
        headers = {"sec-fetch-site": "same-origin"}
        if asker in self.values:
            headers = {"authorization": f"Bearer {self.values[asker]}"}
        elif asker != "anonymous":
            headers["cookie"] = f"{self.world.settings.cookie}={self.sessions[ASKERS[asker]].cookie}"
        return TestClient(
            self.door,
            base_url=self.world.settings.url,
            headers=headers,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    @contextmanager
    def roles_for(self, asker: str) -> Any:
        """The two roles that are not, while one of them asks."""
        before = dict(GRANTS)
        if asker == "stripped":
            GRANTS[Role.USER] = {}
        elif asker == "deputy":
            GRANTS[Role.MANAGER] = {**before[Role.MANAGER], **dict.fromkeys(ADMINS_ACTS, Reach.ORGANISATION)}
        try:
            yield
        finally:
            GRANTS.update(before)

    def everything(self) -> Everything:
        """All that is stored, but for what refusals leave. Read where moto keeps it: by its API it takes seconds."""
        stored: Everything = {table.name: self._rows(table) for table in TABLES}
        for name, bucket in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.items():
            stored[name] = {key: found.etag for key, found in bucket.keys.items()}
        return stored

    def put_back(self) -> bool:
        """Make the stores what they were when the cast had entered; whether there was anything to do."""
        if not self.written:
            return False
        now = self.everything()
        if changed := now != self.beginning:
            self._put_back(now)
        self.written.clear()
        return changed

    def _watch(self) -> None:
        """Note what is written from now on: most who ask are refused, and to compare all for each takes long."""
        clients = self.world.clients
        for client in (clients.dynamodb, clients.s3):
            client.meta.events.register("before-call", self._note)

    def unwatch(self) -> None:
        """To be called in the end: the clients are those of all tests of this process."""
        clients = self.world.clients
        for client in (clients.dynamodb, clients.s3):
            client.meta.events.unregister("before-call", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(READING):
            self.written.append(model.name)

    def _put_back(self, now: Everything) -> None:
        for table in TABLES:
            name, before = self.world.settings.table(table.name), self.beginning[table.name]
            for key, item in before.items():
                if now[table.name].get(key) != item:
                    self.world.clients.dynamodb.put_item(TableName=name, Item=item)
            for key in now[table.name].keys() - before.keys():
                names = dict(zip(table.key, key, strict=True))
                self.world.clients.dynamodb.delete_item(TableName=name, Key={n: {"S": v} for n, v in names.items()})
        for bucket in now.keys() - {table.name for table in TABLES}:
            for key in now[bucket].keys() - self.beginning[bucket].keys():
                self.world.clients.s3.delete_object(Bucket=bucket, Key=key)
        self.world.platform.memory.forget("acme", "globex")

    def _rows(self, table: Any) -> dict[tuple[str, ...], Any]:
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.world.settings.aws_region].tables
        kept = tables[self.world.settings.table(table.name)].items.values()
        # By their partition keys, and where there is a sort key by that too; moto's own way to all of them sorts them.
        found = [item for each in kept for item in (each.values() if isinstance(each, dict) else (each,))]
        items = [item.to_json()["Attributes"] for item in found]
        keyed = {tuple(item[name]["S"] for name in table.key): item for item in items}
        return {key: item for key, item in keyed.items() if not self._left_by_refusals(key, item)}

    @staticmethod
    def _left_by_refusals(key: tuple[str, ...], item: Any) -> bool:
        return key[0].startswith("ATTEMPTS#") or "refused_rise_in_rank" in str(item.get("input"))
