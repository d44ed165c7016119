"""What must always be true of meetings: the database itself refuses anything else."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from events.models import AccessProvision, Event, EventChange, JoinDetails, Registration, Venue
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def refused(row: models.Model, constraint: str, words: str = "") -> None:
    """The database refuses the row by this constraint, and a form would say these words before it comes to that."""
    names = [each.name for each in row._meta.constraints]
    assert constraint in names
    if words:
        with pytest.raises(ValidationError) as told:
            row.full_clean()
        assert words in told.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def event(**fields: object) -> Event:
    """An unsaved meeting that nothing is wrong with, but for `fields`."""
    defaults = {
        "consultation": factories.consultation(),
        "title": "T",
        "slug": "t",
        "summary": "S.",
        "format": "online",
        "starts_at": NOON,
    }
    return Event(**defaults | fields)


def test_the_plain_one_is_accepted() -> None:
    row = event()
    row.full_clean()
    row.save()


@pytest.mark.parametrize("ends", [NOON, NOON - timedelta(minutes=1)])
def test_it_ends_after_it_starts(ends: object) -> None:
    refused(event(ends_at=ends), "event_ends_after_it_starts", "Enter an end that is after the start.")


def test_an_end_needs_a_start() -> None:
    row = event(starts_at=None, ends_at=NOON, date_note="Soon")
    refused(row, "event_end_needs_start", "Enter when it starts as well as when it ends.")


def test_no_date_needs_a_note() -> None:
    row = event(starts_at=None)
    refused(row, "event_has_date_or_note", "Enter when it starts, or say what is known about its date.")


def test_online_has_no_venue() -> None:
    words = "An online meeting has no venue: choose another format or remove the venue."
    refused(event(venue=factories.venue()), "event_online_has_no_venue", words)


def test_an_address_belongs_to_one_meeting() -> None:
    factories.event(slug="t")
    with pytest.raises(IntegrityError), transaction.atomic():
        event(slug="t").save()


@pytest.mark.parametrize("fields", [{"meeting_id": "815 4586 9151"}, {"passcode": "369100"}, {}])
def test_join_details_have_a_link_or_a_number(fields: dict[str, str]) -> None:
    row = JoinDetails(event=factories.event(), provider="zoom", **fields)
    refused(row, "join_details_have_a_route", "Enter a link or a phone number by which people join.")


@pytest.mark.parametrize("fields", [{"url": "https://zoom.us/j/81545869151"}, {"dial_in": "0203 1"}])
def test_a_link_or_a_number_alone_is_enough(fields: dict[str, str]) -> None:
    row = JoinDetails(event=factories.event(), provider="zoom", **fields)
    row.full_clean()
    row.save()


def test_a_meeting_has_one_set_of_join_details() -> None:
    row = factories.event()
    factories.join_details(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.join_details(row)


@pytest.mark.parametrize("hours", [-1])
def test_hours_before_are_not_negative(hours: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.join_details(factories.event(), hours_before=hours)


def test_a_change_has_a_reason() -> None:
    refused(EventChange(event=factories.event(), kind="cancelled", changed_at=NOON), "event_change_has_reason")


def test_a_provision_is_named_once() -> None:
    row = factories.event()
    AccessProvision.objects.create(event=row, kind="bsl")
    refused(AccessProvision(event=row, kind="bsl"), "provision_once_at_event")


def test_a_venue_is_there_once() -> None:
    factories.venue(name="Hall", postcode="SE1 0LL")
    row = Venue(name="Hall", postcode="SE1 0LL", address="Elsewhere", borough="camden")
    refused(row, "venue_once")


def test_booking_has_limits_that_make_sense() -> None:
    refused(event(capacity=0, takes_registrations=True), "event_capacity_positive")
    words = "Places are limited only where people book them."
    refused(event(capacity=5), "event_capacity_needs_registration", words)
    refused(event(most_places=0), "event_most_places_positive")
    words = "Enter an end of booking that is after its start."
    times = {"registration_opens_at": NOON, "registration_closes_at": NOON}
    refused(event(**times), "event_registration_closes_after_it_opens", words)


def test_a_point_on_the_map_is_whole() -> None:
    row = factories.venue()
    row.latitude = 51.5
    refused(row, "venue_point_is_whole", "Enter both latitude and longitude, or neither.")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"places": 0}, "registration_places_positive"),
        ({"state": "waiting"}, "registration_waiting_has_place_in_line"),
        ({"state": "offered"}, "registration_offer_has_an_end"),
        ({"erased_at": NOON}, "registration_erased_has_no_person"),
        ({"email": ""}, "registration_person_or_erased"),
    ],
)
def test_a_registration_is_whole(fields: dict[str, object], constraint: str) -> None:
    defaults = {"event": factories.event(), "email": "ada@example.org", "created_at": NOON}
    refused(Registration(**defaults | fields), constraint)


def test_an_address_registers_once_and_erased_ones_do_not_clash() -> None:
    row = factories.event()
    Registration.objects.create(event=row, email="ada@example.org", created_at=NOON)
    refused(Registration(event=row, email="ada@example.org", created_at=NOON), "registration_once_for_an_address")
    for _ in range(2):
        Registration.objects.create(event=row, email="", created_at=NOON, erased_at=NOON)


def test_every_constraint_is_tried_here() -> None:
    tried = {
        "event_capacity_positive",
        "event_capacity_needs_registration",
        "event_most_places_positive",
        "event_registration_closes_after_it_opens",
        "venue_point_is_whole",
        "registration_once_for_an_address",
        "registration_places_positive",
        "registration_waiting_has_place_in_line",
        "registration_offer_has_an_end",
        "registration_erased_has_no_person",
        "registration_person_or_erased",
        "event_ends_after_it_starts",
        "event_end_needs_start",
        "event_has_date_or_note",
        "event_online_has_no_venue",
        "join_details_have_a_route",
        "event_change_has_reason",
        "provision_once_at_event",
        "venue_once",
    }
    declared = {
        constraint.name
        for model in (Event, Venue, EventChange, AccessProvision, JoinDetails, Registration)
        for constraint in model._meta.constraints
    }
    assert declared == tried


def test_a_venue_with_meetings_cannot_be_deleted() -> None:
    hall = factories.venue()
    factories.event(format="in_person", venue=hall)
    with pytest.raises(models.ProtectedError):
        hall.delete()
