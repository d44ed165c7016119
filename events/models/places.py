"""How many places of a meeting are left for somebody who comes new: counted, never stored twice.

As long as anybody waits, none are: what is free is for those who wait (docs/adr/0008-places-and-waiting-list.md).
"""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
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


def places_held(now: datetime | None = None) -> Case:
    """How many places of a meeting are held, or kept for those who wait; as a part of a query over meetings."""
    theirs = {"event": OuterRef("pk")}
    waiting = apps.get_model("events", "Registration").objects.filter(state="waiting", **theirs)
    rows = _registrations(now).filter(**theirs).order_by().values("event")
    held = Coalesce(Subquery(rows.annotate(total=Sum("places")).values("total"), output_field=IntegerField()), 0)
    return Case(When(Exists(waiting), then=F("capacity")), default=held, output_field=IntegerField())


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

    pk: Any
    capacity: Any

    def count_places(self) -> None:
        """Ask once for what a page then says of its places several times; nothing where they are not limited."""
        if self.capacity is not None:
            self.places_held = self._held()

    def _held(self) -> int:
        model: Any = type(self)
        return int(model.objects.filter(pk=self.pk).values_list(places_held(), flat=True).get())

    @property
    def places_left(self) -> int | None:
        """How many places somebody who comes new can have; None where they are not limited."""
        if self.capacity is None:
            return None
        held: int | None = getattr(self, "places_held", None)
        return max(0, int(self.capacity) - (self._held() if held is None else held))

    @property
    def places_free(self) -> int | None:
        """How many places nobody holds, whoever they are kept for; None where they are not limited. Asked each time."""
        if self.capacity is None:
            return None
        return max(0, int(self.capacity) - int(_registrations().filter(event=self).places()))

    @property
    def is_full(self) -> bool:
        return self.places_left == 0
