"""Logs say what happened, never to whom."""

import logging
import sys

import pytest
from django.db import IntegrityError
from django.test import Client

from consult.log import UtcFormatter
from tests import factories


def line(message: str, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord("portal", logging.ERROR, "x.py", 1, message, args, exc_info)  # type: ignore[arg-type]
    record.created = 0
    return UtcFormatter().format(record)


def test_in_utc_on_one_line() -> None:
    assert line("Hello %s", "a\nb\x1b") == "1970-01-01T00:00:00Z ERROR portal Hello a\\nb\\x1b"


def test_the_address_of_a_draft_is_masked() -> None:
    path = "/consultations/plan/respond/secret-token/check/"
    assert "secret-token" not in line("Not Found: %s", path)
    assert "/respond/***/check/" in line("Not Found: %s", path)


def test_an_error_names_its_kind_and_no_values() -> None:
    name = "Ada"
    values = f"{name} Secret"  # the traceback shows lines of code: the value must not stand in one
    try:
        try:
            raise KeyError(values)
        except KeyError as cause:
            raise IntegrityError(values) from cause
    except IntegrityError:
        text = line("Broken", exc_info=sys.exc_info())
    assert "IntegrityError" in text
    assert "after KeyError" in text
    assert "test_log.py" in text
    assert "Ada Secret" not in text


@pytest.mark.django_db
def test_what_is_really_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    row = factories.consultation()
    with caplog.at_level(logging.DEBUG):
        assert client.get(f"{row.get_absolute_url()}respond/secret-token/check/").status_code == 404
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert "secret-token" not in UtcFormatter().format(record)
