"""/api/imports: where a browser sends a file of people. What is to come of it is asked for on the page Import."""

from fastapi import APIRouter

from data.core.models import Moment
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import CurrentActor
from data.imports.models import NewFile
from data.imports.service import ImportService
from data.users.api_models import View


class UploadView(View):
    """Post `fields`, and last the file as `file`, to `url`, until `expiresAt`."""

    upload_id: str
    url: str
    fields: dict[str, str]
    expires_at: Moment


def routes(imports: ImportService) -> APIRouter:
    router = APIRouter(prefix="/imports", tags=["imports"], route_class=LimitedApiRoute)

    @router.post("", status_code=201)
    def begin(actor: CurrentActor, file: NewFile) -> UploadView:
        """A place for one CSV file of people, of just this size and at most 50 MB; it is kept for a day."""
        made = imports.upload(actor, file)
        fields = dict(made.fields)
        return UploadView(upload_id=made.upload_id, url=made.url, fields=fields, expires_at=made.expires_at)

    return router
