"""Who may do what. The table of roles below is the only one there is, and so is that of tokens' scopes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Protocol

from data.core.errors import NotFound, NotPermitted


class Role(StrEnum):
    USER = "user"
    ANALYST = "analyst"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """From 0 for a user to 3 for an admin."""
        return list(Role).index(self)


class Permission(StrEnum):
    OPEN_HOME = "home:open"
    OWN_SETTINGS = "settings:own"
    READ_USERS = "users:read"
    LIST_USERS = "users:list"
    READ_EMAILS = "users:read-emails"
    EDIT_PROFILES = "profiles:edit"
    EDIT_USERS = "users:edit"
    CREATE_USERS = "users:create"
    DEACTIVATE_USERS = "users:deactivate"
    MANAGE_SIGN_IN = "sign-in:manage"
    READ_AUDIT = "audit:read"
    READ_AUDIT_OF_PERSON = "audit:read-person"
    EXPORT_USERS = "users:export"
    RETRY_OWN_JOBS = "jobs:retry-own"
    MANAGE_JOBS = "jobs:manage"
    READ_HEALTH = "health:read"
    READ_RAW = "raw:read"


class Reach(IntEnum):
    """How far a grant goes: only oneself; also people below; everyone in the organisation."""

    SELF = 1
    BELOW = 2
    ORGANISATION = 3


def _all(reach: Reach, *permissions: Permission) -> dict[Permission, Reach]:
    return dict.fromkeys(permissions, reach)


_P = Permission
_USER: Final = _all(Reach.ORGANISATION, _P.OPEN_HOME, _P.OWN_SETTINGS) | _all(
    Reach.SELF, _P.READ_USERS, _P.READ_EMAILS, _P.EDIT_PROFILES, _P.RETRY_OWN_JOBS
)
_ANALYST: Final = _USER | _all(Reach.ORGANISATION, _P.READ_USERS, _P.LIST_USERS)
_MANAGER: Final = (
    _ANALYST
    | _all(Reach.ORGANISATION, _P.READ_EMAILS, _P.EXPORT_USERS)
    | _all(Reach.BELOW, _P.EDIT_PROFILES, _P.READ_AUDIT_OF_PERSON)
)

GRANTS: Final[Mapping[Role, Mapping[Permission, Reach]]] = {
    Role.USER: _USER,
    Role.ANALYST: _ANALYST,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _all(Reach.ORGANISATION, *Permission),
}


class Scope(StrEnum):
    """What an access token is for. It narrows what its owner's role grants, and never widens it.

    `people` does not include changes to the e-mail, role or status of an admin, or making one.
    """

    READ = "read"
    PEOPLE = "people"
    ALL = "all"


_READING: Final = frozenset(
    {_P.OPEN_HOME, _P.READ_USERS, _P.LIST_USERS, _P.READ_EMAILS, _P.READ_AUDIT, _P.READ_AUDIT_OF_PERSON, _P.READ_HEALTH}
)
_PEOPLE: Final = _READING | {  # not of admins: `authorise_role` and `authorise_admin_change` require `all` for those
    *(_P.EDIT_PROFILES, _P.EDIT_USERS, _P.CREATE_USERS, _P.DEACTIVATE_USERS),
    *(_P.EXPORT_USERS, _P.RETRY_OWN_JOBS),
}

SCOPES: Final[Mapping[Scope, frozenset[Permission]]] = {  # the narrowest first: a refusal names the first that will do
    Scope.READ: _READING,
    Scope.PEOPLE: _PEOPLE,
    Scope.ALL: frozenset(Permission),
}
WHOLE: Final = frozenset({Scope.ALL})


@dataclass(frozen=True, slots=True)
class Actor:
    """The verified person behind a request, as just read from the store.

    `session`: the SHA-256 of the secret they came with, if they came with a session.
    `via`: what they came through, for the audit trail: web, api, token or system.
    `scopes`: what the token they came with is for; whoever came without one may all that their role grants.
    """

    user_id: str
    org_id: str
    role: Role
    username: str = ""
    name: str = ""
    session: str = ""
    via: str = "web"
    scopes: frozenset[Scope] = WHOLE


class Owned(Protocol):
    """Anything that belongs to an organisation."""

    @property
    def org_id(self) -> str: ...


class Someone(Owned, Protocol):
    """A person, as the target of an act."""

    @property
    def user_id(self) -> str: ...
    @property
    def role(self) -> Role: ...


NOTHING_HERE: Final = "Nothing in your organisation has this ID."


def reach_of(actor: Actor, permission: Permission) -> Reach | None:
    """How far `actor` may: as far as their role goes, and not at all where their token is not for it."""
    if not any(permission in SCOPES[scope] for scope in actor.scopes):
        return None
    return GRANTS[actor.role].get(permission)


def authorise(actor: Actor, permission: Permission, target: Owned | None = None) -> None:
    """Return if `actor` may, on the `target` as it was loaded.

    Raises:
        NotFound: the target is another organisation's; the answer is the same as for no target.
        NotPermitted: the role does not grant `permission` on it, or the token is not for it.
    """
    if target is not None and target.org_id != actor.org_id:
        raise NotFound(NOTHING_HERE)
    reach = reach_of(actor, permission)
    if reach is None or (target is not None and reach is not Reach.ORGANISATION):
        raise _refusal(actor, permission, f"Your role, {actor.role}, does not allow this.")


def authorise_person(actor: Actor, permission: Permission, target: Someone, *, below: bool) -> None:
    """Return if `actor` may, on the person `target` as loaded.

    `below`: whether following `managerId` upward from the target reaches the actor; walked by the caller
    with consistent reads. Someone at or above the actor's rank is never below them.

    Raises NotFound, NotPermitted as `authorise`.
    """
    under = below and target.role.rank < actor.role.rank
    _check_reach(actor, permission, target, own=target.user_id == actor.user_id, under=under)


def authorise_owned(actor: Actor, permission: Permission, target: Owned, *, owner_id: str, below: bool = False) -> None:
    """Return if `actor` may, on a `target` that the user `owner_id` owns, such as a job or a submission.

    `below`: whether the owner is below the actor and of lower rank. The caller finds out with consistent reads.

    Raises NotFound, NotPermitted as `authorise`.
    """
    _check_reach(actor, permission, target, own=owner_id == actor.user_id, under=below)


def authorise_role(actor: Actor, new_role: Role) -> None:
    """Return if `actor` may give a user `new_role`.

    Raises NotPermitted if the role is above the actor's own, or if it is admin and the token is not for everything.
    """
    if new_role.rank > actor.role.rank:
        raise NotPermitted(f"Your role, {actor.role}, cannot make someone {new_role}.")
    _require_whole_scope(actor, new_role)


def authorise_admin_change(actor: Actor, before: Role, after: Role) -> None:
    """Return if `actor` may change the e-mail, role or status of a user with these roles before and after.

    Any such change of an admin, or to an admin, decides who can sign in with all rights. It therefore requires the
    scope `all`, like the operations on sessions and set-password links. Raises NotPermitted.
    """
    _require_whole_scope(actor, before, after)


def authorise_users_file(actor: Actor) -> None:
    """Return if `actor` may have a file that lists users, with their e-mail addresses. Raises NotPermitted."""
    for permission in (Permission.EXPORT_USERS, Permission.READ_EMAILS):
        if reach_of(actor, permission) is not Reach.ORGANISATION:
            raise _refusal(actor, permission, f"Your role, {actor.role}, does not allow files of users.")


def sees_emails(actor: Actor) -> bool:
    """Return whether `actor` may read the e-mail addresses of all users of the organisation."""
    return reach_of(actor, Permission.READ_EMAILS) is Reach.ORGANISATION


def may(actor: Actor, permission: Permission) -> bool:
    """Whether to offer something on a screen. A courtesy; services authorise."""
    return reach_of(actor, permission) is not None


def _check_reach(actor: Actor, permission: Permission, target: Owned, *, own: bool, under: bool) -> None:
    if target.org_id != actor.org_id:
        raise NotFound(NOTHING_HERE)
    reach = reach_of(actor, permission)
    if reach is Reach.ORGANISATION or (reach and own) or (reach is Reach.BELOW and under):
        return
    raise _refusal(actor, permission, f"Your role, {actor.role}, does not allow this here.")


def _refusal(actor: Actor, permission: Permission, by_role: str) -> NotPermitted:
    """Of the role, or of the token where the role would do: then it names the scope that is missing."""
    if reach_of(actor, permission) is not None or permission not in GRANTS[actor.role]:
        return NotPermitted(by_role)
    return _out_of_scope(actor, next(scope for scope, permissions in SCOPES.items() if permission in permissions))


def _require_whole_scope(actor: Actor, *roles: Role) -> None:
    if Role.ADMIN in roles and not actor.scopes & WHOLE:
        raise _out_of_scope(actor, Scope.ALL)


def _out_of_scope(actor: Actor, missing: Scope) -> NotPermitted:
    held = " and ".join(scope for scope in Scope if scope in actor.scopes) or "none"
    return NotPermitted(f"This token's scope is {held}; this takes the scope {missing}. Make a token that has it.")
