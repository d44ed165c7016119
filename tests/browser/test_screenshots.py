"""Pictures of every page on a phone, a tablet and a desk, for people to look at: `make screenshots`.

Of the demo; and, under `states/`, of all that the demo does not show, in the light and in the dark.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.browser import states
from tests.browser.checks import WIDTHS

pytestmark = pytest.mark.screenshots

FOLDER = Path(__file__).resolve().parents[2] / "build" / "screenshots"
NOT_IN_THE_SITEMAP = ["/nothing-here/", "/admin/login/"]


def addresses() -> list[str]:
    """The paths of the sitemap, and a few pages that are not in it."""
    sitemap = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    found = [urlsplit(loc.text or "").path for loc in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found
    return [*dict.fromkeys(found), *NOT_IN_THE_SITEMAP]


def take(page, folder):
    for path in addresses():
        page.goto(path)
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-") or "home"
        page.screenshot(path=FOLDER / folder / f"{name}.png", full_page=True)


def test_take_them(new_context, capsys):
    states.demo()
    screens = {width: {"width": width, "height": height} for width, height in WIDTHS.items()}
    for width, screen in screens.items():
        take(new_context(viewport=screen).new_page(), str(width))
    states.all_states()
    for width, scheme in [(320, "light"), (320, "dark"), (1280, "dark")]:
        take(new_context(viewport=screens[width], color_scheme=scheme).new_page(), f"states/{width}-{scheme}")
    with capsys.disabled():
        print(f"\nThe pictures are in {FOLDER.relative_to(Path.cwd())}/")
