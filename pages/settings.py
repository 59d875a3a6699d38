"""Settings: one's own profile, password, sessions, tokens and appearance, each with its own link."""

from typing import Final

from components.account import access_tokens, my_jobs
from components.account import password as account_password
from components.account import profile as account_profile
from components.account import sessions as account_sessions
from components.account import theme as account_theme
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
            account_password.show()
        case "sessions":
            account_sessions.show(actor)
        case "tokens":
            access_tokens.show(actor)
        case "work":
            my_jobs.show(actor)
        case "appearance":
            account_theme.show()
        case _:
            account_profile.show(actor)
