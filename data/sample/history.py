"""Does what the plan of the month says, through the services, each act at its own moment, and each of them once.

Identifiers are made of the act, so a second record of it is refused with all that would come with it; an edit names
the version at which the person must be. So whoever comes back after a crash does only what is missing. Of whom the
trail tells that somebody changed them since the sample was written, nothing is changed any more.
"""

import logging
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final, Protocol

from data.audit.models import AuditRecord
from data.authentication.actions import AccessAction
from data.authentication.authenticator import actor_of
from data.aws.conditions import present
from data.aws.tables import change
from data.core.clock import Clock, iso
from data.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, NotSignedIn, RateLimited, Unavailable
from data.core.identifiers import Identifiers
from data.core.permissions import Actor, Role
from data.sample.acts import Act, Deed
from data.sample.month import Month
from data.sample.organisation import SEED_ID, SampleOrganisation
from data.users.models import EditPerson
from data.users.table import USERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.services import Services
    from data.storage.unit_of_work import Store

REFUSED: Final = (Conflict, InvalidInput, NotFound, NotPermitted, NotSignedIn, RateLimited)  # done before, or not to be
CHOOSES: Final = timedelta(minutes=25)
LATELY: Final = 50  # records about a person that are looked at
TOGETHER: Final = 25  # writes in one transaction
TRIES: Final = 5  # after which sign-ins are delayed
BROWSERS: Final = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15",
)
log = logging.getLogger(__name__)


class Wire(Protocol):
    """Wires the services anew, on another clock."""

    @property
    def store(self) -> "Store": ...
    def __call__(self, *, clock: Clock, identifiers: Identifiers) -> "Services": ...


class Told(Protocol):
    """Is told how far it is; may raise to stop it."""

    def __call__(self, done: int, total: int | None = None, words: str = "") -> None: ...


class Then:
    """The clock and the dice of an act: they stand where it stands."""

    def __init__(self) -> None:
        self.moment, self._random = datetime.fromtimestamp(0, UTC), Random(0)

    def stand(self, act: Act, name: str) -> None:
        self.moment, self._random = act.at, Random(f"{name}/{act.key}")

    def now(self) -> datetime:
        return self.moment

    def bits(self, number: int) -> int:
        return self._random.getrandbits(number)


