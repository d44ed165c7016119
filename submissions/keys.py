"""Unguessable addresses of drafts and receipts. The database keeps a hash: it cannot open what it holds."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits for an address."""
    return secrets.token_urlsafe(32)


def key_of(token: str) -> str:
    """What the database keeps of a token: SHA-256 in hex. A token is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
