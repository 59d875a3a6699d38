"""Browser contexts that tests use one after the other: a new context loads and compiles all scripts again."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page

DESKTOP = {"width": 1440, "height": 900}
PATIENCE = 60_000  # milliseconds


class Contexts:
    """Lends contexts. A returned context has no page, cookie, storage, permission or route, but a warm HTTP cache."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def lent(self, url: str, **options: object) -> Iterator[BrowserContext]:
        """Lend a context for the dashboard at `url`; two that are lent at once never share anything."""
        given = {"base_url": url, "viewport": DESKTOP} | options
        free = self._free[f"{sorted(given.items())}"]
        context = free.pop() if free else self._chromium.new_context(**given)
        context.set_default_timeout(PATIENCE)
        try:
            yield context
        except BaseException:
            context.close()
            raise
        _clear(context, url)
        free.append(context)


def _clear(context: BrowserContext, url: str) -> None:
    for page in context.pages:
        page.close()
    context.unroute_all()
    context.clear_permissions()
    context.clear_cookies()
    page = context.new_page()
    storage = {"origin": url, "storageTypes": "all"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    page.close()


def sized(page: Page, *, viewport: dict[str, int] | None = None, color_scheme: str = "light") -> Page:
    """Give the page a viewport and a colour scheme, which contexts of any options can have."""
    page.set_viewport_size(viewport or DESKTOP)
    page.emulate_media(color_scheme=color_scheme)
    return page
