"""Days and hours that staff type: years within reach, hours that London has, changes only where there is one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse

from consult.dates import LONDON
from consult.forms_admin import ClosingField, ConsultationForm, DayField, KeepForm, MoveForm, likely_year
from consult.models import Consultation
from tests import factories
from tests.consult.test_consultation_admin import typed

Cast = Callable[[str], Client]
MESSAGE = "Enter a year from 2000 to 2100."


@pytest.mark.parametrize(("year", "is_refused"), [(1, True), (1999, True), (2000, False), (2100, False), (9999, True)])
def test_the_years_within_reach(year: int, is_refused: bool) -> None:
    for field, value in ((DayField(), f"{year:04}-12-31"), (ClosingField(), [f"{year:04}-12-31", ""])):
        if is_refused:
            with pytest.raises(forms.ValidationError, match=MESSAGE):
                field.clean(value)
        else:
            assert field.clean(value)


def test_every_day_and_hour_of_every_form_is_asked(admin_user: object, rf: RequestFactory) -> None:
    """Of each model of ours, beside it and in it; a new one is asked without a line of its own."""
    request, seen = rf.get("/"), set()
    request.user = admin_user  # type: ignore[assignment]
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in {"consult", "events", "submissions"}:
            continue
        inlines: list[InlineModelAdmin] = model_admin.get_inline_instances(request)
        for screen in [model_admin, *inlines]:
            for db_field in screen.model._meta.fields:
                if isinstance(db_field, models.DateField) and db_field.editable:
                    field = screen.formfield_for_dbfield(db_field, request)
                    assert field
                    assert likely_year in field.validators, db_field
                    seen.add(db_field.name)
    assert {"publish_at", "opens_at", "outcome_at", "on", "published_on", "since", "until", "starts_at"} <= seen
    assert {"ends_at", "ask_by"} <= seen


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("field", ["publish_at", "opens_at", "closes_at", "outcome_at"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "31/12/9999"])
def test_a_slip_is_told_beside_its_field(cast: Cast, field: str, day: str) -> None:
    fields = {f"{field}_0": day, f"{field}_1": "" if field == "closes_at" else "23:59"}
    response = cast("editor").post(reverse("admin:consult_consultation_add"), typed(**fields))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors[field] == [MESSAGE]
    assert not Consultation.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(("verb", "name"), [("move", "to"), ("keep", "on")])
def test_a_slip_in_a_verb_is_told_too(cast: Cast, verb: str, name: str, day: str) -> None:
    promise = factories.key_date(factories.consultation())
    address = reverse(f"admin:consult_keydate_{verb}", args=[promise.pk])
    response = cast("editor").post(address, {name: day, "reason": "x"})
    assert MESSAGE in response.content.decode()
    promise.refresh_from_db()
    assert (promise.on.year, promise.kept_on) == (2026, None)


def test_verbs_ask_with_the_same_field() -> None:
    days = [field for form in (MoveForm, KeepForm) for field in form.base_fields.values()]
    assert {type(field) for field in days if isinstance(field, forms.DateField)} == {DayField}


# --- closing ----------------------------------------------------------------------------------------

END_OF_21 = datetime(2026, 1, 22, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("initial", "data", "is_changed"),
    [
        (END_OF_21, ["21/01/2026", ""], False),
        (END_OF_21.astimezone(UTC), ["2026-01-21", ""], False),
        (END_OF_21, ["22/01/2026", "00:00"], False),
        (None, ["", ""], False),
        (END_OF_21, ["22/01/2026", ""], True),
        (END_OF_21, ["21/01/2026", "17:00"], True),
        (END_OF_21, ["", ""], True),
        (None, ["21/01/2026", ""], True),
        (END_OF_21, ["nonsense", ""], True),
    ],
)
def test_closing_has_changed_where_the_instant_has(initial: datetime | None, data: list[str], is_changed: bool) -> None:
    assert ClosingField(required=False).has_changed(initial, data) is is_changed


@pytest.mark.django_db
def test_a_form_sent_back_as_it_was_changes_nothing() -> None:
    row = factories.consultation()
    form = ConsultationForm(instance=row, data={"closes_at_0": "21/01/2026", "closes_at_1": ""})
    assert "closes_at" not in form.changed_data


@pytest.mark.parametrize(
    ("day", "clock"),
    [("28/03/2027", "01:30"), ("25/10/2026", "01:30")],  # skipped in spring, twice in autumn
)
def test_an_hour_that_london_does_not_have_once_is_told(day: str, clock: str) -> None:
    with pytest.raises(forms.ValidationError, match="couldn’t be interpreted in time zone Europe/London"):
        ClosingField().clean([day, clock])


@pytest.mark.parametrize(("day", "clock"), [("28/03/2027", "00:30"), ("28/03/2027", "02:00"), ("28/03/2027", "")])
def test_the_hours_around_it_are_fine(day: str, clock: str) -> None:
    assert ClosingField().clean([day, clock])
