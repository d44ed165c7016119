"""What bench/meetings.py measures, for gunicorn: the portal, with views to compare its pages with.

- one query: one meeting by its slug in one query, and a template that is compiled once, behind the portal's middleware
- one query in our frame: the same within the frame of every page (header, footer, notices: one more query)
"""

from consult.wsgi import application  # noqa: F401  (first: it sets Django up)

# isort: split
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from consult import urls
from events.models import Event

BODY = (
    "<h1>{{ event.title }}</h1><p>{{ event.summary }}</p><dl><dt>When</dt><dd>{{ event.starts_at }}</dd>"
    "<dt>Where</dt><dd>{{ event.get_format_display }}</dd></dl>"
)
ALONE = engines["django"].from_string(f"<!DOCTYPE html><title>{{{{ event.title }}}}</title>{BODY}")
FRAMED = engines["django"].from_string(f"{{% extends 'page.html' %}}{{% block main %}}{BODY}{{% endblock %}}")


def one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ALONE.render({"event": Event.objects.get(slug="bench-7")}, request))


def in_frame(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FRAMED.render({"event": Event.objects.get(slug="bench-7")}, request))


urls.urlpatterns += [path("bench/one-query/", one_query), path("bench/in-frame/", in_frame)]
