"""Log lines in UTC, one line each: nothing that a visitor sends can begin a line of its own (ASVS 16.4.1)."""

import logging
import time


class UtcFormatter(logging.Formatter):
    """`2026-01-31T18:00:00Z WARNING django.security message`, control characters escaped."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        record.message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in record.message)
        return super().formatMessage(record)
