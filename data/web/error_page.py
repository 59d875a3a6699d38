"""What a browser is shown where there is nothing to show: a page of ours, with the way to Home."""

from typing import Final

from starlette.responses import HTMLResponse

from data.web.html_page import filled, own_page

PASSING: Final = frozenset({429, 503})  # failures that pass by themselves; the page tries again


def refusal_page(status: int, title: str, line: str, *, reference: str = "", may_retry: bool = True) -> HTMLResponse:
    """Return the page with this title and line as plain text. `reference` is the ID of the failure in the log.

    `may_retry`: whether a GET of the same address repeats what failed.
    """
    retry = may_retry and status in PASSING
    ends = filled("retry" if retry else "home", {})
    noted = filled("reference", {"reference": reference}) if reference else ""
    content = filled("refusal", {"title": title, "line": line}, noted=noted, ends=ends)
    return HTMLResponse(own_page(title, content, script="retry" if retry else ""), status)
