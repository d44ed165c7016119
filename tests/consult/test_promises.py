"""Promises: moved with a reason, kept with evidence, and never in silence."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from consult import actions
from consult.actions import CannotBeDone
from consult.models import AuditEntry, KeyDate, KeyDateMove
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]


def url(verb: str, row: KeyDate) -> str:
    return reverse(f"admin:consult_keydate_{verb}", args=[row.pk])


def test_an_editor_moves_a_promise_and_the_public_sees_why(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    promise = factories.key_date(row)
    editor = cast("editor")
    response = editor.post(url("move", promise), {"to": "2026-04-30", "reason": "More to read."})
    assert response.status_code == 302
    promise.refresh_from_db()
    assert promise.on == date(2026, 4, 30)
    assert promise.state() is KeyDate.State.MOVED
    move = KeyDateMove.objects.get()
    assert (move.was, move.became, move.reason, move.moved_by.username) == (
        date(2026, 3, 31),
        date(2026, 4, 30),
        "More to read.",
        "editor",
    )
    text = client.get(row.get_absolute_url()).content.decode()
    assert "Moved from Tuesday 31 March 2026 to Thursday 30 April 2026: More to read." in text
    assert AuditEntry.objects.get(verb="move").detail == {"was": "2026-03-31", "became": "2026-04-30"}


def test_a_promise_is_kept_with_evidence(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    promise = factories.key_date(row)
    asked = {"on": "2026-01-14", "evidence_url": "/updates/final-plan/"}
    assert cast("editor").post(url("keep", promise), asked).status_code == 302
    promise.refresh_from_db()
    assert (promise.kept_on, promise.state()) == (date(2026, 1, 14), KeyDate.State.KEPT)
    text = client.get(row.get_absolute_url()).content.decode()
    assert 'href="/updates/final-plan/"' in text
    assert "Kept on" in text


@pytest.mark.parametrize(
    ("verb", "asked", "message"),
    [
        ("move", {"to": "2026-03-31", "reason": "x"}, "Enter another date: this is the one it has now."),
        ("move", {"to": "", "reason": ""}, "This field is required."),
        ("keep", {"on": "2026-01-15"}, "Enter a date that is not in the future."),
        ("keep", {"on": "2026-01-14", "evidence_url": "javascript:alert(1)"}, "begins with https:// or with /"),
    ],
)
def test_what_does_not_fit_is_told(cast: Cast, verb: str, asked: dict[str, str], message: str) -> None:
    promise = factories.key_date(factories.consultation())
    response = cast("editor").post(url(verb, promise), asked)
    assert response.status_code == 200
    assert message in response.content.decode()
    promise.refresh_from_db()
    assert (promise.on, promise.kept_on) == (date(2026, 3, 31), None)
    assert not KeyDateMove.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_kept_promise_moves_no_more() -> None:
    user = factories.user()
    promise = factories.key_date(factories.consultation())
    actions.keep_promise(key_date=promise, on=date(2026, 1, 14), by=user)
    with pytest.raises(CannotBeDone):
        actions.move_key_date(key_date=promise, to=date(2026, 5, 1), reason="x", by=user)
    with pytest.raises(CannotBeDone):
        actions.keep_promise(key_date=promise, on=date(2026, 1, 14), by=user)


def test_only_promises_are_kept() -> None:
    milestone = factories.key_date(factories.consultation(), is_promise=False)
    with pytest.raises(CannotBeDone):
        actions.keep_promise(key_date=milestone, on=date(2026, 1, 14), by=factories.user())


def test_a_public_date_cannot_be_changed_past_its_verb(cast: Cast) -> None:
    promise = factories.key_date(factories.consultation())
    address = reverse("admin:consult_keydate_change", args=[promise.pk])
    client = cast("editor")
    assert 'name="on"' not in client.get(address).content.decode()
    inline = reverse("admin:consult_consultation_change", args=[promise.consultation_id])
    assert 'name="key_dates-0-on"' not in client.get(inline).content.decode()


def test_the_audit_record_is_never_rewritten() -> None:
    promise = factories.key_date(factories.consultation())
    actions.move_key_date(key_date=promise, to=date(2026, 5, 1), reason="x", by=factories.user())
    entry = AuditEntry.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.parametrize(
    "fields",
    [
        {"on": None, "date_note": ""},
        {"is_promise": False, "kept_on": date(2026, 1, 1)},
    ],
)
def test_the_database_refuses_half_facts(fields: dict[str, object]) -> None:
    row = factories.consultation()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.key_date(row, **fields)
