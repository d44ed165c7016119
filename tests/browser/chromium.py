"""Finds the Chromium that the browser tests drive. `python -m tests.browser.chromium` prints its path, or fails."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PLACES = ["/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]


def find() -> str | None:
    """Returns the path that CHROMIUM names, or else the first browser found on this machine, or None."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    found = filter(None, map(shutil.which, NAMES))
    return next(found, None) or next((place for place in PLACES if Path(place).exists()), None)


if __name__ == "__main__":
    path = find()
    if path is None:
        sys.exit(1)
    print(path)
