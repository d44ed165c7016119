"""Pictures of the demo's pages on a phone, a tablet and a desk, for people to look at: `make screenshots`."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.screenshots

FOLDER = Path(__file__).resolve().parents[2] / "build" / "screenshots"
WIDTHS = {320: 640, 768: 1024, 1280: 800}
NOT_IN_THE_SITEMAP = ["/nothing-here/", "/admin/login/"]


def addresses() -> list[str]:
    """The paths of the sitemap, and a few pages that are not in it."""
    sitemap = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    found = [urlsplit(loc.text or "").path for loc in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found
    return [*dict.fromkeys(found), *NOT_IN_THE_SITEMAP]


def test_take_them(new_context, capsys):
    call_command("load_demo", verbosity=0)
    for width, height in WIDTHS.items():
        page = new_context(viewport={"width": width, "height": height}).new_page()
        for path in addresses():
            page.goto(path)
            name = re.sub(r"[^a-z0-9]+", "-", path).strip("-") or "home"
            page.screenshot(path=FOLDER / str(width) / f"{name}.png", full_page=True)
    with capsys.disabled():
        print(f"\nThe pictures are in {FOLDER.relative_to(Path.cwd())}/")
