"""Places where people meet."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from consult.boroughs import BOROUGHS


class Venue(models.Model):
    name = models.CharField(max_length=120)
    address = models.TextField()
    postcode = models.CharField(max_length=8)
    borough = models.CharField(max_length=40, choices=BOROUGHS)
    travel = models.TextField("how to get there", blank=True, help_text="Stations, buses, parking for Blue Badges.")
    access = models.TextField("getting in and around", blank=True, help_text="Doors, lifts, toilets, seats.")
    is_step_free = models.BooleanField("step-free from street to room", default=False)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "postcode"], name="venue_once"),
            models.CheckConstraint(
                name="venue_point_is_whole",
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message="Enter both latitude and longitude, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address_line(self) -> str:
        """Name, address and postcode on one line."""
        lines = [self.name, *self.address.splitlines(), self.postcode]
        return ", ".join(line.strip(" ,") for line in lines if line.strip(" ,"))
