"""The headers that every answer carries."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path


@cache
def security_headers(*, stores: tuple[str, ...], secure: bool) -> Mapping[str, str]:
    """`stores`: the origins of the buckets, for pictures, players and uploads (embedded: the engine's)."""
    headers = {
        "content-security-policy": _policy(" ".join(stores)),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",  # with no-referrer, form posts carry `Origin: null`
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }
    return headers | ({"strict-transport-security": "max-age=31536000"} if secure else {})


def _policy(stores: str) -> str:
    policy = {
        "default-src": "'self'",
        # 'wasm-unsafe-eval' and blob: are what Streamlit's own parts and components v2 need; no inline script is ours
        "script-src": f"'self' 'wasm-unsafe-eval' blob: {_inline_hashes()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {stores}",
        "media-src": f"'self' blob: {stores}",
        "font-src": "'self' data:",
        "connect-src": f"'self' {stores}",  # covers our own websocket
        "worker-src": "'self' blob:",
        "form-action": f"'self' {stores}",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}".strip() for name, value in policy.items())


def _inline_hashes() -> str:
    """The hashes of the inline scripts in the index page of the installed Streamlit."""
    package = find_spec("streamlit")  # looked at, not imported: data/ knows no screen
    if package is None or package.origin is None:
        return ""
    index = (Path(package.origin).parent / "static" / "index.html").read_text()
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", index, re.DOTALL)
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline)
