"""Addresses and forms that nobody would type: told to be wrong, never an error; and no cookie beyond the two."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from consult.admin_site import PortalAdminSite
from consult.models import Tag
from tests import factories

pytestmark = pytest.mark.usefixtures("noon")

Cast = Callable[[str], Client]

EVENTS, SUBMISSIONS = "events_event_changelist", "submissions_submission_changelist"
AUTOCOMPLETE = "app_label=events&model_name=event&field_name=consultation"
CRAFTED = [
    (SUBMISSIONS, "received_at__year=9999"),
    (SUBMISSIONS, "received_at__year=9999&received_at__month=12&received_at__day=31"),
    (SUBMISSIONS, "decision=%00"),
    (SUBMISSIONS, "channel__exact=%00"),
    (SUBMISSIONS, "q=%00"),
    (EVENTS, "starts_at__year=9999"),
    (EVENTS, "starts_at__iso_year=99999"),
    (EVENTS, "venue__borough=%00"),
    (EVENTS, "when=%00"),
    (EVENTS, "%00=1"),
    (EVENTS, "title__regex=("),
    (EVENTS, "title__iregex=("),
    ("consult_auditentry_changelist", "verb=%00"),
    ("consult_auditentry_changelist", "at__year=9999"),
    ("consult_update_changelist", "publish_at__year=9999"),
    ("autocomplete", f"{AUTOCOMPLETE}&term=%00"),
    ("events_event_add", "title=%00"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("screen", "query"), CRAFTED)
def test_a_query_that_no_database_reads_is_a_bad_request(cast: Cast, screen: str, query: str) -> None:
    factories.submission(factories.event().consultation)
    assert cast("administrator").get(f"{reverse(f'admin:{screen}')}?{query}").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "starts_at__gte=9999-12-31T23:59:59-12:00",
        "starts_at__gte=0001-01-01T00:00:00%2B12:00",
        "id__in=99999999999999999999999",
    ],
)
def test_what_one_database_answers_and_another_cannot_read(cast: Cast, query: str) -> None:
    factories.event()
    answer = cast("administrator").get(f"{reverse(f'admin:{EVENTS}')}?{query}")
    assert answer.status_code == (200 if connection.vendor == "postgresql" else 400)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("screen", "query"),
    [
        (SUBMISSIONS, "received_at__year=2026"),
        (SUBMISSIONS, "received_at__month=13"),
        (SUBMISSIONS, "decision=nonsense"),
        (EVENTS, "starts_at__year=1"),
        (EVENTS, "consultation__id__exact=x"),
        ("events_event_add", "starts_at=x"),
        ("events_event_add", "consultation=x"),
        ("consult_consultation_add", "tags=x&closes_at=x"),
        ("consult_user_add", "groups=x"),
    ],
)
def test_a_query_that_says_nothing_is_passed_over(cast: Cast, screen: str, query: str) -> None:
    factories.submission(factories.event().consultation)
    assert cast("administrator").get(f"{reverse(f'admin:{screen}')}?{query}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "\x00", "9" * 30, "-1", "²"])
@pytest.mark.parametrize("action", ["publish", "delete_selected"])
def test_a_row_that_is_no_row_is_a_bad_request(cast: Cast, key: str, action: str) -> None:
    client = cast("administrator")
    for screen in (SUBMISSIONS, "consult_theme_changelist"):
        sent = {"action": action, "_selected_action": key}
        assert client.post(reverse(f"admin:{screen}"), sent).status_code == 400


@pytest.mark.parametrize(
    ("method", "query", "screen", "error"),
    [
        ("get", "a=b", "consult_theme_changelist", BadRequest),
        ("get", "", "consult_theme_changelist", ValueError),
        ("post", "a=b", "consult_theme_changelist", ValueError),
        ("get", "a=b", "consult_theme_change", ValueError),
    ],
)
def test_an_error_of_our_own_is_not_taken_for_theirs(
    rf, monkeypatch, method: str, query: str, screen: str, error: type[Exception]
) -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise ValueError

    monkeypatch.setattr(PortalAdminSite, "has_permission", lambda self, request: True)
    request = getattr(rf, method)(f"/?{query}")
    request.resolver_match, request._dont_enforce_csrf_checks = SimpleNamespace(url_name=screen), True
    with pytest.raises(error):
        admin.site.admin_view(broken)(request)


@pytest.mark.django_db
def test_saving_sets_no_cookie_but_session_and_csrf(cast: Cast) -> None:
    client = cast("administrator")
    address = reverse("admin:consult_tag_add")
    client.get(address)
    response = client.post(address, {"name": "Trust", "slug": "trust"})
    assert response.status_code == 302
    assert Tag.objects.get().name == "Trust"
    assert set(client.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert "was added successfully" in client.get(response["Location"]).content.decode()