class History:
    """The month of one organisation, which must be there. Raises Unavailable where its people are not yet."""

    def __init__(self, now: "Services", wire: Wire, organisation: SampleOrganisation) -> None:
        self._now, self._wire, self._organisation, self._then = now, wire, organisation, Then()
        self._services = wire(clock=self._then, identifiers=Identifiers(self._then, self._then.bits))
        anchor, founder = now.users.find(SEED_ID), now.credentials.find(organisation.founder.username)
        if anchor is None or founder is None:
            raise Unavailable("The sample people are not all there yet.")
        self._founder_id, self._until = founder.user_id, anchor.created_at
        self._system = Actor("system", founder.org_id, Role.ADMIN, name="Setup", via="system")
        self.acts = Month(organisation, self._until).acts()

    def write(self, told: Told, *, done: int = 0) -> int:
        """Do all acts but the first `done`; how many were refused. Raises what `told` and a failing store raise."""
        refused = 0
        for number, act in enumerate(self.acts[done:], done):
            told(number, len(self.acts), "acts")
            try:
                self._do(act)
            except REFUSED as error:
                refused += 1
                log.info("an act of the sample was left out", extra={"act": act.key, "why": repr(error)})
        self._say_who_changed()
        told(len(self.acts), len(self.acts), "acts")
        return refused

    def _do(self, act: Act) -> None:
        self._then.stand(act, self._organisation.name)
        about = self._id(act.about)
        does: Mapping[Deed, Callable[[], Any]] = {
            Deed.VISIT: lambda: self._visit(act),
            Deed.EDIT: lambda: self._edit(act, about),
            Deed.LINK: lambda: self._services.sessions.new_link(self._actor(act), about),
            Deed.WELCOME: lambda: self._welcome(act, about),
            Deed.TOKEN: lambda: self._services.sessions.create_token(self._actor(act), act.values["name"]),
            Deed.REVOKE: lambda: self._revoke(act),
            Deed.GUESS: lambda: self._guess(act),
            Deed.UNLOCK: lambda: self._services.sessions.unlock(self._actor(act), about),
        }
        does[act.deed]()

    def _id(self, username: str) -> str:
        founder = username == self._organisation.founder.username
        return self._founder_id if founder else self._organisation.user_id(username)

    def _actor(self, act: Act) -> Actor:
        """Who does it, as they are stored now. Raises NotFound for whoever was not there then, or has left."""
        user = self._services.users.find(self._id(act.actor))
        if user is None or not user.active or user.created_at >= act.at:
            raise NotFound(act.actor)
        return actor_of(user, via="web")

    def _visit(self, act: Act) -> None:
        person = next(one for one in self._organisation.people if one.username == act.actor)
        email, sessions = self._organisation.email(person), self._services.sessions
        random = Random(act.actor)
        where = {
            "address": f"10.20.{random.randint(0, 40)}.{random.randint(2, 250)}",
            "user_agent": random.choice(BROWSERS),
        }
        if password := self._organisation.password(person):
            opened = sessions.sign_in(email, password, **where)
        else:
            opened = sessions.sign_in_verified(email, **where)
        if act.until:
            self._then.moment = act.until
            sessions.end(opened.session.secret_sha256)

    def _edit(self, act: Act, about: str) -> None:
        self._untouched(about)
        values: dict[str, Any] = {name: value for name, value in act.values.items() if name != "manager"}
        if "manager" in act.values:
            values["manager_id"] = self._id(act.values["manager"])
        self._services.users.edit(self._actor(act), about, EditPerson.of(**values), seen_version=act.version)

    def _untouched(self, about: str) -> None:
        """Return if nobody has changed this person since the sample was written. Raises Conflict."""
        lately = self._now.directory.history(self._system, about, limit=LATELY).items
        if any(record.created_at > self._until and _changes(record) for record in lately):
            raise Conflict("Somebody has changed this person.")

    def _welcome(self, act: Act, about: str) -> None:
        """A link, and a little later the password that nobody will ever know."""
        self._untouched(about)
        link = self._services.sessions.new_link(self._actor(act), about)
        self._then.stand(replace(act, at=act.at + CHOOSES), self._organisation.name)
        self._services.sessions.set_password(link.partition("#")[2], secrets.token_urlsafe(24))

    def _revoke(self, act: Act) -> None:
        actor = self._actor(act)
        made = [one for one in self._services.sessions.list_tokens(actor) if one.name == act.values["name"]]
        if made:
            self._services.sessions.revoke_token(actor, made[0].token_id)

    def _guess(self, act: Act) -> None:
        for _ in range(TRIES):
            with suppress(NotSignedIn):
                self._services.sessions.sign_in(act.about, secrets.token_urlsafe(12), address=act.values["address"])

    def _say_who_changed(self) -> None:
        """Other processes follow `updatedAt`, and that of the acts is long past: say now that these people changed."""
        now = {"updatedAt": iso(self._now.clock.now())}
        gone = NotFound("This person is not there.")
        changed = sorted({self._id(act.about) for act in self.acts if act.deed in {Deed.EDIT, Deed.WELCOME}})
        writes = [change(USERS, {"userId": one}, now, when=present(USERS), otherwise=gone) for one in changed]
        for start in range(0, len(writes), TOGETHER):
            with self._wire.store.begin(self._system.org_id) as unit:
                unit.add(*writes[start : start + TOGETHER])


def _changes(record: AuditRecord) -> bool:
    """Whether the act left the person another than before; of passwords nothing is recorded but that."""
    return record.before is not None or record.action in {AccessAction.PASSWORD_SET, AccessAction.PASSWORD_CHANGED}
