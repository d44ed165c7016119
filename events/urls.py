from django.urls import path

from events.views import calendars, meetings

urlpatterns = [
    path("events/", meetings.event_list, name="events"),
    path("events/month/", meetings.this_month, name="events_this_month"),
    path("events/month/<str:month>/", meetings.event_month, name="events_month"),
    path("events/where/", meetings.event_where, name="events_where"),
    path("events/<slug:slug>/", meetings.event, name="event"),
    path("events/<slug:slug>/calendar.ics", calendars.event_calendar, name="event_calendar"),
    path("consultations/<slug:slug>/calendar.ics", calendars.consultation_calendar, name="consultation_calendar"),
    path("calendar/", calendars.calendar_page, name="calendar"),
    path("calendar.ics", calendars.portal_calendar, name="portal_calendar"),
]
