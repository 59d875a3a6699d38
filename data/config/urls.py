"""Whether what is sent to a URL, and what comes back, stays between the two ends."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def private(url: str) -> bool:
    """Whether `url` is one of https, or of http to this very machine, and says nothing but where to go."""
    try:
        parts = urlsplit(url)
        hostname = parts.hostname or ""
        _ = parts.port  # raises ValueError for one that cannot be
    except ValueError:
        return False
    if not hostname or "@" in parts.netloc or not url.isascii() or not url.isprintable() or {" ", "\\"} & set(url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _here(hostname))


def _here(hostname: str) -> bool:
    try:
        return hostname == "localhost" or ip_address(hostname).is_loopback
    except ValueError:
        return False
