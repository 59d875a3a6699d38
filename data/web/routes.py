"""All routes of the dashboard, for `st.App`: behind the gate, before the pages."""

from starlette.routing import BaseRoute, Mount

from data.api.app import api
from data.bootstrap import Services
from data.web import files, oidc, ready, set_password, sign_in
from data.web.assets import assets


def routes(services: Services) -> list[BaseRoute]:
    return [
        *sign_in.routes(services),
        *oidc.routes(services),
        *set_password.routes(services),
        *ready.routes(services),
        *files.routes(services),
        assets(),
        Mount("/api", api(services)),
    ]
