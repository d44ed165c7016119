"""Unguessable addresses of drafts and receipts, and the codes by which people come back to a draft.

The token of an address begins with a return code, such as `K7TM-4WXD-29AC`: 11 letters and digits that nobody mixes up,
drawn by lot (about 50 bits), and a check character. 256 bits that only this portal can make of the code follow. So
whoever types a code can be led to the address, nothing has to be stored for it, and the address itself cannot be
guessed. The database keeps a hash of it: it cannot open what it holds (docs/adr/0005-answering-without-an-account.md).
"""

import hashlib
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from submissions import references

CODE_LENGTH = 11


def new_token() -> str:
    """For an address that nobody had before, but for one chance in 23 ** 11."""
    return token_of(references.generate(CODE_LENGTH))


def token_of(code: str) -> str:
    """The token that begins with this code, in the spelling of `code_typed`."""
    bits = salted_hmac("submissions.keys", code, algorithm="sha256").digest()
    return f"{code}-{urlsafe_b64encode(bits).decode().rstrip('=')}"


def code_of(token: str) -> str | None:
    """The code that a token begins with; None for one without: an old one, or one made with another SECRET_KEY."""
    code = code_typed(token[: CODE_LENGTH + 3])
    return code if code and token == token_of(code) else None


def code_typed(typed: str) -> str | None:
    """What somebody typed as a code in its one spelling; None where it cannot be one."""
    return references.normalise(typed, CODE_LENGTH)


def key_of(token: str) -> str:
    """What the database keeps of a token: SHA-256 in hex. A token is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
