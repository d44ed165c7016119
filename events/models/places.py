"""How many places of a meeting are left: what people hold is counted, never stored twice."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Case, CharField, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from consult.models import PublishableQuerySet

M = TypeVar("M", bound=models.Model, covariant=True)


def _registrations(now: datetime | None = None) -> Any:
    """Those that hold places. By name: the module of registrations imports that of meetings, which imports this one."""
    model: Any = apps.get_model("events", "Registration")
    return model.objects.holding(now)


def _changes() -> Any:
    return apps.get_model("events", "EventChange")


def places_held(now: datetime | None = None) -> Coalesce:
    """How many places of the meeting at hand are held, as a part of a query over meetings."""
    rows = _registrations(now).filter(event=OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(rows.annotate(total=Sum("places")).values("total"), output_field=IntegerField()), 0)


class PlacesQuerySet(PublishableQuerySet[M]):
    def with_places_left(self, now: datetime | None = None) -> Self:
        """Each knows its `places_left` without a further query."""
        held = Case(When(capacity__isnull=False, then=places_held(now)), default=Value(0), output_field=IntegerField())
        return self.annotate(places_held=held)

    def with_room(self, now: datetime | None = None) -> Self:
        """Those that go ahead, whose booking has not closed, and that have a place left or limit no places."""
        now = now or timezone.now()
        still = Q(registration_closes_at=None) | Q(registration_closes_at__gt=now)
        return self.going_ahead().filter(still, Q(capacity=None) | Q(capacity__gt=places_held(now)))

    def with_last_change(self) -> Self:
        """Each knows as `last_change` the kind of what last happened to it; empty where nothing did."""
        changes = _changes().objects.filter(event=OuterRef("pk")).order_by("-changed_at", "-id").values("kind")[:1]
        return self.annotate(last_change=Coalesce(Subquery(changes), Value(""), output_field=CharField()))

    def going_ahead(self) -> Self:
        """Neither cancelled nor postponed."""
        return self.with_last_change().exclude(last_change__in=_changes().OFF)


class HasPlaces:
    """What a meeting says of its places. In lists, ask the queryset for `with_places_left()` first."""

    capacity: Any

    def count_places(self) -> None:
        """Ask once for what a page then says of its places several times; nothing where they are not limited."""
        if self.capacity is not None:
            self.places_held = int(_registrations().filter(event=self).places())

    @property
    def places_left(self) -> int | None:
        """How many places nobody holds; None where they are not limited."""
        if self.capacity is None:
            return None
        held: int | None = getattr(self, "places_held", None)
        if held is None:
            held = int(_registrations().filter(event=self).places())
        return max(0, int(self.capacity) - held)

    @property
    def is_full(self) -> bool:
        return self.places_left == 0
