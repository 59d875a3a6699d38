"""Settings: one's own profile, password, sessions and tokens, each with its own link."""

from typing import Final

from components import feedback, filters, own_password, own_profile, own_sessions, own_tokens, parts
from components.page import open_page
from data.permissions import Permission

actor = open_page("Settings", requires=Permission.OWN_SETTINGS)

SECTIONS: Final = {"profile": "Profile", "password": "Password", "sessions": "Sessions", "tokens": "Tokens"}

parts.header("Settings", actor.name)
section = filters.segments("section", "Section", SECTIONS, "profile")
with feedback.explained():
    match section:
        case "password":
            own_password.show()
        case "sessions":
            own_sessions.show(actor)
        case "tokens":
            own_tokens.show(actor)
        case _:
            own_profile.show(actor)
