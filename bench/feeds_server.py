"""What bench/feeds.py measures, for gunicorn: the portal with views to compare with, or bare Django.

BENCH_BARE=1: Django with no app, no middleware and one view that says hello. Otherwise: the portal, and beside its own
pages the same feed serialised by icalendar at each request, a view with one query and a cached template, and hello.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


if os.environ.get("BENCH_BARE"):
    settings.configure(
        SECRET_KEY="x" * 50, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], DATABASES={}
    )
    urlpatterns = [path("hello/", hello)]
    application = get_wsgi_application()
else:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consult.settings")
    django.setup()

    from django.template import engines
    from icalendar import Calendar

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
    application = get_wsgi_application()
