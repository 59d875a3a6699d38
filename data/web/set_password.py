"""The page on which a person sets a password. The link's secret is in the fragment; the page's own script posts it."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from data.core.errors import AppError, InvalidInput
from data.core.models import Command, sentences
from data.credentials.models import Password
from data.http import errors
from data.services import Services
from data.web.page_routes import LimitedRoute, in_pool
from data.web.sign_in import page


class SetPassword(Command):
    """`token`: the secret of the link."""

    token: str
    password: Password


def routes(services: Services) -> list[BaseRoute]:
    async def show(_: Request) -> Response:
        return page("set_password", services.settings)

    async def set_password(request: Request) -> Response:
        try:
            command = _read(await request.body())
            await in_pool(request, services.sessions.set_password, command.token, command.password)
        except AppError as error:
            return errors.answer(error, errors.correlation_id(request))
        return JSONResponse({})

    return [
        LimitedRoute("/set-password", show, methods=["GET"]),
        LimitedRoute("/set-password", set_password, methods=["POST"]),
    ]


def _read(body: bytes) -> SetPassword:
    """Raises InvalidInput."""
    try:
        return SetPassword.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput(sentences(error.errors())) from None
