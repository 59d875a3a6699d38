"""Secrets that are looked for afterwards, in every way in which they may have been written."""

from base64 import b64encode, urlsafe_b64encode
from html import escape
from json import dumps
from urllib.parse import quote, quote_plus

LEAST = 12  # characters: anything shorter is found by chance


def forms(secret):
    """The secret as bytes, plain and in each of the dresses that programs put on texts."""
    raw = secret.encode()
    dressed = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        escape(secret),
        dumps(secret)[1:-1],
        repr(secret)[1:-1],
    }
    dressed |= {raw.hex(), raw.hex().upper()}
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):  # wherever in a longer text it stands
            whole = encode(b"\0" * before + raw).decode()
            dressed.add(whole[(0, 2, 3)[before] : len(whole) - 4])
    return {form.encode() for form in dressed if len(form) >= LEAST}


def found(secrets, text):
    """The names of the secrets that stand in `text`, in any form."""
    return sorted(name for name, secret in secrets.items() if any(form in text for form in forms(secret)))
