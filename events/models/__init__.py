from events.models.event import (
    LIKELY_LENGTH,
    AccessProvision,
    Event,
    EventChange,
    EventQuerySet,
    JoinDetails,
    Series,
)
from events.models.feed import CalendarVersion, SavedFeed
from events.models.kinds import Format, Provision
from events.models.registration import Registration
from events.models.venue import Venue

__all__ = [
    "LIKELY_LENGTH", "AccessProvision", "CalendarVersion", "Event", "EventChange", "EventQuerySet", "Format",
    "JoinDetails", "Provision", "Registration", "SavedFeed", "Series", "Venue",
]  # fmt: skip
