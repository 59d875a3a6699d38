"""What a browser is shown where there is nothing to show: a page of ours, with the way to Home."""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from starlette.responses import HTMLResponse

TEMPLATE: Final = Template((Path(__file__).parent / "pages" / "refusal.html").read_text())


def refusal_page(status: int, title: str, line: str) -> HTMLResponse:
    """The page with this title and line, as mere text."""
    return HTMLResponse(TEMPLATE.substitute(title=escape(title), line=escape(line)), status)
