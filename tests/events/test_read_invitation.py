"""manage.py read_invitation: a file or standard input in, a JSON list or words out, mistakes in one sentence."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events.management.commands.read_invitation import decoded, instant

ROOT = Path(__file__).resolve().parents[2]
# The shape of a real notice: days and months glued, two meetings, dates that are none, the day it was posted.
NOTICE = """\
Both events will take place on Zoom.
Thursday 13thJanuary 2022 from 6:00pm (see meeting details below):
Join Zoom Meeting
https://us06web.zoom.us/j/81545860301?pwd=Zm9yLXRlc3Rz09
Meeting ID: 815 4586 0301
Passcode: 369301
Thursday 20th January 2022 from 6:00pm (see meeting details below):

Join Zoom Meeting
https://us06web.zoom.us/j/82212970302?pwd=Zm9yLXRlc3Rz10

Meeting ID: 822 1297 0302
Passcode: 408302

The consultation will close on 21 January 2022 and the final Plan will be published by 31 March 2022.
On 13 November 2020, the Mayor published an Action Plan. The consultation will run until 21st January 2022.

Posted: January 07, 2022
"""
EXPECTED: list[dict[str, Any]] = [
    {
        "starts_at": "2022-01-13T18:00:00+00:00",
        "ends_at": None,
        "provider": "zoom",
        "join_url": "https://us06web.zoom.us/j/81545860301?pwd=Zm9yLXRlc3Rz09",
        "meeting_id": "81545860301",
        "passcode": "369301",
        "phones": [],
        "warnings": [],
    },
    {
        "starts_at": "2022-01-20T18:00:00+00:00",
        "ends_at": None,
        "provider": "zoom",
        "join_url": "https://us06web.zoom.us/j/82212970302?pwd=Zm9yLXRlc3Rz10",
        "meeting_id": "82212970302",
        "passcode": "408302",
        "phones": [],
        "warnings": [],
    },
]


class Input(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("read_invitation", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def test_json_from_a_file(notice: Path) -> None:
    assert json.loads(run(str(notice), "--json")) == EXPECTED


def test_json_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input(NOTICE.encode()))
    assert json.loads(run("--json")) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_encodings(notice: Path, encoding: str) -> None:
    notice.write_bytes((NOTICE + "6–7pm £5").encode(encoding))
    assert json.loads(run(str(notice), "--json")) == EXPECTED


def test_a_text_without_meetings_gives_an_empty_list(notice: Path) -> None:
    notice.write_text("On 13 November 2020 the Mayor published a plan.")
    assert run(str(notice), "--json") == "[]\n"
    assert run(str(notice)) == "No meeting was found.\n"
    notice.write_bytes(b"")
    assert run(str(notice), "--json") == "[]\n"


def test_in_words(notice: Path) -> None:
    notice.write_text("Wed 13 January 2022, 6-7pm\nhttps://zoom.us/j/98765430303\nPasscode: 1234\nDial 020 7946 0103")
    assert run(str(notice), "--now", "2022-01-04").splitlines() == [
        "Meeting 1",
        "  When: Thursday 13 January 2022, 6pm to 7pm (London)",
        "  Service: zoom",
        "  Link: https://zoom.us/j/98765430303",
        "  Meeting ID: 98765430303",
        "  Passcode: 1234",
        "  Phone: 020 7946 0103",
        "  Check: The notice says Wednesday, but 13 January 2022 is a Thursday. (weekday_mismatch)",
    ]


def test_now_decides_the_year_and_the_past(notice: Path) -> None:
    notice.write_text("Thurs 13 Jan, 6pm, Larkspur Hall")
    assert json.loads(run(str(notice), "--json", "--now", "2021-12-01"))[0]["starts_at"] == "2022-01-13T18:00:00+00:00"
    notice.write_text("Thursday 13 January 2022, 6pm, Larkspur Hall")
    kinds = {
        now: [w["kind"] for w in json.loads(run(str(notice), "--json", "--now", now))[0]["warnings"]]
        for now in ("2022-01-13T17:59", "2022-01-13T18:01", "2022-01-13T18:00:30+01:00")
    }
    assert list(kinds.values()) == [[], ["in_the_past"], []]


@pytest.mark.parametrize("arguments", [["/nowhere/at-all.txt"], ["."], ["with\0nul"], ["--now", "soon", __file__]])
def test_mistakes_are_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(CommandError, match=r"no text in UTF-8 or Windows-1252"):
        decoded(b"\x81\x8d")
    with pytest.raises(CommandError):
        decoded(b"\xff\xfe\x00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "", "2022"])
def test_a_now_that_is_no_instant(text: str) -> None:
    if text.startswith(("0001", "9999")):
        try:
            instant(text)
        except CommandError:
            return
    else:
        with pytest.raises(CommandError):
            instant(text)


def test_as_a_program_it_ends_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "read_invitation", str(tmp_path / "missing.txt"), "--json"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
