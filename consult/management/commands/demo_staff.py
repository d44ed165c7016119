"""Staff to try the portal with, one for each role. Never where real people are asked for their views."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from consult import roles
from consult.models import Partner, User
from consult.sign_in import add_recovery_code, top_up_recovery_codes

ROLES = (roles.ADMINISTRATOR, roles.EDITOR, roles.MODERATOR, roles.ANALYST, roles.PARTNER)
SHOWN = 5  # codes printed at each run
PASSWORD_FILE = "demo-staff.txt"  # noqa: S105 (a file name, in VAR_DIR)


class Command(BaseCommand):
    help = "Creates the demo staff, or sets them right again, and prints how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--code",
            nargs="?",
            const=user_name(roles.ADMINISTRATOR),
            metavar="USER",
            help="only print one fresh sign-in code",
        )
        parser.add_argument("--force", action="store_true", help="do it even where HTTPS is on")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS and not options["force"]:
            raise CommandError(
                "This looks like a real installation (HTTPS is on): demo staff belong on your own machine."
            )
        if options["code"]:
            self.stdout.write(fresh_code(options["code"]))
            return
        password = installation_password()
        with transaction.atomic():
            codes = {role: top_up_recovery_codes(user=member(role, password)) for role in ROLES}
        self.stdout.write(how_to_sign_in(password, codes[roles.ADMINISTRATOR][-SHOWN:]))


def user_name(role: str) -> str:
    return f"demo.{role.lower()}"


def fresh_code(username: str) -> str:
    """Returns one more sign-in code for a demo user; nobody else gets one this way."""
    if username not in map(user_name, ROLES):
        raise CommandError(f"There is no demo user {username}: choose one of {', '.join(map(user_name, ROLES))}.")
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError("There are no demo staff yet: run `manage.py demo_staff` first.")
    return add_recovery_code(user=user)


def installation_password() -> str:
    """Returns the password of the demo staff here: made at the first run, kept in a file that only its owner reads."""
    path = settings.VAR_DIR / PASSWORD_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return str(path.read_text().strip())
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    with os.fdopen(handle, "w") as file:
        file.write(password + "\n")
    return password


def member(role: str, password: str) -> User:
    """Returns the demo user of a role with the rights and the password that it should have, and no others."""
    group = Group.objects.filter(name=role).first()
    if group is None:
        raise CommandError(f"The group {role} is missing: run `manage.py migrate` first.")
    user = User.objects.filter(username=user_name(role)).first() or User(username=user_name(role))
    user.first_name, user.last_name = "Demo", role.lower()
    user.is_active = user.is_staff = True
    user.is_superuser = role == roles.ADMINISTRATOR
    if role == roles.PARTNER:
        user.partner = Partner.objects.filter(name="Black Thrive Global").first()  # of the demonstration, if loaded
    if not (user.password and user.check_password(password)):
        user.set_password(password)
    user.save()
    user.groups.set([group])
    return user


def how_to_sign_in(password: str, codes: list[str]) -> str:
    others = ", ".join(user_name(role) for role in ROLES[1:])
    return "\n".join(
        [
            "Staff pages (demo):",
            f"  address        {settings.SITE_URL}/admin/",
            f"  user name      {user_name('Administrator')}",
            f"                 or {others}",
            f"  password       {password}",
            f"  sign-in codes  {'  '.join(codes)}",
            "                 (for the administrator; each works once)",
            "  more codes     make code, or manage.py demo_staff --code USER for another user",
        ]
    )
