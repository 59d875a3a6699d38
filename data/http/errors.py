"""How failures look over HTTP: their status, and one body for all."""

import logging
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from data.core.errors import AppError, Conflict, Defect, InvalidInput, Misconfigured
from data.core.models import example, sentences
from data.core.permissions import Actor, Role

log = logging.getLogger(__name__)

CODES: Final = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    421: "misdirected",
    429: "rate_limited",
}
REFUSED: Final = frozenset({401, 403, 404, 429})  # whoever tries doors leaves a trace of it
SENTENCES: Final = {404: "There is nothing at this address.", 405: "This address does not take that method."}
SURPRISE: Final = "This should not have happened. It was recorded under the id given here."


class VersionsView(BaseModel):
    seen: int | None
    stored: int


class ErrorView(BaseModel):
    code: str
    message: str
    correlationId: str  # noqa: N815 - as it is sent
    fields: dict[str, str] | None = None
    versions: VersionsView | None = None
    remedy: str | None = None


class ErrorBody(BaseModel):
    """Every failure: `fields` by path where input is wrong, `versions` where somebody else was quicker."""

    model_config = example(
        error={
            "code": "conflict",
            "message": "Somebody changed this person while you were at it.",
            "correlationId": "01JDB8Q7R2",
            "versions": {"seen": 2, "stored": 3},
        }
    )

    error: ErrorView


def install_error_handlers(app: FastAPI) -> None:
    """Let `app` answer whatever fails with our one body."""

    @app.exception_handler(AppError)
    async def understood(request: Request, error: AppError) -> JSONResponse:
        note(request, error)
        actor = request.scope.get("actor")
        return answer(error, correlation_id(request), actor=actor if isinstance(actor, Actor) else None)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = error.errors()
        if any(problem["type"] == "json_invalid" for problem in problems):
            return plain(400, "The body is not JSON.", correlation_id(request))
        inside = [{**problem, "loc": problem["loc"][1:] or problem["loc"]} for problem in problems]
        return await understood(request, InvalidInput(sentences(inside)))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        return plain(error.status_code, _sentence(error), correlation_id(request), dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def surprise(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected", exc_info=error)
        return answer(Defect(SURPRISE), correlation_id(request))


def note(request: Request, error: AppError) -> None:
    """Leave a trace in the log of what was refused to whom, and of what should not have happened."""
    if isinstance(error, Defect):
        log.error("a request met a defect", exc_info=error)
    if error.status in REFUSED:
        who = getattr(request.scope.get("actor"), "user_id", None)
        said = {"status": error.status, "path": request.scope["path"][:200], "reason": str(error), "user": who}
        log.info("refused", extra=said)


def answer(error: AppError, correlation_id: str, *, actor: Actor | None = None) -> JSONResponse:
    """The response that `error` means; how an installation is mended is for its admins."""
    more: dict[str, Any] = {"fields": getattr(error, "fields", None)}
    if isinstance(error, Conflict) and error.versions:
        more["versions"] = error.versions._asdict()
    if isinstance(error, Misconfigured) and actor and actor.role is Role.ADMIN:
        more["remedy"] = error.remedy
    seconds = getattr(error, "retry_after", None)
    headers = {"retry-after": str(seconds)} if seconds is not None else {}
    body = {"code": error.code, "message": str(error), "correlationId": correlation_id}
    return _response(error.status, body | more, headers)


def plain(status: int, message: str, correlation_id: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The response for what was refused before any rule was asked."""
    body = {"code": CODES.get(status, "http"), "message": message, "correlationId": correlation_id}
    return _response(status, body, headers or {})


def correlation_id(request: Request) -> str:
    """What the gate gave this request, and wrote into each log line of it."""
    return str(request.scope.get("correlation_id", "none"))


def _response(status: int, error: dict[str, Any], headers: dict[str, str]) -> JSONResponse:
    return JSONResponse({"error": {name: value for name, value in error.items() if value}}, status, headers)


def _sentence(error: HTTPException) -> str:
    return SENTENCES.get(error.status_code, str(error.detail))
