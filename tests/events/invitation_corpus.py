"""Reads tests/events/invitations/: texts with what should be read from them (see the README there)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "invitations"
FIELDS = ("starts_at", "ends_at", "provider", "join_url", "meeting_id", "passcode", "phones", "warnings")
NOW = "2022-01-04T09:00:00+00:00"
ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\r")


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    now: datetime
    expected: list[dict[str, Any]]


def cases() -> list[Case]:
    return [_case(path) for path in sorted(FOLDER.glob("*.txt"))]


def _case(path: Path) -> Case:
    text, expected = path.read_text(encoding="utf-8").rsplit("\n===\n", 1)
    options: dict[str, Any] = {}
    if text.startswith("{"):
        first, text = text.split("\n", 1)
        options = json.loads(first)
    if options.get("escaped"):
        text = ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else "\r", text)
    now = datetime.fromisoformat(options.get("now", NOW))
    return Case(path.stem, text, now, [whole(draft) for draft in json.loads(expected)])


def whole(draft: dict[str, Any]) -> dict[str, Any]:
    """All fields, with warnings as a sorted list of their kinds."""
    warnings = [w if isinstance(w, str) else w["kind"] for w in draft.get("warnings", [])]
    return {name: draft.get(name) for name in FIELDS} | {
        "phones": draft.get("phones", []),
        "warnings": sorted(warnings),
    }
