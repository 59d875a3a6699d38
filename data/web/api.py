"""The REST API: the routers of every domain, one error body, and its own documentation."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from data.core.version import VERSION
from data.http.errors import ErrorBody, install_error_handlers
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import CurrentActor
from data.services import Services

PAGES: Final = Path(__file__).parent / "api_docs"
FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": ErrorBody, "description": "Refused; the body says why."},
    "5XX": {"model": ErrorBody, "description": "Not possible just now; the body says whether to try again."},
}


def api(services: Services) -> FastAPI:
    """The application to be mounted at `/api`, behind the gate, which puts the caller on the scope."""
    app = FastAPI(
        title="Operations API",
        version=VERSION,
        servers=[{"url": "/api"}],
        root_path_in_servers=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the redirect would name what the proxy calls us
        responses=FAILURES,
        dependencies=[Depends(json_only)],
    )
    install_error_handlers(app)
    for domain in services.registry.domains:
        for router in domain.routes(services) if domain.routes else ():
            app.include_router(router)
    _document(app)
    return app


async def json_only(request: Request) -> None:
    """Refuse a body that does not say it is JSON: forms of foreign pages cannot say so."""
    headers = request.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and kind != "application/json":
        raise HTTPException(415, "Send JSON, and say so: Content-Type: application/json.")


def _document(app: FastAPI) -> None:
    """`/api/docs` and `/api/openapi.json`, for those who are signed in; nothing is loaded from elsewhere."""
    router = APIRouter(include_in_schema=False, route_class=LimitedApiRoute)

    @router.get("/openapi.json")
    def description(_: CurrentActor) -> dict[str, Any]:
        return app.openapi()

    @router.get("/docs")
    def page(_: CurrentActor) -> HTMLResponse:
        return HTMLResponse((PAGES / "docs.html").read_bytes())

    app.include_router(router)
    app.mount("/docs/vendor", StaticFiles(directory=swagger_ui_path))
    app.mount("/docs/own", StaticFiles(directory=PAGES))
