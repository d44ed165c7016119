"""What people do to meetings. Each verb is atomic and leaves an audit entry."""

from events.actions.attendance import check_in, look_at_people, publish_count
from events.actions.feeds import NotYet, change_feed, edit_key_of, new_edit_token, revoke_feed, save_feed
from events.actions.meetings import (
    cancel_event,
    reinstate_event,
    take_offline,
    tell_calendars,
    tell_calendars_of_venue,
)
from events.actions.messages import write_to_registered
from events.actions.planning import copy_event, correct_date, move_event, postpone_event, put_in, repeat_event
from events.actions.registrations import (
    LinkIsOver,
    NoOffer,
    NotNow,
    TooFew,
    accept,
    book,
    cancel,
    change,
    confirm,
    post_waiting_confirm,
    settle,
    tell_registered,
)

__all__ = ["cancel_event", "reinstate_event", "take_offline", "tell_calendars", "tell_calendars_of_venue"]
__all__ += ["LinkIsOver", "NoOffer", "NotNow", "TooFew", "accept", "book", "cancel", "change", "confirm"]
__all__ += ["post_waiting_confirm", "settle", "tell_registered"]
__all__ += ["NotYet", "change_feed", "edit_key_of", "new_edit_token", "revoke_feed", "save_feed"]
__all__ += ["copy_event", "correct_date", "move_event", "postpone_event", "put_in", "repeat_event"]
__all__ += ["check_in", "look_at_people", "publish_count", "write_to_registered"]
