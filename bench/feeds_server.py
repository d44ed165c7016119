"""What bench/feeds.py measures, for gunicorn: the portal, with views to compare its feeds with.

The same feed serialised by icalendar at each request, a view with one query and a cached template, and hello, all
behind the portal's middleware.
"""

from consult.wsgi import application  # noqa: F401  (first: it sets Django up)

# isort: split
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from icalendar import Calendar

from bench.serving import hello
from consult import urls
from consult.models import Consultation
from events import ics
from events.models import Event

PAGE = engines["django"].from_string(
    "{% load cache %}{% cache 600 bench %}<ul>{% for n in numbers %}<li>{{ n }}</li>{% endfor %}</ul>{% endcache %}"
    "<p>{{ row.title }}</p>"
)


def one_query(request: HttpRequest) -> HttpResponse:
    row = Consultation.objects.only("title").first()
    return HttpResponse(PAGE.render({"row": row, "numbers": range(100)}, request))


def serialised(request: HttpRequest) -> HttpResponse:
    """The same meetings, made into text while the subscriber waits."""
    calendar = Calendar()
    for event in Event.objects.published().for_list():
        if event.starts_at:
            calendar.add_component(ics._vevent(event, event.starts_at))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar")


urls.urlpatterns += [
    path("bench/hello/", hello),
    path("bench/one-query/", one_query),
    path("bench/serialised.txt", serialised),
]
