"""The two cookies there are: the session's, and the one by which a browser is known again."""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from data.authentication.authenticator import USER_ID
from data.authentication.models import ABSOLUTE, Opened
from data.config.settings import Settings
from data.credentials.table import digest

YEAR: Final = 365 * 86_400
SECRET_LENGTH: Final = 43  # 256 bits in base64


def jar(headers: Headers) -> dict[str, str]:
    """All cookies of a request."""
    return cookie_parser("; ".join(headers.getlist("cookie")))


def claim(cookies: dict[str, str], settings: Settings) -> tuple[str, str] | None:
    """(userId, SHA-256 of the secret) of a well-formed session cookie `{userId}.{secret}`. It proves nothing yet."""
    user_id, _, secret = cookies.get(settings.cookie, "").rpartition(".")
    formed = USER_ID.fullmatch(user_id) and len(secret) == SECRET_LENGTH
    return (user_id, digest(secret)) if formed else None


def device(cookies: dict[str, str], settings: Settings) -> str:
    return cookies.get(device_name(settings), "")


def device_name(settings: Settings) -> str:
    return settings.cookie.replace("session", "device")


def keep(answer: Response, opened: Opened, settings: Settings) -> None:
    """Let the browser keep its session, and that it had one."""
    lasting = (
        (settings.cookie, opened.cookie, int(ABSOLUTE.total_seconds())),
        (device_name(settings), opened.device, YEAR),
    )
    for name, value, seconds in lasting:
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=settings.secure)


def forget(answer: Response, settings: Settings) -> None:
    """Let the browser forget its session; that it had one it keeps."""
    answer.delete_cookie(settings.cookie, httponly=True, samesite="lax", secure=settings.secure)
