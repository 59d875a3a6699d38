"""What the command line does for whoever runs the installation: it acts as the system, on any organisation."""

import re
from dataclasses import dataclass
from typing import Final

from data.authentication.models import MOST_TOKENS, Token
from data.core.errors import Conflict, NotFound
from data.core.permissions import Actor, Role, Scope
from data.services import Services
from data.users.models import CreatePerson, User

COMMAND_LINE: Final = "Command line"  # the name of the tokens made here


@dataclass(frozen=True, slots=True)
class Admin:
    """The admin asked for; `created` says whether just now."""

    user: User
    created: bool


def find_admin(services: Services, *, email: str, org: str) -> Admin | None:
    """The admin of that organisation with that e-mail. Raises Conflict if the e-mail is somebody else's."""
    user = find_person(services, email)
    if user is None:
        return None
    home = services.organisations.find_by_name(org)
    if home is None or user.org_id != home.org_id or not user.counts_as_admin:
        raise Conflict(f"{email} is there already, and not as an active admin of {org}. Use another e-mail.")
    return Admin(user, created=False)


def create_admin(services: Services, *, email: str, username: str, org: str, password: str) -> Admin:
    """An admin of the organisation, which is made if absent; once for each e-mail.

    Raises InvalidInput for what cannot be used, Conflict as `find_admin`.
    """
    if there := find_admin(services, email=email, org=org):
        return there
    username = username or username_from(email)
    if home := services.organisations.find_by_name(org):
        command = CreatePerson.of(email=email, username=username, role=Role.ADMIN)
        system = Actor("system", home.org_id, Role.ADMIN, name="Setup", via="system")
        made = services.users.create(system, command, password=password)
    else:
        made = services.users.create_organisation(org_name=org, email=email, username=username, password=password)
    return Admin(made.person.user, created=True)


def make_token(services: Services, *, email: str, days: int, scope: Scope = Scope.ALL) -> tuple[Token, str]:
    """A personal token of the person with that e-mail, and its value; where they have too many, the oldest goes.

    Raises NotFound, Conflict, InvalidInput.
    """
    user = find_person(services, email)
    if user is None:
        raise NotFound(f"Nobody here has the e-mail {email}.")
    if not user.active:
        raise Conflict(f"{email} is deactivated, and a token of theirs would open nothing.")
    person = Actor(user.user_id, user.org_id, user.role, username=user.username, name=user.name, via="system")
    tokens = services.sessions.list_tokens(person)
    ours = [token for token in tokens if token.name == COMMAND_LINE]
    if len(tokens) >= MOST_TOKENS and ours:
        services.sessions.revoke_token(person, ours[-1].token_id)
    return services.sessions.create_token(person, COMMAND_LINE, days, [scope])


def find_person(services: Services, email: str) -> User | None:
    """The person who signs in with that e-mail, in whichever organisation."""
    record = services.credentials.find(email) if "@" in email else None
    return services.users.find(record.user_id) if record else None


def username_from(email: str) -> str:
    """A username for somebody who named none: the part before the @, in the letters that usernames have."""
    name = re.sub(r"[^a-z0-9._-]+", "-", email.partition("@")[0].lower()).strip("._-")
    return name if len(name) > 2 else f"{name}-admin".lstrip("-")  # noqa: PLR2004 - the least that a username has
