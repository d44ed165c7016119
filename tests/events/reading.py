"""Reads calendars and pages in the tests: by hand for what is written, with foreign parsers for what is understood."""

import json
import os
import shutil
import subprocess
from typing import Any

import html5lib
from django.conf import settings
from icalendar import Calendar
from icalendar.parser import Contentline

SCRIPT = settings.BASE_DIR / "tests" / "js" / "read_calendar.mjs"


def lines(body: bytes) -> list[str]:
    """The content lines of a calendar, unfolded; fails where a byte is not as RFC 5545 3.1 wants it."""
    assert body.endswith(b"\r\n")
    physical = body[:-2].split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line
        assert not {byte for byte in line if byte < 0x20 and byte != 0x09} | ({0x7F} & set(line)), line
        text = line.decode()  # each by itself: folded between characters, not inside one
        assert not [char for char in text if "\x80" <= char <= "\x9f" or char in "\u2028\u2029\ufeff"], text
    return body.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def properties(body: bytes, component: str = "VEVENT") -> list[dict[str, str]]:
    """For each such component, name with parameters -> value as it is written. Fails where one comes twice.

    What stands in a component inside it, such as an alarm, is left out.
    """
    found: list[dict[str, str]] = []
    inside: list[str] = []
    for line in lines(body):
        if line.startswith("BEGIN:"):
            inside.append(line.removeprefix("BEGIN:"))
            found += [{}] if inside[-1] == component else []
        elif line.startswith("END:"):
            assert inside.pop() == line.removeprefix("END:")
        elif inside[-1] == component:
            end = _end_of_name(line)
            assert line[:end] not in found[-1], line
            found[-1][line[:end]] = line[end + 1 :]
    return found


def meetings(body: bytes) -> list[dict[str, str]]:
    """The entries of meetings: those that have an hour. The dates of consultations last all day."""
    return [entry for entry in properties(body) if "DTSTART;VALUE=DATE" not in entry]


def _end_of_name(line: str) -> int:
    """Where the value begins: at the first colon that stands in no quotes."""
    quoted = False
    for place, char in enumerate(line):
        quoted ^= char == '"'
        if char == ":" and not quoted:
            return place
    raise AssertionError(line)


def icalendar(body: bytes) -> Any:
    """The calendar as icalendar reads it, strictly: no line and no component may hold an error."""
    for line in lines(body):
        Contentline(line, strict=True).parts()
    calendar = Calendar.from_ical(body)
    assert [component.errors for component in calendar.walk() if component.errors] == []
    return calendar


def ical_js(body: bytes, zone: str = "UTC") -> dict[str, Any]:
    """The calendar as ical.js reads it on a machine that stands in `zone`."""
    path = f"{settings.BASE_DIR / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    assert node, "Node is missing: run the tests with `make test`, which installs it."
    done = subprocess.run([node, SCRIPT], input=body, capture_output=True, env={"TZ": zone, "PATH": path}, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def structured_data(html: str) -> list[dict[str, Any]]:
    """What the page says to search engines."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [json.loads(each.text or "") for each in tree.iter("script") if each.get("type") == "application/ld+json"]


def form_fields(html: str, form_id: str) -> dict[str, Any]:
    """What a browser would send if somebody pressed the button without changing anything."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    form = next(each for each in tree.iter("form") if each.get("id") == form_id)
    sent: dict[str, Any] = {}
    for field in form.iter():
        if field.tag not in {"input", "textarea", "select"}:
            continue
        name, kind = field.get("name"), field.get("type", "text")
        if not name or kind in {"submit", "button", "file"}:
            continue
        if field.tag == "select":
            chosen = [option.get("value", "") for option in field.iter("option") if option.get("selected") is not None]
            sent[name] = chosen[0] if chosen else ""
        elif field.tag == "textarea":
            sent[name] = field.text or ""
        elif kind not in {"checkbox", "radio"} or field.get("checked") is not None:
            sent[name] = field.get("value", "on" if kind == "checkbox" else "")
    return sent
