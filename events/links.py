"""Signed addresses that go out by letter. Who has one may open it; the database keeps nothing secret for it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from events.models import Registration

CONFIRM, BOOKING, JOIN = "confirm", "booking", "join"  # each opens its own page and no other
ADDRESSES = {CONFIRM: "booking_confirm", BOOKING: "booking", JOIN: "join_registered"}


@dataclass(frozen=True)
class Signed:
    """What an address with a good signature says: whose registration, and which asking for a place it belongs to."""

    registration_id: int
    stamp: str


def path(purpose: str, registration: Registration) -> str:
    """The path of a page for the person of this registration, below the meeting's own."""
    return reverse(ADDRESSES[purpose], args=[registration.event.slug, sign(purpose, registration)])


def address(purpose: str, registration: Registration) -> str:
    """The same with scheme and host, for letters and calendars."""
    return f"{settings.SITE_URL}{path(purpose, registration)}"


def sign(purpose: str, registration: Registration) -> str:
    """`12-1zq9x3.signature`. It carries no personal data, and a link to confirm no longer fits what is typed later."""
    stamp = stamp_of(registration.created_at) if purpose == CONFIRM else "0"
    return _signer(purpose).sign(f"{registration.pk}-{stamp}")


def read(purpose: str, signed: str) -> Signed | None:
    """What such an address says; None where it was not made here for this purpose."""
    try:
        number, stamp = _signer(purpose).unsign(signed).split("-")
    except (signing.BadSignature, ValueError):
        return None
    return Signed(int(number), stamp)


def stamp_of(instant: datetime) -> str:
    """An instant to the microsecond, as a short word."""
    return format(int(instant.timestamp() * 1_000_000), "x")


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"events.registration.{purpose}", sep=".")
