"""What people do to meetings. Each verb is atomic and leaves an audit entry."""

from events.actions.meetings import (
    cancel_event,
    reinstate_event,
    take_offline,
    tell_calendars,
    tell_calendars_of_venue,
)

__all__ = ["cancel_event", "reinstate_event", "take_offline", "tell_calendars", "tell_calendars_of_venue"]
