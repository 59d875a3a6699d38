"""All routes of the dashboard, for `st.App`: behind the gate, before the pages."""

from starlette.routing import BaseRoute, Mount

from data.platform import Platform
from data.services import Services
from data.web import downloads, readiness, set_password, sign_in
from data.web.api import api
from data.web.assets import assets
from data.web.oidc.routes import routes as oidc_routes


def routes(services: Services, platform: Platform) -> list[BaseRoute]:
    return [
        *sign_in.routes(services),
        *oidc_routes(services, platform.seal),
        *set_password.routes(services),
        *readiness.routes(services, platform),
        *downloads.routes(services),
        assets(),
        Mount("/api", api(services)),
    ]
