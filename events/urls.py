from django.urls import path

from events import views

urlpatterns = [
    path("events/", views.event_list, name="events"),
    path("events/<slug:slug>/", views.event, name="event"),
    path("events/<slug:slug>/calendar.ics", views.event_calendar, name="event_calendar"),
    path("consultations/<slug:slug>/calendar.ics", views.consultation_calendar, name="consultation_calendar"),
    path("calendar/", views.calendar_page, name="calendar"),
    path("calendar.ics", views.portal_calendar, name="portal_calendar"),
]
