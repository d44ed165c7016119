"""Signing in: a password first, then a code. Between the two a person is not signed in (ASVS 6.3.3, 7.2.4).

After the password only a half session exists: who it was, until when, and which password it was. It opens nothing
but the page that asks for the code. Codes are checked by django-otp, which slows down after each wrong one.

Recovery codes are kept by django-otp as they are, not hashed: whoever can read the database can read them.
"""

import ipaddress
import logging
import math
import time
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.contrib.auth import authenticate, load_backend, login
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django_otp import login as otp_login
from django_otp import user_has_device, verify_token
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from consult.models import User

log = logging.getLogger("consult.sign_in")  # names nobody: the number of an account at most

HALF_SESSION = "sign_in"
CODES_SESSION = "sign_in_codes"
REPLACE_SESSION = "sign_in_replace"
MINUTES = 10  # from the password to the code, and to write down recovery codes
RECOVERY_CODES = 10
AUTHENTICATOR = "Authenticator app"
RECOVERY = "Recovery codes"


class StaffBackend(ModelBackend):
    """Passwords of active staff. All others are refused alike, and lose a session they have."""

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and bool(user.is_active and user.is_staff)


class CodeRefused(Exception):
    """The code is not accepted; the text says why and what to do."""


@dataclass(frozen=True)
class HalfSession:
    """Somebody who gave the right password and still owes the code."""

    user: User
    backend: str
    key: str  # of the authenticator that this person may set up now, in hex
    next_page: str

    @property
    def has_second_factor(self) -> bool:
        return bool(user_has_device(self.user))


def local_path(address: str | None) -> str:
    """Returns the address where it is a path on this site, otherwise an empty text (ASVS 3.7.2)."""
    address = (address or "").strip()
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe else ""


# --- the password ---------------------------------------------------------------------------------


def check_password(request: HttpRequest, *, username: str, password: str) -> User | None:
    """Returns the member of staff, or None: wrong name, wrong password, not staff, not active, locked are all alike."""
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        log.info("Password accepted for account %s", user.pk)
        return user
    account = User.objects.filter(username=username).values_list("pk", flat=True).first()
    log.warning("Password refused for account %s", account or "unknown")
    return None


def begin(request: HttpRequest, user: User, next_page: str) -> None:
    """Keep a half session for ten minutes, under a new session key. Ends any session there was."""
    request.session.flush()
    request.session[HALF_SESSION] = signing.dumps(
        {
            "user": user.pk,
            "backend": user.backend,  # set by authenticate()
            "password": user.get_session_auth_hash(),
            "key": default_key(),
            "next": next_page,
        },
        salt=HALF_SESSION,
    )


def half_session(request: HttpRequest) -> HalfSession | None:
    """Returns who gave a password in the last ten minutes; None where that is over, changed or no longer allowed."""
    kept = _unsigned(request, HALF_SESSION)
    if kept is None:
        return None
    user = load_backend(kept["backend"]).get_user(kept["user"])
    if not isinstance(user, User) or not constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return None
    return HalfSession(user=user, backend=kept["backend"], key=kept["key"], next_page=kept["next"])


def _unsigned(request: HttpRequest, name: str) -> Any:
    try:
        return signing.loads(request.session.get(name, ""), salt=name, max_age=MINUTES * 60)
    except signing.BadSignature:
        return None


# --- the code -------------------------------------------------------------------------------------


def check_code(user: User, code: str) -> Device:
    """Returns the device that accepts the code (six digits, or a recovery code in lower case without spaces).

    Raises CodeRefused. A code is good once; each wrong one doubles the wait for the next (django-otp).
    """
    waits: list[datetime] = []
    for device in _devices_for(user, code):
        allowed, why = device.verify_is_allowed()
        if not allowed:
            waits.append(why["locked_until"])
        elif verified := verify_token(user, device.persistent_id, code):
            return verified
    log.warning("Code refused for account %s%s", user.pk, ": too many wrong codes" if waits else "")
    raise CodeRefused(_wait_text(min(waits)) if waits else WRONG_CODE)


WRONG_CODE = (
    "That code is wrong or has been used. Enter the newest code from your app, or a recovery code you have not used yet"
)


def _devices_for(user: User, code: str) -> Iterable[Any]:
    """The devices that such a code could belong to; where there are none, those that should count the wrong code."""
    apps = list(TOTPDevice.objects.devices_for_user(user, confirmed=True))
    recovery = list(StaticDevice.objects.devices_for_user(user, confirmed=True))
    return (apps or recovery) if _is_from_app(code) else (recovery or apps)


