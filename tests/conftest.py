"""The cast of users, each as a client that is signed in as far as it goes, and a fixed instant to stand at."""

from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from consult import roles
from consult.models import User
from events import calendar_version, feeds_http, pages_http
from tests import factories

ROLES = [
    "consult.migrations.0002_roles",
    "consult.migrations.0004_roles_of_letters",
    "events.migrations.0002_roles",
    "events.migrations.0004_roles_of_registrations",
    "submissions.migrations.0002_roles",
    "submissions.migrations.0008_roles_of_questionnaires",
    "submissions.migrations.0010_roles_of_equality",
]
CAST = ["resident", "half_signed_in", *(role.lower() for role in roles.ALL)]


@pytest.fixture(autouse=True)
def _as_after_a_restart() -> None:
    """Each test begins with rows of its own: what was remembered of those before is no longer so."""
    calendar_version.forget()
    feeds_http.memory.clear()
    pages_http.memory.clear()


@pytest.fixture
def noon() -> Iterator[None]:
    """The test stands at factories.NOON; the clock does not run."""
    with time_machine.travel(factories.NOON, tick=False):
        yield


def restore_roles() -> None:
    """Run the data migrations that make the roles, where a test that commits has emptied their tables."""
    if not Group.objects.exists():
        for name in ROLES:
            import_module(name).forwards(apps, None)


def staff(role: str) -> User:
    """A member of staff with one role, and a device for the second factor."""
    restore_roles()
    user = factories.user(username=role.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    StaticDevice.objects.create(user=user, name="codes", confirmed=True)
    return user


def signed_in(user: User, *, second_factor: bool = True) -> Client:
    """A client whose session is that of `user`, with or without the second factor."""
    client = Client()
    client.force_login(user)
    if second_factor:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = user.staticdevice_set.get().persistent_id
        session.save()
    return client


@pytest.fixture
def cast(db: None) -> Callable[[str], Client]:
    """`cast("editor")` is that person's client; `resident` is nobody, `half_signed_in` lacks the second factor."""

    def play(name: str) -> Client:
        if name == "resident":
            return Client()
        if name == "half_signed_in":
            return signed_in(staff(roles.ADMINISTRATOR), second_factor=False)
        return signed_in(staff(name.capitalize()))

    return play
