"""/api/settings/profile-picture: the caller's own, or somebody's whose profile they may edit (`userId`)."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from data.avatars.service import PictureService
from data.core.models import Command, Moment, example
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import CurrentActor, QueryId
from data.users.api_models import View
from data.users.profile_models import PersonId


class SetPicture(Command):
    """A picture of at most 5 MB as base64; a `data:` prefix is accepted."""

    model_config = example(imageData="data:image/png;base64,iVBORw0KGgo…", contentType="image/png")

    image_data: Annotated[str, Field(min_length=1, max_length=7_000_000)]
    content_type: str
    user_id: PersonId | None = None


class PictureView(View):
    """`url` gives the picture to whoever has it, until `expires_at`."""

    model_config = example(url="https://media.example.com/picture?…", expiresAt="2026-11-20T14:34:08.120Z")

    url: str
    expires_at: Moment


def routes(pictures: PictureService) -> APIRouter:
    router = APIRouter(prefix="/settings/profile-picture", tags=["settings"], route_class=LimitedApiRoute)

    @router.post("")
    def set_picture(actor: CurrentActor, body: SetPicture) -> PictureView:
        user_id = body.user_id or actor.user_id
        pictures.set(actor, user_id, body.image_data, body.content_type)
        found = pictures.get_url(actor, user_id)
        return PictureView(url=found.url, expires_at=found.expires_at)

    @router.get("/url")
    def get_url(actor: CurrentActor, user_id: QueryId = None) -> PictureView:
        """404 where there is no picture."""
        found = pictures.get_url(actor, user_id or actor.user_id)
        return PictureView(url=found.url, expires_at=found.expires_at)

    @router.delete("", status_code=204)
    def remove(actor: CurrentActor, user_id: QueryId = None) -> Response:
        pictures.remove(actor, user_id or actor.user_id)
        return Response(status_code=204)

    return router
