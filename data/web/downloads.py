"""`/files/{kind}/{id}`: leads to a file in the store, by a link that is made at the click.

So the address on a page works for as long as there is a file and somebody who may have it, where a link that was made
with the page would have ended meanwhile.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from data.core.errors import AppError
from data.domain import FindFile
from data.http.errors import note
from data.services import Services
from data.web.error_page import refusal_page
from data.web.page_routes import LimitedRoute, in_pool


def routes(services: Services) -> list[BaseRoute]:
    """For `st.App`, behind the gate, which lets nobody unknown come this far."""
    known = kinds(services)

    async def fetch(request: Request) -> Response:
        find, actor = known.get(request.path_params["kind"]), request.scope["actor"]
        if find is None:
            return refusal_page(404, "There is no file here", "No files of this kind are kept.")
        try:
            url = await in_pool(request, find, actor, request.path_params["id"])
        except AppError as error:
            note(request, error)
            return refusal_page(error.status, "This file cannot be fetched", str(error))
        return RedirectResponse(url, 303)

    return [LimitedRoute("/files/{kind}/{id}", fetch)]


def kinds(services: Services) -> Mapping[str, FindFile]:
    """Return {kind of file: what finds a file of this kind} of all domains."""
    found: dict[str, FindFile] = {}
    for domain in services.registry.domains:
        found |= domain.downloads(services) if domain.downloads else {}
    return found
