"""Every way in over HTTP, as the applications themselves have them."""

from data.web import readiness, set_password, sign_in
from data.web.api import api

CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def routes_of(services):
    """`METHOD /path` of each route of the API, its documentation included."""
    for route in _flat(api(services).routes):
        for method in getattr(route, "methods", None) or ("GET",):
            if method != "HEAD":
                yield f"{method} {route.path}"


def changing(world):
    """(method, path) of all that changes state, everywhere in the house."""
    services = world.services
    around = [*sign_in.routes(services), *set_password.routes(services), *readiness.routes(services, world.platform)]
    ours = [f"{method} {route.path}" for route in around for method in route.methods]
    every = [*ours, *(line.replace(" ", " /api", 1) for line in routes_of(services))]
    return [tuple(line.split(" ", 1)) for line in every if line.startswith(CHANGING)]


def _flat(routes):
    """Routers that were included keep their routes to themselves."""
    for route in routes:
        within = getattr(route, "original_router", None)
        yield from _flat(within.routes) if within else [route]
