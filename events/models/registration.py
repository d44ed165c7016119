"""Who comes: places that people booked, and the list of those who wait."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from events.models.event import Event


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def holding(self, now: datetime | None = None) -> Self:
        """Those that hold places at `now`: confirmed ones, and offers from the waiting list that still run."""
        return self.filter(_holds(now))

    def holding_or_waiting(self, now: datetime | None = None) -> Self:
        """Those, and the waiting list, for which what is free is kept."""
        return self.filter(_holds(now) | Q(state=Registration.State.WAITING))

    def waiting(self) -> Self:
        """The waiting list, first come first."""
        return self.filter(state=Registration.State.WAITING).order_by("queued_at", "id")

    def places(self) -> int:
        """How many places these registrations are for, together."""
        return self.aggregate(total=Sum("places"))["total"] or 0


def _holds(now: datetime | None) -> Q:
    held = Q(state=Registration.State.CONFIRMED)
    return held | Q(state=Registration.State.OFFERED, offered_until__gt=now or timezone.now())


class Registration(models.Model):
    """One person’s places at one meeting. Actions change it; its links are signed, so nothing secret is kept."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Address not confirmed yet"
        CONFIRMED = "confirmed", "Place booked"
        WAITING = "waiting", "On the waiting list"
        OFFERED = "offered", "Offered a place"
        CANCELLED = "cancelled", "Cancelled"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    email = models.EmailField("e-mail address", blank=True, help_text="Empty once personal details are deleted.")
    name = models.CharField(max_length=120, blank=True)
    places = models.PositiveSmallIntegerField(default=1)
    access_needs = models.TextField("what you need to take part", blank=True)
    consent_wording = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField("on the waiting list since", null=True, blank=True)
    passed_over_at = models.DateTimeField("passed over in line", null=True, blank=True)  # places were free, too few
    offered_until = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField("came", null=True, blank=True)
    erased_at = models.DateTimeField("personal details deleted", null=True, blank=True)
    invited = models.PositiveIntegerField(null=True, editable=False)  # SEQUENCE of its latest invitation

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["event", "created_at", "id"]
        permissions = [("view_attendance", "Can see who comes to a meeting")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"], condition=~Q(email=""), name="registration_once_for_an_address"
            ),
            models.CheckConstraint(name="registration_places_positive", condition=Q(places__gte=1)),
            models.CheckConstraint(
                name="registration_waiting_has_place_in_line",
                condition=~Q(state="waiting") | Q(queued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_offer_has_an_end",
                condition=~Q(state="offered") | Q(offered_until__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_erased_has_no_person",
                condition=Q(erased_at=None) | Q(email="", name="", access_needs=""),
            ),
            models.CheckConstraint(
                name="registration_person_or_erased", condition=~Q(email="") | Q(erased_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["event", "state", "queued_at"])]

    def __str__(self) -> str:
        return f"Registration {self.pk}"
