"""Log lines in UTC, one line each: nothing that a visitor sends can begin a line of its own (ASVS 16.4.1).

A traceback shows code and the kind of error, never its message: databases put whole rows into theirs.
"""

import logging
import re
import time
import traceback
from typing import Any

# Whoever has the address or code of a draft, a receipt, a booking or a saved calendar can open it, so no log keeps it.
CAPABILITY = re.compile(r"(/(?:respond|return|join|book/confirm|booking|calendar/saved(?:/edit)?)/)[^/\s]+")


class UtcFormatter(logging.Formatter):
    """`2026-01-31T18:00:00Z WARNING django.security message`, control characters escaped."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        message = CAPABILITY.sub(r"\1***", record.message)
        record.message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        kind, error, frames = ei
        lines = traceback.format_tb(frames)
        while error := error.__cause__ or error.__context__ if error else None:
            lines.append(f"after {type(error).__qualname__}\n")
        return f"{kind.__qualname__}\n{''.join(lines)}".rstrip()
