"""Log lines in UTC, one line each: nothing that a visitor sends can begin a line of its own (ASVS 16.4.1).

Tracebacks show code, not values, so they hold neither addresses nor what people typed.
"""

import logging
import re
import time

# Whoever has the address of a draft or receipt can open it, so no log keeps it.
CAPABILITY = re.compile(r"(/respond/)[^/\s]+")


class UtcFormatter(logging.Formatter):
    """`2026-01-31T18:00:00Z WARNING django.security message`, control characters escaped."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        message = CAPABILITY.sub(r"\1***", record.message)
        record.message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
        return super().formatMessage(record)
