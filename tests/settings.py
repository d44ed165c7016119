"""Settings for the tests: those of the portal, with an environment that nothing outside the tests can change."""

import os
import tempfile
from pathlib import Path

import pytest

# Removed when the tests end. A database file, not one in memory: several connections then meet as they do in real use.
SCRATCH = tempfile.TemporaryDirectory(prefix="portal-tests-")

os.environ |= {
    "SECRET_KEY": "for-tests-only-" + "x" * 40,
    "DEBUG": "off",
    "HTTPS": "off",  # the test client and the browser speak http; tests/test_settings.py looks at HTTPS=on
    "BEHIND_PROXY": "off",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "SERVICE_NAME": "Policing in the open",
    "CONTACT_EMAIL": "consultation@mopac.london.gov.uk",
    "EMAIL_URL": "memorymail://",
    "MEDIA_ROOT": f"{SCRATCH.name}/media",
    "CALENDAR_MARKER": f"{SCRATCH.name}/calendar-changed",
    "TASKS": "immediate",
    "LOG_LEVEL": "INFO",
}
os.environ.pop("FROM_EMAIL", None)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH.name}/portal.sqlite3")

from consult.settings import *  # noqa: E402, F403  (the environment stands first)
from consult.settings import BASE_DIR, DATABASES, STATIC_ROOT  # noqa: E402  (names that are used below)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": f"{SCRATCH.name}/test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; no secret is kept here
AXES_ENABLED = False  # tests of the lock-out turn it on

if not (Path(STATIC_ROOT) / "staticfiles.json").exists():
    raise pytest.UsageError(
        f"The compiled styles and scripts are missing from {Path(STATIC_ROOT).relative_to(BASE_DIR)}/: "
        "run `make install` first, or run the tests with `make test`."
    )
