"""Pages about the portal, what machines ask it, and the errors."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_robots_let_feeds_be_read_and_keep_drafts_out(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /consultations/*/respond/*/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def test_security_txt_has_not_expired(client: Client) -> None:
    fields = dict(
        line.split(": ", 1)
        for line in client.get("/.well-known/security.txt").content.decode().splitlines()
        if ": " in line
    )
    assert fields["Contact"] == f"mailto:{settings.SECURITY_EMAIL}"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert 0 < (expires - factories.NOON).days < 365


def test_sitemap_lists_what_is_public(client: Client) -> None:
    row = factories.consultation(slug="shown")
    factories.theme(row, slug="theme")
    factories.event(row, slug="meeting")
    factories.update(row, slug="news")
    factories.questionnaire(row, slug="survey")
    row.questionnaires.create(title="Not yet", slug="secret-survey")
    draft = factories.consultation(slug="secret", publish_at=None)
    factories.event(draft, slug="secret-meeting")
    factories.theme(draft, slug="secret-theme")
    factories.questionnaire(draft, slug="secret-questions")
    root = ET.fromstring(client.get("/sitemap.xml").content)
    found = {element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    for path in (
        "/",
        "/consultations/shown/",
        "/consultations/shown/themes/theme/",
        "/events/meeting/",
        "/updates/news/",
        "/consultations/shown/questionnaires/survey/",
    ):
        assert f"http://testserver{path}" in found
    assert not any("secret" in str(address) for address in found)


def test_updates_feed_is_atom_with_stable_ids(client: Client) -> None:
    row = factories.consultation()
    factories.update(row, slug="news", title="A & B", body="**Read** it")
    response = client.get("/updates.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = ET.fromstring(response.content).iter(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "A & B"
    assert entry.findtext(f"{atom}id") == "http://testserver/updates/news/"
    assert entry.findtext(f"{atom}summary") == "<p>News.</p><p><strong>Read</strong> it</p>\n"
    assert response.content == client.get("/updates.atom").content


def test_healthz_says_when_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")

    def broken(*args: Any) -> None:
        raise OSError("gone")

    monkeypatch.setattr(connection, "cursor", broken)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"no database\n")


def test_accessibility_statement_has_its_parts(client: Client) -> None:
    text = client.get("/accessibility/").content.decode()
    for words in (
        "Accessibility statement for",
        "partially compliant",
        "Web Content Accessibility Guidelines version 2.2",
        "Equality and Human Rights Commission (EHRC)",
        "Equality Advisory and Support Service (EASS)",
        "This statement was prepared on",
        "last tested on",
    ):
        assert words in text


def test_cookies_page_names_every_cookie(client: Client) -> None:
    text = client.get("/cookies/").content.decode()
    assert settings.CSRF_COOKIE_NAME in text
    assert settings.SESSION_COOKIE_NAME in text


def test_privacy_page_says_what_the_settings_do(client: Client) -> None:
    assert f"kept for {settings.DRAFT_LIFETIME.days} days" in client.get("/privacy/").content.decode()


@pytest.mark.parametrize(
    ("status", "path", "words"),
    [
        (404, "/nothing/", "If you typed the web address, check it is correct."),
        (404, "/events/nothing/", "Page not found"),
    ],
)
def test_not_found(client: Client, status: int, path: str, words: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.content.decode()


def test_an_error_of_ours_says_what_happened_to_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("consult.views.consultations.Update.objects.published", broken)
    response = Client(raise_request_exception=False).get("/updates/")
    assert response.status_code == 500
    text = response.content.decode()
    assert "Sorry, there is a problem with the service" in text
    assert "If you were sending your views and did not see a reference" in text
    assert "broken" not in text


def test_a_foreign_host_is_refused(client: Client) -> None:
    response = client.get("/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_every_answer_carries_the_headers(client: Client) -> None:
    for path in ("/", "/nothing/", "/calendar.ics", "/robots.txt", "/admin/login/"):
        response = client.get(path)
        policy = {
            name: values for name, *values in (part.split() for part in response["Content-Security-Policy"].split(";"))
        }
        assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'none'"]
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    "query", ["page=abc", "page=-1", "page=999999", "tag=%00", "tag=" + "x" * 5000, "page=%F0%9F%98%80"]
)
@pytest.mark.parametrize("path", ["/consultations/", "/updates/"])
def test_nonsense_in_the_query_is_harmless(client: Client, path: str, query: str) -> None:
    factories.update(factories.consultation())
    assert client.get(f"{path}?{query}").status_code == 200


def test_one_character_of_a_word_processor_breaks_no_feed(client: Client) -> None:
    row = factories.consultation(title="Plan\x0b")
    factories.update(row, title="News\x0b\x01", summary="a <b>\x0b", body="c\x0bd")
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = ET.fromstring(client.get("/updates.atom").content).iter(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "News\n"
    summary = entry.find(f"{atom}summary")
    assert summary is not None
    assert summary.attrib == {"type": "html"}
    assert summary.text == "<p>a &lt;b&gt;\n</p><p>c\nd</p>\n"


def test_the_sitemap_has_the_address_of_the_portal_and_few_queries(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://portal.example"
    counts = []
    for _ in (1, 2):
        factories.event(factories.consultation())
        with CaptureQueriesContext(connection) as queries:
            text = client.get("/sitemap.xml").content.decode()
        assert "<loc>https://portal.example/events/meeting-" in text
        assert "testserver" not in text
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_the_section_of_a_page_is_marked_in_the_menu(client: Client) -> None:
    row = factories.consultation(slug="events")
    text = client.get(row.get_absolute_url()).content.decode()
    assert text.count("govuk-service-navigation__item--active") == 1


def test_links_between_the_documents_lead_somewhere() -> None:
    root = Path(settings.BASE_DIR)
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "bench").glob("*.md")]
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
