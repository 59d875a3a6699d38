"""Settings: one's own profile, password, sessions, tokens and appearance, each with its own link."""

from typing import Final

from components import appearance, own_password, own_profile, own_sessions, own_tokens, own_work
from components.frame.page import open_page
from components.kit import elements, feedback, filters
from data.core.permissions import Permission, may

actor = open_page("Settings", requires=Permission.OWN_SETTINGS)

SECTIONS: Final = {
    "profile": "Profile",
    "password": "Password",
    "sessions": "Sessions",
    "tokens": "Tokens",
    **({"work": "Files and changes"} if may(actor, Permission.EXPORT_USERS) else {}),  # who else has none
    "appearance": "Appearance",
}

elements.header("Settings", actor.name)
section = filters.segments("section", "Section", SECTIONS, "profile")
with feedback.explained():
    match section:
        case "password":
            own_password.show()
        case "sessions":
            own_sessions.show(actor)
        case "tokens":
            own_tokens.show(actor)
        case "work":
            own_work.show(actor)
        case "appearance":
            appearance.show()
        case _:
            own_profile.show(actor)