def _is_from_app(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


def _wait_text(until: datetime) -> str:
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    if seconds < 60:
        return f"Too many wrong codes. Wait {seconds} second{'s'[: seconds != 1]}, then enter a new code"
    minutes = math.ceil(seconds / 60)
    return f"Too many wrong codes. Wait {minutes} minute{'s'[: minutes != 1]}, then enter a new code"


def finish(request: HttpRequest, half: HalfSession, device: Device) -> None:
    """Sign the person in, with a new session key and nothing of the half session left."""
    request.session.pop(HALF_SESSION, None)
    half.user.otp_device = device  # type: ignore[attr-defined]  # django-otp reads it while login() runs
    login(request, half.user, backend=half.backend)
    log.info("Signed in account %s with %s", half.user.pk, device.name.lower() or "a device")


# --- setting up -----------------------------------------------------------------------------------


def authenticator(user: User, key: str) -> TOTPDevice:
    """Returns an authenticator that is not stored yet, for the key in hex."""
    return TOTPDevice(user=user, key=key, name=AUTHENTICATOR, confirmed=True)


def key_in_groups(device: TOTPDevice) -> str:
    """Returns the key as an app wants it typed: base 32, in groups of four."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def qr_code(device: TOTPDevice) -> SafeString:
    """Returns an SVG element that carries no style, so that the content security policy lets it be."""
    drawn = segno.make(device.config_url, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 (segno draws squares: no text of the address gets into the markup)


def enrol(*, user: User, key: str, code: str) -> TOTPDevice:
    """Store the person's first authenticator and ten recovery codes. Raises CodeRefused."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if user_has_device(user):
            raise CodeRefused("A second factor has been set up meanwhile. Sign in again")
        device = _confirmed(authenticator(user, key), code)
        renew_recovery_codes(user=user)
    log.info("Second factor set up for account %s", user.pk)
    return device


def replace_authenticator(*, user: User, key: str, code: str) -> TOTPDevice:
    """Store a new authenticator in place of all former ones. Raises CodeRefused."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = _confirmed(authenticator(user, key), code)
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    log.info("Authenticator replaced for account %s", user.pk)
    return device


def _confirmed(device: TOTPDevice, code: str) -> TOTPDevice:
    """Store the device where the code is its own, and remember the code as used."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    if not _is_from_app(code) or not totp.verify(int(code), device.tolerance):
        raise CodeRefused("That is not the code that your app shows for this key. Enter the newest one")
    device.last_t, device.drift = totp.t(), totp.drift
    device.save()
    return device


def renew_recovery_codes(*, user: User) -> StaticDevice:
    """Make ten new recovery codes; all former ones stop working."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = _recovery_device(user)
        StaticToken.objects.filter(device__user=user).delete()
        StaticToken.objects.bulk_create(_new_token(device) for _ in range(RECOVERY_CODES))
    log.info("Recovery codes renewed for account %s", user.pk)
    return device


def top_up_recovery_codes(*, user: User) -> list[str]:
    """Make as many recovery codes as are missing from ten; returns all that are unused, oldest first."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = _recovery_device(user)
        missing = RECOVERY_CODES - device.token_set.count()
        StaticToken.objects.bulk_create(_new_token(device) for _ in range(missing))
    return recovery_codes(user)


def add_recovery_code(*, user: User) -> str:
    """Make one more recovery code and return it."""
    token = _new_token(_recovery_device(user))
    token.save()
    return str(token.token)


def recovery_codes(user: User) -> list[str]:
    """Returns the codes that have not been used, oldest first."""
    return list(StaticToken.objects.filter(device__user=user).order_by("pk").values_list("token", flat=True))


def _recovery_device(user: User) -> StaticDevice:
    device = StaticDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()
    return device or StaticDevice.objects.create(user=user, name=RECOVERY, confirmed=True)


def _new_token(device: StaticDevice) -> StaticToken:
    return StaticToken(device=device, token=StaticToken.random_token())


# --- what a signed-in person may do for ten minutes -------------------------------------------------


def allow_codes(request: HttpRequest, next_page: str = "") -> None:
    """Let the page of recovery codes show them, until the person goes on or ten minutes are over."""
    request.session[CODES_SESSION] = signing.dumps({"next": next_page}, salt=CODES_SESSION)


def codes_allowed(request: HttpRequest) -> dict[str, str] | None:
    """Returns where to go on to, as `next`; None where the codes may not be shown."""
    kept: dict[str, str] | None = _unsigned(request, CODES_SESSION)
    return kept


def end_codes(request: HttpRequest) -> None:
    """The person has kept the recovery codes: show them no more."""
    request.session.pop(CODES_SESSION, None)


def begin_replacing(request: HttpRequest) -> None:
    """The person gave a code: keep a new key, for ten minutes, that replaces the authenticator when confirmed."""
    request.session[REPLACE_SESSION] = signing.dumps(default_key(), salt=REPLACE_SESSION)


def replacement_key(request: HttpRequest) -> str | None:
    """Returns the key in hex that is being set up; None where no code was asked in the last ten minutes."""
    key: str | None = _unsigned(request, REPLACE_SESSION)
    return key


def end_replacing(request: HttpRequest, device: TOTPDevice) -> None:
    """Go on with the new authenticator under a new session key; sessions opened with the former one end."""
    request.session.pop(REPLACE_SESSION, None)
    request.session.cycle_key()
    otp_login(request, device)


def address_behind_proxy(request: HttpRequest) -> str:
    """The address that our own proxy saw: the last in X-Forwarded-For, since all before it can be made up.

    What is no plain address (with a port or a zone, say) cannot be kept by PostgreSQL: then it is the peer's.
    """
    seen: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return str(request.META["REMOTE_ADDR"])
    return str(request.META["REMOTE_ADDR"]) if getattr(address, "scope_id", None) else seen
