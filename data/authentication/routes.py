"""/api/auth"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from data.authentication.models import SignIn, SignUp
from data.authentication.sessions import SessionService
from data.config.settings import Settings
from data.core.errors import InvalidInput, NotPermitted, NotSignedIn
from data.core.models import Moment, example
from data.http.client_address import client_address
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import CurrentActor
from data.users.api_models import USER, UserView, View
from data.users.models import User
from data.users.service import UserService


class SignedIn(View):
    """`token` is for `Authorization: Bearer`, until `expires_at`."""

    model_config = example(token="eyJhbGciOi…", expiresAt="2026-11-20T15:29:08.120Z", user=USER)  # noqa: S106 - an example

    token: str
    expires_at: Moment
    user: UserView


class Me(View):
    model_config = example(user=USER)

    user: UserView


def routes(sessions: SessionService, users: UserService, settings: Settings) -> APIRouter:
    router = APIRouter(prefix="/auth", tags=["auth"], route_class=LimitedApiRoute)

    def address(request: Request) -> str:
        return client_address(request.scope, settings.trusted_proxies)

    @router.post("/sign-up", status_code=202)
    def sign_up(request: Request, command: SignUp) -> JSONResponse:
        """Make an organisation and its first admin. The answer is the same for an e-mail that is known already."""
        if settings.sign_up != "open":
            raise NotPermitted("People join by invitation here. Ask an admin of your organisation.")
        _found(sessions, users, command, address(request))
        return JSONResponse({"message": "If this e-mail can be used, you can sign in with it now."}, 202)

    @router.post("/login", response_model_exclude_unset=True)
    def login(request: Request, command: SignIn) -> SignedIn:
        """`email` may hold a username, too. Wrong in any way: 401 in the same words; too often: 429."""
        agent = request.headers.get("user-agent", "")
        opened = sessions.sign_in(
            command.email, command.password, address=address(request), user_agent=agent, via="api"
        )
        token, until = sessions.issue(opened)
        return SignedIn(token=token, expires_at=until, user=UserView.of(opened.user))

    @router.post("/logout", status_code=204)
    def logout(actor: CurrentActor) -> Response:
        """End the session that the cookie or the JWT stands on. A personal token is revoked in Settings."""
        if actor.session:
            sessions.end(actor.session)
        return Response(status_code=204)

    @router.get("/me", response_model_exclude_unset=True)
    def me(actor: CurrentActor) -> Me:
        return Me(user=UserView.of(_self(users, actor.user_id)))

    return router


def _self(users: UserService, user_id: str) -> User:
    user = users.find(user_id)
    if user is None:
        raise NotSignedIn("Sign in first.")
    return user


def _found(sessions: SessionService, users: UserService, command: SignUp, address: str) -> None:
    """Raises RateLimited; InvalidInput, but not for an e-mail that somebody has."""
    sessions.count_sign_up(address)
    try:
        users.create_organisation(
            org_name=command.organisation, email=command.email, username=command.username, password=command.password
        )
    except InvalidInput as error:
        if error.fields.keys() != {"email"}:
            raise
