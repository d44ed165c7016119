from django.urls import path

from events.views import calendars, meetings, registration, saved_feeds

urlpatterns = [
    path("events/", meetings.event_list, name="events"),
    path("events/month/", meetings.this_month, name="events_this_month"),
    path("events/month/<str:month>/", meetings.event_month, name="events_month"),
    path("events/where/", meetings.event_where, name="events_where"),
    path("events/<slug:slug>/", meetings.event, name="event"),
    path("events/<slug:slug>/calendar.ics", calendars.event_calendar, name="event_calendar"),
    path("consultations/<slug:slug>/calendar.ics", calendars.consultation_calendar, name="consultation_calendar"),
    path("calendar/", calendars.calendar_page, name="calendar"),
    path("calendar/saved/", saved_feeds.save_calendar, name="save_calendar"),
    path("calendar/saved/<str:token>.ics", calendars.saved_calendar, name="saved_calendar"),
    path("calendar/saved/edit/<str:token>/", saved_feeds.edit_saved_calendar, name="edit_saved_calendar"),
    path("calendar.ics", calendars.portal_calendar, name="portal_calendar"),
    path("events/<slug:slug>/join/", registration.join, name="join"),
    path("events/<slug:slug>/join/<str:signed>/", registration.join_registered, name="join_registered"),
    path("events/<slug:slug>/book/", registration.book, name="book"),
    path("events/<slug:slug>/book/sent/", registration.booking_sent, name="booking_sent"),
    path("events/<slug:slug>/book/confirm/<str:signed>/", registration.booking_confirm, name="booking_confirm"),
    path("events/<slug:slug>/booking/<str:signed>/", registration.booking, name="booking"),
    path("events/<slug:slug>/booking/<str:signed>/accept/", registration.booking_accept, name="booking_accept"),
    path("events/<slug:slug>/booking/<str:signed>/change/", registration.booking_change, name="booking_change"),
    path("events/<slug:slug>/booking/<str:signed>/cancel/", registration.booking_cancel, name="booking_cancel"),
]
