"""What the public has seen: not deleted, not hidden in passing, taken offline by administrators with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from consult.models import AuditEntry, Consultation, KeyDate, Theme, Update
from events import actions as event_actions
from events.models import Event
from submissions.models import Question, Section
from tests import factories
from tests.events.reading import form_fields
from tests.factories import BEFORE, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]
MAKERS: dict[type[models.Model], Callable[..., Any]] = {
    KeyDate: factories.key_date,
    Theme: factories.theme,
    Update: factories.update,
    Event: factories.event,
}


def url(row: models.Model, page: str) -> str:
    args = [] if page == "changelist" else [row.pk]
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=args)


def editable(client: Client, row: models.Model) -> set[str]:
    """The names of what the form of a row asks for."""
    return {name.removesuffix("_0").removesuffix("_1") for name in filled(client, row)}


def filled(client: Client, row: models.Model) -> dict[str, str]:
    """What the form of a row sends if nobody changes anything."""
    sent = form_fields(client.get(url(row, "change")).content.decode(), f"{row._meta.model_name}_form")
    return {name: value for name, value in sent.items() if name != "tags"}  # no tag is chosen


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("name", ["editor", "administrator"])
def test_what_is_published_is_not_deleted(cast: Cast, model: type[models.Model], name: str) -> None:
    client = cast(name)
    shown = MAKERS[model](factories.consultation())
    draft = MAKERS[model](factories.consultation(publish_at=None))
    assert client.post(url(shown, "delete"), {"post": "yes"}).status_code == 403
    chosen: dict[str, Any] = {"action": "delete_selected", "_selected_action": [shown.pk, draft.pk], "post": "yes"}
    assert client.post(url(shown, "changelist"), chosen).status_code == 403
    assert client.post(url(draft, "delete"), {"post": "yes"}).status_code == 302
    assert list(model._default_manager.all()) == [shown]


@pytest.mark.parametrize(
    ("model", "fixed"),
    [
        (KeyDate, {"consultation", "label", "on", "is_promise", "date_note"}),
        (Theme, {"consultation"}),
        (Update, {"consultation", "publish_at"}),
        (Event, {"consultation", "publish_at", "format", "starts_at", "ends_at", "date_note", "venue"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_is_published_cannot_be_hidden_in_passing(cast: Cast, model: type[models.Model], fixed: set[str]) -> None:
    client = cast("administrator")
    shown = MAKERS[model](factories.consultation())
    draft = MAKERS[model](factories.consultation(publish_at=None))
    assert editable(client, draft) - editable(client, shown) == fixed


def test_a_consultation_is_not_hidden_in_passing(cast: Cast) -> None:
    client = cast("administrator")
    shown, coming = factories.consultation(), factories.consultation(publish_at=NOON + timedelta(hours=1))
    assert editable(client, coming) - editable(client, shown) == {"publish_at"}
    response = client.post(
        url(shown, "change"), filled(client, shown) | {"publish_at_0": "", "publish_at_1": "", "title": "Other"}
    )
    assert response.status_code == 302
    shown.refresh_from_db()
    assert (shown.title, shown.publish_at) == ("Other", BEFORE)


def test_the_words_of_a_milestone_may_change(cast: Cast) -> None:
    row = factories.key_date(factories.consultation(), is_promise=False)
    assert "date_note" in editable(cast("editor"), row)


def test_a_theme_is_not_removed_beside_its_consultation(cast: Cast) -> None:
    row = factories.consultation()
    theme = factories.theme(row)
    factories.question(row, theme=theme)
    client = cast("administrator")
    assert 'name="themes-0-DELETE"' not in client.get(url(row, "change")).content.decode()
    sent = filled(client, row)
    assert sent["themes-0-title"] == theme.title
    assert client.post(url(row, "change"), sent | {"themes-0-DELETE": "on"}).status_code == 302
    assert Theme.objects.get() == theme
    assert Question.objects.exists()


def test_a_promise_is_not_removed_beside_its_consultation(cast: Cast) -> None:
    promise = factories.key_date(factories.consultation())
    row = promise.consultation
    client = cast("administrator")
    assert 'name="key_dates-0-DELETE"' not in client.get(url(row, "change")).content.decode()
    removed = {"key_dates-0-DELETE": "on", "key_dates-0-label": "Other", "key_dates-0-on": "2027-01-01"}
    assert client.post(url(row, "change"), filled(client, row) | removed).status_code == 302
    kept = KeyDate.objects.get()
    assert (kept.label, kept.on) == (promise.label, promise.on)


def test_a_theme_does_not_take_questions_along(cast: Cast) -> None:
    theme = factories.theme(factories.consultation(publish_at=None))
    factories.question(theme.consultation, theme=theme)
    page = cast("administrator").post(url(theme, "delete"), {"post": "yes"}).content.decode()
    assert "Cannot delete theme" in page
    assert Section.objects.get().theme == theme
    assert Question.objects.exists()


def test_a_draft_goes_with_what_it_would_have_asked(cast: Cast) -> None:
    row = factories.consultation(publish_at=None)
    first = factories.question(row, theme=factories.theme(row), kind="scale", choice_set=factories.choice_set("A", "B"))
    factories.question(first.section, shown_if=first, shown_for="a")
    client = cast("administrator")
    assert client.post(url(row, "delete"), {"post": "yes"}).status_code == 403  # its questionnaire is published
    first.section.version.questionnaire.versions.update(published_at=None)
    assert client.post(url(row, "delete"), {"post": "yes"}).status_code == 302
    assert not Question.objects.exists()


# --- taking offline ---------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [factories.consultation, factories.update, factories.event])
def test_an_administrator_takes_a_page_offline(cast: Cast, client: Client, make: Callable[..., Any]) -> None:
    row = make() if make is factories.consultation else make(factories.consultation())
    administrator = cast("administrator")
    assert client.get(row.get_absolute_url()).status_code == 200
    assert url(row, "offline") in administrator.get(url(row, "change")).content.decode()
    response = administrator.post(url(row, "offline"), {"reason": "Names a child."})
    assert response.status_code == 302
    assert client.get(row.get_absolute_url()).status_code == 404
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.by.username) == ("take-offline", row, "administrator")
    assert entry.detail == {"reason": "Names a child.", "was": str(row.publish_at)}
    assert "Taken offline: Names a child." in administrator.get(url(row, "history")).content.decode()
    # It was public: still nothing to delete. It may be published again.
    assert administrator.post(url(row, "delete"), {"post": "yes"}).status_code == 403
    assert "publish_at" in editable(administrator, row)
    response = administrator.post(url(row, "offline"), {"reason": "Again."})
    assert "there is nothing to take offline" in response.content.decode()


def test_what_belonged_to_it_is_kept_too(cast: Cast) -> None:
    row = factories.consultation()
    rows = [make(row) for make in (factories.theme, factories.key_date, factories.update)]
    draft = factories.update(row, publish_at=None)
    client = cast("administrator")
    assert client.post(url(row, "offline"), {"reason": "A mistake."}).status_code == 302
    assert [client.post(url(each, "delete"), {"post": "yes"}).status_code for each in rows] == [403] * 3
    assert "publish_at" not in editable(client, rows[2])
    assert client.post(url(draft, "delete"), {"post": "yes"}).status_code == 302  # nobody ever saw that


def test_taking_offline_needs_a_reason(cast: Cast) -> None:
    row = factories.consultation()
    response = cast("administrator").post(url(row, "offline"), {"reason": " "})
    assert "This field is required." in response.content.decode()
    assert Consultation.objects.published().get() == row


@pytest.mark.parametrize(
    ("name", "status"), [("resident", 302), ("half_signed_in", 302), ("editor", 403), ("moderator", 403)]
)
def test_nobody_else_takes_anything_offline(cast: Cast, name: str, status: int) -> None:
    client, row = cast(name), factories.consultation()
    rows = [row, factories.update(row), factories.event(row)]
    assert [client.post(url(each, "offline"), {"reason": "x"}).status_code for each in rows] == [status] * 3
    assert all(type(each)._default_manager.get(pk=each.pk).is_published() for each in rows)
    assert not AuditEntry.objects.exists()


def test_a_meeting_is_cancelled_before_it_vanishes_from_calendars(cast: Cast, client: Client) -> None:
    event = event_actions.tell_calendars(event=factories.event())
    administrator = cast("administrator")
    response = administrator.post(url(event, "offline"), {"reason": "x"})
    assert "Cancel the meeting first, so that calendars say so." in response.content.decode()
    response = administrator.post(url(event.consultation, "offline"), {"reason": "x"})
    assert f"Cancel its meetings first, so that calendars say so: {event.title}." in response.content.decode()
    assert client.get(event.get_absolute_url()).status_code == 200
    event_actions.cancel_event(event=event, reason="Floods.", by=factories.user())
    assert administrator.post(url(event, "offline"), {"reason": "x"}).status_code == 302
    assert client.get(event.get_absolute_url()).status_code == 404
    assert administrator.post(url(event.consultation, "offline"), {"reason": "x"}).status_code == 302
