"""Fonts, icons, styles and scripts of ours, as they lie in components/assets: no secret, so no sign-in needed."""

from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parents[2] / "components" / "assets"
LASTING: Final = (".woff2", ".svg")


class Assets(StaticFiles):
    """Fonts and icons are kept for a day; styles and scripts are asked for again, so that a new version is seen."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=86400" if path.endswith(LASTING) else "no-cache"
        return answer


def preloads() -> str:
    """The `Link` header by which a browser fetches the sheets of all pages together with the page itself."""
    return ", ".join(f"</assets/css/{sheet.name}>; rel=preload; as=style" for sheet in sorted(FOLDER.glob("css/*.css")))


def assets() -> Mount:
    """The route `/assets/…`."""
    return Mount("/assets", app=Assets(directory=FOLDER))
