"""What a browser is shown where there is nothing to show: a page of ours, with the way to Home."""

from starlette.responses import HTMLResponse

from data.web.html_page import filled, own_page


def refusal_page(status: int, title: str, line: str) -> HTMLResponse:
    """The page with this title and line, as mere text."""
    return HTMLResponse(own_page(title, filled("refusal", {"title": title, "line": line})), status)
