"""The rules of staying and leaving. Each method reads: authorise, validate, write with its record."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from secrets import token_urlsafe
from typing import Final, TypeVar

from data.audit.models import Target
from data.authentication.actions import AccessAction
from data.authentication.authenticator import DIGEST, actor_of
from data.authentication.models import MOST_TOKENS, Access, CreateToken, Opened, Session, Token
from data.authentication.sign_in import Entrance
from data.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from data.core.permissions import NOTHING_HERE, Actor, Permission, Scope, authorise
from data.core.retries import retry
from data.credentials.models import SignInRecord, check_typed_password
from data.credentials.table import digest
from data.users.models import User

IN_A_BROWSER: Final = "Change your password where you are signed in, in a browser."
SETTINGS: Final = "settings"  # the count of wrong passwords on the settings page, apart from those at the door
TOGETHER: Final = 50  # sessions that end in one transaction
A = TypeVar("A", bound=Access)


class SessionService(Entrance):
    def issue(self, opened: Opened) -> tuple[str, datetime]:
        """A JWT that stands on the session, and when it ends."""
        return self._jwts.issue(opened.session)

    def end(self, secret_sha256: str) -> None:
        """Sign out; once is as good as twice."""
        session = self._sessions.find_alone(secret_sha256) if DIGEST.fullmatch(secret_sha256) else None
        user = self._users.find(session.user_id) if session else None
        if session is None or user is None:
            return
        with suppress(NotFound), self._store.begin() as unit:  # another tab may be faster
            self._sessions.delete(unit, session)
            self._audit.record(unit, actor_of(user, via=session.via), AccessAction.SIGNED_OUT, entity=Target.user(user))

    def list_of(self, actor: Actor, user_id: str) -> tuple[Session, ...]:
        """Where a person is signed in, newest first. Raises NotFound, NotPermitted."""
        user = self._person(actor, user_id)
        now = self._clock.now()
        return tuple(row for row in self._sessions.list_of(Session, user_id, at=now) if row.admits(user, at=now))

    def revoke(self, actor: Actor, user_id: str, session_id: str) -> None:
        """End one session of a person. Raises NotFound, NotPermitted."""
        user = self._person(actor, user_id)
        session = _with_id(self._sessions.list_of(Session, user_id, at=self._clock.now()), session_id)
        details = {"browser": session.browser, "address": session.address}
        with self._store.begin() as unit:
            self._sessions.delete(unit, session)
            self._audit.record(unit, actor, AccessAction.SESSION_REVOKED, entity=Target.user(user), details=details)

    def sign_out_elsewhere(self, actor: Actor) -> None:
        """End all one's own sessions but the one at hand; tokens and links stay. Raises NotFound, NotPermitted."""
        others = [each for each in self.list_of(actor, actor.user_id) if each.secret_sha256 != actor.session]
        for begins in range(0, len(others), TOGETHER):
            part = others[begins : begins + TOGETHER]
            entity, details = Target.user(actor), {"sessions": len(part)}
            with self._store.begin() as unit:
                for session in part:
                    self._sessions.delete_if_present(unit, session)
                self._audit.record(unit, actor, AccessAction.SIGNED_OUT_ELSEWHERE, entity=entity, details=details)

    def sign_out_everywhere(self, actor: Actor, user_id: str) -> None:
        """End all sessions and tokens of a user, including the caller's own. Raises NotFound, NotPermitted."""
        retry(lambda: self._sign_out_everywhere(actor, user_id), on=VersionConflict)

    def _sign_out_everywhere(self, actor: Actor, user_id: str) -> None:
        user = self._person(actor, user_id)
        target = Target.user(user)
        with self._store.begin(user.org_id) as unit:
            after = self._users.revoke_access(unit, user, at=self._clock.now())
            self._audit.record(unit, actor, AccessAction.SIGNED_OUT_EVERYWHERE, entity=target, before=user, after=after)

    def change_password(self, actor: Actor, current: str, new: str) -> None:
        """Set one's own password. All other sessions, and all tokens, end; the one at hand goes on.

        Raises InvalidInput (current, password), RateLimited, Conflict, NotPermitted without a session.
        """
        authorise(actor, Permission.OWN_SETTINGS)
        found = self._sessions.find(Session, actor.session, actor.user_id) if actor.session else None
        if found is None:
            raise NotPermitted(IN_A_BROWSER)
        check_typed_password(current, "current")
        user = found[1]
        record = self._credentials.find(user.username)
        attempt = self._credentials.begin(user.username, address="", device=SETTINGS)
        if not self._credentials.matches(record, current) or record is None:
            raise InvalidInput({"current": "This is not your present password."})
        self._credentials.succeeded(attempt)
        hashed = self._credentials.hash_password(record, new)
        retry(lambda: self._store_password(actor, record, hashed), on=VersionConflict)

    def _store_password(self, actor: Actor, record: SignInRecord, hashed: str) -> None:
        """Store a new password with the user and the session as they are now. Raises VersionConflict, NotPermitted."""
        found, now = self._sessions.find(Session, actor.session, actor.user_id), self._clock.now()
        if found is None or not found[0].admits(found[1], at=now):
            raise NotPermitted(IN_A_BROWSER)
        session, user = found
        with self._store.begin(user.org_id) as unit:
            after = self._users.revoke_access(unit, user, at=now)
            self._credentials.set_password(unit, record, hashed, at=now)
            kept = session.model_copy(update={"security_version": after.security_version, "updated_at": now})
            self._sessions.update(unit, session, kept)
            self._audit.record(unit, actor, AccessAction.PASSWORD_CHANGED, entity=Target.user(user))

    def set_password(self, secret: str, new: str) -> User:
        """Set the password of whom a link was made for, once; all their sessions and delays end.

        Raises NotFound for a link that is used, too old, or of before a change of rights; InvalidInput; Conflict.
        """
        after = retry(lambda: self._set_password(secret, new), on=VersionConflict)
        self._credentials.unlock(after.username)
        return after

    def _set_password(self, secret: str, new: str) -> User:
        reset = self._credentials.get_reset(secret)
        user = self._users.find(reset.user_id)
        record = self._credentials.find(user.username) if user else None
        if user is None or record is None or not user.active or user.security_version != reset.security_version:
            raise NotFound("This link does not work any more. Ask an admin for a new one.")
        now = self._clock.now()
        hashed = self._credentials.hash_password(record, new)
        with self._store.begin(user.org_id) as unit:
            after = self._users.revoke_access(unit, user, at=now)
            self._credentials.use_reset(unit, secret)
            self._credentials.set_password(unit, record, hashed, at=now)
            self._audit.record(unit, actor_of(user, via="web"), AccessAction.PASSWORD_SET, entity=Target.user(user))
        return after

    def new_link(self, actor: Actor, user_id: str) -> str:
        """A set-password link for a person, to be shown once. Raises NotFound, NotPermitted, Conflict."""
        user = self._users.get_user_for(actor, user_id, Permission.MANAGE_SIGN_IN)
        if not user.active:
            raise Conflict("Reactivate this person first.")
        with self._store.begin() as unit:
            url = self._credentials.create_link(unit, user, at=self._clock.now())
            self._audit.record(unit, actor, AccessAction.PASSWORD_LINK_MADE, entity=Target.user(user))
        return url

    def failed_tries(self, actor: Actor, user_id: str) -> int:
        """How many tries in a row to sign in as a person failed, where that delays the next one; else 0.

        Raises NotFound, NotPermitted.
        """
        user = self._users.get_user_for(actor, user_id, Permission.MANAGE_SIGN_IN)
        return self._credentials.failures([(user.username, user.email or user.username)])[0]

    def unlock(self, actor: Actor, user_id: str) -> None:
        """Lift the delays on a person's sign-in. Raises NotFound, NotPermitted."""
        user = self._users.get_user_for(actor, user_id, Permission.MANAGE_SIGN_IN)
        self._audit.log(actor, AccessAction.SIGN_IN_UNLOCKED, entity=Target.user(user))
        self._credentials.unlock(user.username)

    def create_token(
        self, actor: Actor, name: str, days: int = 90, scopes: Sequence[str] = (Scope.ALL,)
    ) -> tuple[Token, str]:
        """A personal token, and its value: shown now, never again. Raises InvalidInput, Conflict, NotPermitted."""
        authorise(actor, Permission.OWN_SETTINGS)
        if actor.via == "token":
            raise NotPermitted("A token cannot make tokens. Sign in, in a browser.")
        command, now = CreateToken.of(name=name, days=days, scopes=scopes), self._clock.now()
        user = self._person(actor, actor.user_id)
        if len(self.list_tokens(actor)) >= MOST_TOKENS:
            raise Conflict(f"You have {MOST_TOKENS} tokens. Revoke one first.")
        secret = token_urlsafe(32)
        token = Token.made(user, command, at=now, token_id=self._identifiers.new(), secret_sha256=digest(secret))
        details = {"tokenId": token.token_id, "name": token.name, "days": command.days}
        details["scopes"] = ", ".join(token.scopes)
        with self._store.begin() as unit:
            self._sessions.insert(unit, token)
            self._audit.record(unit, actor, AccessAction.TOKEN_CREATED, entity=Target.user(user), details=details)
        return token, f"{token.token_id}.{user.user_id}.{secret}"

    def list_tokens(self, actor: Actor) -> tuple[Token, ...]:
        """One's own that still open, newest first."""
        user, now = self._person(actor, actor.user_id), self._clock.now()
        return tuple(row for row in self._sessions.list_of(Token, actor.user_id, at=now) if row.admits(user, at=now))

    def revoke_token(self, actor: Actor, token_id: str) -> None:
        """Raises NotFound."""
        authorise(actor, Permission.OWN_SETTINGS)
        token = _with_id(self._sessions.list_of(Token, actor.user_id, at=self._clock.now()), token_id)
        details = {"tokenId": token.token_id, "name": token.name}
        with self._store.begin() as unit:
            self._sessions.delete(unit, token)
            self._audit.record(unit, actor, AccessAction.TOKEN_REVOKED, entity=Target.user(actor), details=details)

    def _person(self, actor: Actor, user_id: str) -> User:
        """Oneself, or somebody whose sign-in the actor manages."""
        if user_id != actor.user_id:
            return self._users.get_user_for(actor, user_id, Permission.MANAGE_SIGN_IN)
        authorise(actor, Permission.OWN_SETTINGS)
        user = self._users.find(user_id)
        if user is None:
            raise NotFound(NOTHING_HERE)
        return user


def _with_id(rows: list[A], id: str) -> A:
    found = next((row for row in rows if row.id == id), None)
    if found is None:
        raise NotFound(NOTHING_HERE)
    return found
