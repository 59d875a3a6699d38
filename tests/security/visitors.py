"""People at real browsers, who notice what no page may do."""

from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NOTICE = """addEventListener('securitypolicyviolation', found =>
  noticed([found.violatedDirective, found.blockedURI, found.sample, found.sourceFile, found.lineNumber].join(' ')))"""


@dataclass
class Visitor:
    """Somebody signed in. `page`: their tab, `tabs`: more of them.

    `violations`, `dialogs`, `elsewhere`, `broken`: what must stay empty.
    """

    dashboard: object
    context: object
    violations: list = field(default_factory=list)
    dialogs: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)
    broken: list = field(default_factory=list)
    tabs: list = field(default_factory=list)

    def __post_init__(self):
        self.context.expose_function("noticed", lambda found: self.violations.append(found))  # noqa: PLW0108 - it wants a function
        self.context.add_init_script(NOTICE)
        self.context.on("request", self._requested)
        self.context.on("page", self._opened)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)

    @property
    def harm(self):
        return self.violations + self.dialogs + self.elsewhere + self.broken

    def goes(self, path):
        """Open a page of ours and wait until its script has run."""
        self.page.goto(self.dashboard.url + path)
        self.settles()

    def goes_together(self, paths):
        """Open pages of ours, a tab for each, and wait until all have run and say what they are."""
        self.tabs += [self.context.new_page() for _ in paths[len(self.tabs) :]]
        opened = list(zip(self.tabs, paths, strict=False))
        for tab, path in opened:
            tab.goto(self.dashboard.url + path, wait_until="commit")
        for tab, _ in opened:
            self.settles(tab)
            tab.get_by_role("heading").first.wait_for()

    def settles(self, tab=None):
        """Wait until the page on screen has run to its end."""
        (tab or self.page).wait_for_selector('[data-test-script-state="notRunning"]', state="attached")

    def _requested(self, request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.hostname != "127.0.0.1":
            self.elsewhere.append(request.url)

    def _opened(self, page):
        page.on("dialog", self._asked)
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", self._said)

    def _asked(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _said(self, message):
        if "Content Security Policy" in message.text:
            self.violations.append(message.text)


@contextmanager
def visiting(chromium, dashboard, role="admin", organisation="Northwind", **options):
    """A browser of its own, signed in unless `role` is empty."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)
    if role:
        with closing(dashboard.signed_in(role, organisation)) as client:
            cookies = [{"name": one.name, "value": one.value, "url": dashboard.url} for one in client.cookies.jar]
        context.add_cookies(cookies)
    try:
        yield Visitor(dashboard, context)
    finally:
        context.close()
