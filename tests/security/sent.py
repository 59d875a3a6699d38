"""What tests send over the websocket of a page, and how a page that broke is recognised."""

BRACKETS = 20_000
SECRET = "canary-9f3b2c"
BROKEN = b"This should not have happened"
PAGES = [("home", ""), ("users", ""), ("audit", ""), ("health", ""), ("user", ""), ("import", "")]
PAGES += [("settings", f"section={section}") for section in ("profile", "password", "sessions", "tokens", "appearance")]
PAGES += [("users", "page=2&role=admin"), ("audit", "audit_period=7d"), ("batch", "id=x")]
