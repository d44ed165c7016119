"""Who comes to a meeting, as a table that opens in a spreadsheet. Pure."""

import csv
import io
from collections.abc import Iterable

from consult.dates import london
from events.models import Registration

HEADINGS = ["Name", "E-mail", "Places", "State", "Access needs", "Booked", "Came"]
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection); wide look-alikes count too.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def attendance_csv(people: Iterable[Registration]) -> str:
    """A row for each, times by the clock in London; no cell is a formula, whatever people typed."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(HEADINGS)
    for row in people:
        cells = [row.name, row.email, str(row.places), row.get_state_display(), row.access_needs]
        moments = [f"{london(each):%Y-%m-%d %H:%M}" if each else "" for each in (row.created_at, row.attended_at)]
        table.writerow([harmless(cell) for cell in [*cells, *moments]])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The same text, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(BEGINS_FORMULA) else cell
